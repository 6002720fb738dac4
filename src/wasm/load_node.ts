import { readFileSync } from "node:fs";
import type { ModuleName } from "./compile.ts";

const compiled = new Map<string, WebAssembly.Module>();

const FILES: Readonly<Record<ModuleName, URL>> = {
  instant: new URL("./engine.wasm", import.meta.url),
  virtual: new URL("./engine.virtual.wasm", import.meta.url),
  traced: new URL("./engine.traced.wasm", import.meta.url),
};

/**
 * Compiles a module beside the package once per file, in Node; or another build of one. Compiling means looking through it once, as functions are
 * compiled when they are first called; in the background it would queue behind whatever is being optimised there.
 */
export const loadEngine = async (which: ModuleName | URL = "instant"): Promise<WebAssembly.Module> => {
  const file = which instanceof URL ? which : FILES[which];
  let module = compiled.get(file.href);
  if (!module) {
    module = new WebAssembly.Module(readFileSync(file));
    compiled.set(file.href, module);
  }
  return module;
};
