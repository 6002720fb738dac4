/** The public types of the package, and nothing else. */
export type * from "./types/bucket.ts";
export type * from "./types/changes.ts";
export type * from "./types/closed.ts";
export type * from "./types/config.ts";
export type * from "./types/engine.ts";
export type * from "./types/faults.ts";
export type * from "./types/polling.ts";
export type * from "./types/resolved.ts";
export type * from "./types/results.ts";
export type * from "./types/sample.ts";
export type * from "./types/stops.ts";
export type * from "./types/trace.ts";
export type * from "./types/traffic.ts";
export type * from "./types/virtual.ts";
export type * from "./types/work.ts";
