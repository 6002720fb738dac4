import type { EngineOptions } from "../types.ts";

/** Finds and compiles the module beside the package, or another one. */
export type Load = (file?: URL) => Promise<WebAssembly.Module>;

/** The module that the embedder gave, in whatever form, or the one beside the package. */
export const compileEngine = async (given: EngineOptions["wasm"], load: Load): Promise<WebAssembly.Module> => {
  if (given === undefined || given instanceof URL) return load(given);
  return given instanceof WebAssembly.Module ? given : WebAssembly.compile(given);
};
