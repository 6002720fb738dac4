import { readFileSync } from "node:fs";
import type { Machine } from "../types.ts";

const compiled = new Map<string, WebAssembly.Module>();

const fileOf = (machine: Machine): URL =>
  machine === "virtual" ? new URL("./engine.virtual.wasm", import.meta.url) : new URL("./engine.wasm", import.meta.url);

/**
 * Compiles a machine's module beside the package once per file, in Node; or another build of one. Compiling means looking through it once, as functions are
 * compiled when they are first called; in the background it would queue behind whatever is being optimised there.
 */
export const loadEngine = async (which: Machine | URL = "instant"): Promise<WebAssembly.Module> => {
  const file = which instanceof URL ? which : fileOf(which);
  let module = compiled.get(file.href);
  if (!module) {
    module = new WebAssembly.Module(readFileSync(file));
    compiled.set(file.href, module);
  }
  return module;
};
