const compiled = new Map<string, Promise<WebAssembly.Module>>();

/** Fetches and compiles the module beside the package, once, in a browser. A server that sends another content type than application/wasm will do. */
export const loadEngine = (file: URL = new URL("./engine.wasm", import.meta.url)): Promise<WebAssembly.Module> => {
  let module = compiled.get(file.href);
  if (!module) {
    module = fetch(file).then(async (response) => WebAssembly.compile(await response.arrayBuffer()));
    compiled.set(file.href, module);
  }
  return module;
};
