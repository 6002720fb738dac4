import { isUint8Array } from "../bytes.ts";
import { ConfigError, EngineError } from "../errors.ts";
import { KNOB_BY_NAME, knobInfo, pollingKnobOf } from "../knobs.ts";
import type { ChangeResult } from "../types/changes.ts";
import type { Snapshot } from "../types/engine.ts";
import type { ResolvedConfig } from "../types/resolved.ts";
import { FOREVER } from "./until.ts";

const isChange = (value: unknown): boolean => {
  if (!isObject(value)) return false;
  const { time, what, from, to } = value as Record<keyof ChangeResult, unknown>;
  return typeof time === "bigint" && typeof what === "string" && [from, to].every((one) => typeof one === "string" || typeof one === "number");
};

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;

/** A value for every knob of all CPUs, and for no others than these and those of the CPUs that there are. */
const areKnobs = (sysctl: Record<string, unknown>, cpus: number): boolean =>
  [...KNOB_BY_NAME.keys()].every((name) => Object.hasOwn(sysctl, name)) &&
  Object.entries(sysctl).every(([name, value]) => {
    const info = knobInfo(name);
    return info && Number.isInteger(value) && Number(value) >= info.min && Number(value) <= info.max && (pollingKnobOf(name)?.cpu ?? 0) < cpus;
  });

/** Refuses what an engine of this `system`, with `bytes` of memory, cannot go back to. @throws ConfigError for what is no snapshot, EngineError for one of another system */
export const checkSnapshot = (snapshot: Snapshot, system: string, bytes: number, { cpus }: ResolvedConfig): void => {
  const check = (field: keyof Snapshot, is: boolean, expected: string): void => {
    if (!is) throw new ConfigError(`snapshot.${field}`, expected, snapshot[field]);
  };
  if (!isObject(snapshot)) throw new ConfigError("snapshot", "what `snapshot` gave", snapshot);
  const { memory, arrivals, time, sysctl, changes } = snapshot;
  check("system", typeof snapshot.system === "string", "a text");
  if (snapshot.system !== system) throw new EngineError("the snapshot is of an engine with another configuration or other options");
  check("memory", isUint8Array(memory) && memory.length === bytes, `a Uint8Array of ${bytes} bytes`);
  check("arrivals", Number.isSafeInteger(arrivals) && arrivals >= 0, "an integer from 0");
  check("time", typeof time === "bigint" && time >= 0n && time < FOREVER, "picoseconds as a bigint, from 0 to 2^64 - 2");
  check("sysctl", isObject(sysctl) && areKnobs(sysctl, cpus), "the values of all knobs");
  check("changes", Array.isArray(changes) && changes.every(isChange), "a list of changes");
};
