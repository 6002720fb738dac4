import { ConfigError } from "../errors.ts";
import type { EngineOptions } from "../types.ts";

/** The modules beside the package: that of the instant machine, that of the virtual one, and that of the virtual one with a trace. */
export type ModuleName = "instant" | "virtual" | "traced";

/** Finds and compiles a module beside the package, or another one. */
export type Load = (which: ModuleName | URL) => Promise<WebAssembly.Module>;

/** The module that the embedder gave, in whatever form, or one beside the package: where no trace is wanted there is none in it, so that it costs nothing. */
export const compileEngine = async ({ wasm, machine = "instant", trace }: EngineOptions, load: Load): Promise<WebAssembly.Module> => {
  if (wasm === undefined) return load(machine === "virtual" && trace ? "traced" : machine);
  if (wasm instanceof WebAssembly.Module) return wasm;
  const [expected, module] = wasm instanceof URL ? ["the URL of a module", load(wasm)] : ["the bytes of a module", WebAssembly.compile(wasm)];
  return module.catch((error: unknown) => {
    throw new ConfigError("options.wasm", expected, (error as Error).message);
  });
};
