/** Options of an engine that are what they have to be, whatever was given. */
import { isBufferSource } from "../bytes.ts";
import { ConfigError } from "../errors.ts";
import { type Check, checkGiven, checkKeys, wordOf } from "../given.ts";
import type { EngineOptions } from "../types/engine.ts";
import type { RunOptions } from "../types/stops.ts";

const BOOLEAN: Check = ["true or false", (value) => typeof value === "boolean"];
const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** What `burst` and `trace` have to be is seen by those who read them. */
const CHECKS: Readonly<Record<keyof EngineOptions, Check>> = {
  machine: wordOf("instant", "virtual"),
  wasm: ["a module, its bytes or its URL", (value) => value instanceof WebAssembly.Module || value instanceof URL || isBufferSource(value)],
  burst: ["a number", (value) => typeof value === "number"],
  collect: BOOLEAN,
  drops: BOOLEAN,
  trace: ["an object", (value) => typeof value === "object" && value !== null],
  epochMs: ["milliseconds, an integer from 0", isWhole],
  memoryLimit: ["bytes, a number from 0", (value) => typeof value === "number" && value >= 0],
  onPlan: ["a function", (value) => typeof value === "function"],
};

/** @throws ConfigError */
export const checkOptions = (options: EngineOptions): void => checkGiven(options, "options", CHECKS);

/** @throws ConfigError */
export const checkRunOptions = (options: RunOptions): void => checkKeys(options, "options", "a known option", ["stop"]);

/** @throws ConfigError */
export const checkSwitch = (path: string, value: boolean): void => {
  if (typeof value !== "boolean") throw new ConfigError(path, "true or false", value);
};
