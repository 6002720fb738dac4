/** Names of what the engine numbers: threads, queues, locks. */
import type { ResolvedConfig } from "../types.ts";
import { threadName } from "./counters.ts";
import type { EngineExports } from "./exports.ts";
import { recordNames } from "./rings.ts";
import { firstWork } from "./threads.ts";
import { workOf } from "./work.ts";

/** By place in the table; an id is one more. */
export const threadNames = (exports: EngineExports, config: ResolvedConfig): string[] =>
  Array.from({ length: firstWork(exports, config) + workOf(exports, config).length }, (_, thread) => threadName(exports, config, thread));

/** Three of each port, then that of each thread. */
export const queueNames = (exports: EngineExports, config: ResolvedConfig, threads: readonly string[]): string[] => [
  ...recordNames(exports, config).flatMap((name) => ["ring", "output", "transmit"].map((what) => `${what} ${name}`)),
  ...threads,
];

/** By number: see LockField in abi.ts. */
export const lockNames = (exports: EngineExports, config: ResolvedConfig): string[] => [
  "BGL",
  ...recordNames(exports, config).flatMap((name) => ["serializer", "queue"].map((what) => `${what} ${name}`)),
];
