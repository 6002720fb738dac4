import { Engine } from "../../src/engine.ts";
import type { EngineConfig, EngineOptions } from "../../src/types.ts";
import { loadEngine } from "../../src/wasm/load_node.ts";

/** The builds that path tests run on. `npm test` makes them. */
export const builds = {
  release: new URL("../../build/release.wasm", import.meta.url),
  debug: new URL("../../build/debug.wasm", import.meta.url),
  stutter: new URL("../../build/stutter.wasm", import.meta.url),
} as const;
export type Build = keyof typeof builds;

export const makeEngine = async (build: Build, config: EngineConfig, options: EngineOptions = {}): Promise<Engine> =>
  Engine.make(await loadEngine(builds[build]), config, options);
