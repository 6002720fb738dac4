import { Engine } from "../../src/engine.ts";
import type { EngineConfig, EngineOptions } from "../../src/types.ts";
import { loadEngine } from "../../src/wasm/load_node.ts";

/** Where the builds lie; the coverage of the engine is taken with other ones. */
const folder = process.env.NETISR_BUILDS ?? "build";
const build = (name: string): URL => new URL(`../../${folder}/${name}.wasm`, import.meta.url);

/** The builds that path tests run on. `npm test` makes them. */
export const builds = { release: build("release"), debug: build("debug"), stutter: build("stutter"), virtual: build("virtual-debug") } as const;
export type Build = keyof typeof builds;

/** Parts of the engine by themselves: test/support/parts. */
export const partsBuild = build("parts");

export const makeEngine = async (build: Build, config: EngineConfig, options: EngineOptions = {}): Promise<Engine> =>
  Engine.make(await loadEngine(builds[build]), config, options);
