import { resolveConfig } from "./config/index.ts";
import { checkOptions } from "./engine/options.ts";
import { Engine } from "./engine.ts";
import type { EngineConfig, EngineOptions } from "./types.ts";
import { compileEngine, type Load } from "./wasm/compile.ts";

/** Makes engines. The configuration is read while the module is being fetched and compiled, if that happens in the background. */
export const creator =
  (load: Load) =>
  async (config: EngineConfig, options: EngineOptions = {}): Promise<Engine> => {
    checkOptions(options);
    const module = compileEngine(options, load);
    module.catch(() => {}); // seen below, unless the configuration is refused before
    const resolved = resolveConfig(config);
    return Engine.of(await module, resolved, options);
  };
