import type { EngineOptions } from "../types.ts";

/** The module that the embedder gave, in whatever form, or the one beside the package. */
export const compileEngine = async (given: EngineOptions["wasm"], load: (file?: URL) => Promise<WebAssembly.Module>): Promise<WebAssembly.Module> => {
  if (given === undefined || given instanceof URL) return load(given);
  return given instanceof WebAssembly.Module ? given : WebAssembly.compile(given);
};
