/** The package as it is built: what a user imports. The types are those of its sources. */
export const DIST = new URL("../../dist/", import.meta.url);
export const MODULE = new URL("engine.wasm", DIST);

/** The path is the same from here and from the bundled benches in build/bench. `folder`: the package of another commit. */
export const importDist = async (folder = DIST): Promise<typeof import("../../src/index.node.ts")> => import(new URL("index.node.js", folder).href);
