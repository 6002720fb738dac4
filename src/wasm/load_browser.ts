let compiled: Promise<WebAssembly.Module> | undefined;

/** Fetches and compiles the module beside the package once, in a browser. A server that sends another content type than application/wasm will do. */
export const loadEngine = (): Promise<WebAssembly.Module> => {
  compiled ??= fetch(new URL("./engine.wasm", import.meta.url)).then(async (response) => WebAssembly.compile(await response.arrayBuffer()));
  return compiled;
};
