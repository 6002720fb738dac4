import { readFileSync } from "node:fs";

const compiled = new Map<string, Promise<WebAssembly.Module>>();

/** Reads at once, so that the compiler's threads work while the caller goes on. */
const compile = async (file: URL): Promise<WebAssembly.Module> => WebAssembly.compile(readFileSync(file));

/** Compiles the module beside the package once per file, in Node. `file`: another build of it. */
export const loadEngine = (file: URL = new URL("./engine.wasm", import.meta.url)): Promise<WebAssembly.Module> => {
  let module = compiled.get(file.href);
  if (!module) {
    module = compile(file);
    compiled.set(file.href, module);
  }
  return module;
};
