import type { Machine } from "../types.ts";

const compiled = new Map<string, Promise<WebAssembly.Module>>();

/** Written out, so that bundlers find both files. */
const fileOf = (machine: Machine): URL =>
  machine === "virtual" ? new URL("./engine.virtual.wasm", import.meta.url) : new URL("./engine.wasm", import.meta.url);

/**
 * Fetches and compiles a machine's module beside the package, once, in a browser; or another build of one. A server that sends another content type than
 * application/wasm will do.
 */
export const loadEngine = (which: Machine | URL = "instant"): Promise<WebAssembly.Module> => {
  const file = which instanceof URL ? which : fileOf(which);
  let module = compiled.get(file.href);
  if (!module) {
    module = fetch(file).then(async (response) => WebAssembly.compile(await response.arrayBuffer()));
    compiled.set(file.href, module);
  }
  return module;
};
