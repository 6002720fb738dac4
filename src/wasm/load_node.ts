import { readFile } from "node:fs/promises";

const compiled = new Map<string, Promise<WebAssembly.Module>>();

/** Compiles the module beside the package once per file, in Node. `file`: another build of it. */
export const loadEngine = (file: URL = new URL("./engine.wasm", import.meta.url)): Promise<WebAssembly.Module> => {
  let module = compiled.get(file.href);
  if (!module) {
    module = readFile(file).then((bytes) => WebAssembly.compile(bytes));
    compiled.set(file.href, module);
  }
  return module;
};
