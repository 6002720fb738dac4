/** What every platform's entry exports. */
export * from "./capture/index.ts";
export { resolveConfig } from "./config/index.ts";
export { formatStop } from "./config/stop_format.ts";
export { parseStop } from "./config/stop_text.ts";
export { COSTS, type CostInfo, type CostPreset } from "./costs.ts";
export { Engine } from "./engine.ts";
export { CaptureError, ConfigError, EngineError, NetisrError } from "./errors.ts";
export { KNOBS, type KnobInfo } from "./knobs.ts";
export { bucketBetween, seriesCsv } from "./report/index.ts";
export { packetLines, traceJson, traceLine } from "./trace/print.ts";
export type * from "./types.ts";
