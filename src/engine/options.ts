/** Options of an engine that are what they have to be, whatever was given. */
import { isBufferSource } from "../bytes.ts";
import { meant } from "../config/suggest.ts";
import { ConfigError } from "../errors.ts";
import type { EngineOptions } from "../types/engine.ts";
import type { RunOptions } from "../types/stops.ts";

type Check = readonly [expected: string, is: (value: unknown) => boolean];

const MACHINES = ["instant", "virtual"];
const BOOLEAN: Check = ["true or false", (value) => typeof value === "boolean"];
const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** What `burst` and `trace` have to be is seen by those who read them. */
const CHECKS: Readonly<Record<keyof EngineOptions, Check>> = {
  machine: ['"instant" or "virtual"', (value) => MACHINES.includes(value as string)],
  wasm: ["a module, its bytes or its URL", (value) => value instanceof WebAssembly.Module || value instanceof URL || isBufferSource(value)],
  burst: ["a number", (value) => typeof value === "number"],
  collect: BOOLEAN,
  drops: BOOLEAN,
  trace: ["an object", (value) => typeof value === "object" && value !== null],
  epochMs: ["milliseconds, an integer from 0", isWhole],
  memoryLimit: ["bytes, a number from 0", (value) => typeof value === "number" && value >= 0],
  onPlan: ["a function", (value) => typeof value === "function"],
};

/** An object with no other keys than these. `path`: where it stands. `what`: such a key, in words. @throws ConfigError */
export const checkKeys = (given: unknown, path: string, what: string, legal: readonly string[]): void => {
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw new ConfigError(path, "an object", given);
  const unknown = Object.keys(given).find((key) => !legal.includes(key));
  if (unknown !== undefined) throw new ConfigError(`${path}.${unknown}`, meant(what, unknown, legal), unknown);
};

/** @throws ConfigError */
export const checkOptions = (options: EngineOptions): void => {
  checkKeys(options, "options", "a known option", Object.keys(CHECKS));
  for (const [key, [expected, is]] of Object.entries(CHECKS)) {
    const value: unknown = options[key as keyof EngineOptions];
    if (value === undefined || is(value)) continue;
    const near = key === "machine" && typeof value === "string" ? meant(expected, value, MACHINES) : expected;
    throw new ConfigError(`options.${key}`, near, value);
  }
};

/** @throws ConfigError */
export const checkRunOptions = (options: RunOptions): void => checkKeys(options, "options", "a known option", ["stop"]);

/** @throws ConfigError */
export const checkSwitch = (path: string, value: boolean): void => {
  if (typeof value !== "boolean") throw new ConfigError(path, "true or false", value);
};
