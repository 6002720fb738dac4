import type { ModuleName } from "./compile.ts";

const compiled = new Map<string, Promise<WebAssembly.Module>>();

/** Written out, so that bundlers find all files. */
const FILES: Readonly<Record<ModuleName, URL>> = {
  instant: new URL("./engine.wasm", import.meta.url),
  virtual: new URL("./engine.virtual.wasm", import.meta.url),
  traced: new URL("./engine.traced.wasm", import.meta.url),
};

/**
 * Fetches and compiles a module beside the package, once, in a browser; or another build of one. A server that sends another content type than
 * application/wasm will do.
 */
export const loadEngine = (which: ModuleName | URL = "instant"): Promise<WebAssembly.Module> => {
  const file = which instanceof URL ? which : FILES[which];
  let module = compiled.get(file.href);
  if (!module) {
    module = fetch(file).then(async (response) => WebAssembly.compile(await response.arrayBuffer()));
    compiled.set(file.href, module);
  }
  return module;
};
