import { isUint8Array } from "../bytes.ts";
import { ConfigError, EngineError } from "../errors.ts";
import type { ChangeResult } from "../types/changes.ts";
import type { Snapshot } from "../types/engine.ts";

const isChange = (value: unknown): boolean => {
  if (!isObject(value)) return false;
  const { time, what, from, to } = value as Record<keyof ChangeResult, unknown>;
  return typeof time === "bigint" && typeof what === "string" && [from, to].every((one) => typeof one === "string" || typeof one === "number");
};

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;

/** Refuses what an engine of this `system`, with `bytes` of memory, cannot go back to. @throws ConfigError for what is no snapshot, EngineError for one of another system */
export const checkSnapshot = (snapshot: Snapshot, system: string, bytes: number): void => {
  const check = (field: keyof Snapshot, is: boolean, expected: string): void => {
    if (!is) throw new ConfigError(`snapshot.${field}`, expected, snapshot[field]);
  };
  if (!isObject(snapshot)) throw new ConfigError("snapshot", "what `snapshot` gave", snapshot);
  const { memory, arrivals, time, sysctl, changes } = snapshot;
  check("system", typeof snapshot.system === "string", "a text");
  if (snapshot.system !== system) throw new EngineError("the snapshot is of an engine with another configuration or other options");
  check("memory", isUint8Array(memory) && memory.length === bytes, `a Uint8Array of ${bytes} bytes`);
  check("arrivals", Number.isSafeInteger(arrivals) && arrivals >= 0, "an integer from 0");
  check("time", typeof time === "bigint", "picoseconds as a bigint");
  check("sysctl", isObject(sysctl), "an object");
  check("changes", Array.isArray(changes) && changes.every(isChange), "a list of changes");
};
