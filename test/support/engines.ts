import { Engine } from "../../src/engine.ts";
import type { EngineConfig, EngineOptions, VirtualConfig } from "../../src/types.ts";
import { loadEngine } from "../../src/wasm/load_node.ts";

/** Where the builds lie; the coverage of the engine is taken with other ones. */
const folder = process.env.NETISR_BUILDS ?? "build";
const build = (name: string): URL => new URL(`../../${folder}/${name}.wasm`, import.meta.url);

/** The builds that path tests run on. `npm test` makes them. */
export const builds = {
  release: build("release"),
  debug: build("debug"),
  stutter: build("stutter"),
  virtual: build("virtual-debug"),
  virtualRelease: build("virtual"),
  tracedRelease: build("traced"),
} as const;
export type Build = keyof typeof builds;

/** Parts of the engine by themselves: test/support/parts. */
export const partsBuild = build("parts");

/** Nothing takes time and every frame interrupts at once: what the virtual machine then sends is what the instant one does. */
export const TIMELESS: VirtualConfig = { costs: { preset: "zero" }, interfaces: { "*": { rate: 0, delay: 0, txDelay: "none" } } };

/** As from the package, the release of the virtual machine comes with a trace only if there is to be one. */
export const makeEngine = async (build: Build, config: EngineConfig, options: EngineOptions = {}): Promise<Engine> =>
  Engine.make(await loadEngine(builds[build === "virtualRelease" && options.trace ? "tracedRelease" : build]), config, options);
