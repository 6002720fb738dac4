import { readFileSync } from "node:fs";
import type { Machine } from "../types.ts";

const compiled = new Map<string, Promise<WebAssembly.Module>>();

const fileOf = (machine: Machine): URL =>
  machine === "virtual" ? new URL("./engine.virtual.wasm", import.meta.url) : new URL("./engine.wasm", import.meta.url);

/** Reads at once, so that the compiler's threads work while the caller goes on. */
const compile = async (file: URL): Promise<WebAssembly.Module> => WebAssembly.compile(readFileSync(file));

/** Compiles a machine's module beside the package once per file, in Node; or another build of one. */
export const loadEngine = (which: Machine | URL = "instant"): Promise<WebAssembly.Module> => {
  const file = which instanceof URL ? which : fileOf(which);
  let module = compiled.get(file.href);
  if (!module) {
    module = compile(file);
    compiled.set(file.href, module);
  }
  return module;
};
