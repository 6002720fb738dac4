import { Engine } from "./engine.ts";
import type { EngineConfig, EngineOptions } from "./types.ts";
import { compileEngine } from "./wasm/compile.ts";
import { loadEngine } from "./wasm/load_node.ts";

export * from "./index.ts";

/** Makes an engine. The module is compiled once per process. @throws ConfigError, EngineError */
export const createEngine = async (config: EngineConfig, options: EngineOptions = {}): Promise<Engine> =>
  Engine.make(await compileEngine(options.wasm, loadEngine), config, options);
