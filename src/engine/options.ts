/** Options of an engine that are what they have to be, whatever was given. */
import { meant } from "../config/suggest.ts";
import { ConfigError } from "../errors.ts";
import type { EngineOptions } from "../types/engine.ts";

type Check = readonly [expected: string, is: (value: unknown) => boolean];

const MACHINES = ["instant", "virtual"];
const BOOLEAN: Check = ["true or false", (value) => typeof value === "boolean"];
const isBytes = (value: unknown): boolean => value instanceof ArrayBuffer || ArrayBuffer.isView(value) || value instanceof SharedArrayBuffer;
const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** What `burst` and `trace` have to be is seen by those who read them. */
const CHECKS: Readonly<Record<keyof EngineOptions, Check>> = {
  machine: ['"instant" or "virtual"', (value) => MACHINES.includes(value as string)],
  wasm: ["a module, its bytes or its URL", (value) => value instanceof WebAssembly.Module || value instanceof URL || isBytes(value)],
  burst: ["a number", (value) => typeof value === "number"],
  collect: BOOLEAN,
  drops: BOOLEAN,
  trace: ["an object", (value) => typeof value === "object" && value !== null],
  epochMs: ["milliseconds, an integer from 0", isWhole],
  memoryLimit: ["bytes, an integer from 0", isWhole],
  onPlan: ["a function", (value) => typeof value === "function"],
};

/** @throws ConfigError */
export const checkOptions = (options: EngineOptions): void => {
  for (const [key, value] of Object.entries(options)) {
    const check = Object.hasOwn(CHECKS, key) ? CHECKS[key as keyof EngineOptions] : undefined;
    if (!check) throw new ConfigError(`options.${key}`, meant("a known option", key, Object.keys(CHECKS)), key);
    if (value !== undefined && !check[1](value)) throw new ConfigError(`options.${key}`, check[0], value);
  }
};
