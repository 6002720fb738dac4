import type { EngineOptions, Machine } from "../types.ts";

/** Finds and compiles the module of a machine beside the package, or another one. */
export type Load = (which: Machine | URL) => Promise<WebAssembly.Module>;

/** The module that the embedder gave, in whatever form, or the machine's one beside the package. */
export const compileEngine = async ({ wasm, machine = "instant" }: EngineOptions, load: Load): Promise<WebAssembly.Module> => {
  if (wasm === undefined) return load(machine);
  if (wasm instanceof URL) return load(wasm);
  return wasm instanceof WebAssembly.Module ? wasm : WebAssembly.compile(wasm);
};
