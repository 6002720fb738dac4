import { creator } from "./create.ts";
import { loadEngine } from "./wasm/load_browser.ts";

export * from "./index.ts";

/** Makes an engine. The module is compiled once per page. @throws ConfigError, EngineError */
export const createEngine = creator(loadEngine);
