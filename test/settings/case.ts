/** What a case of the walk in settings.test.ts consists of, and numbers that cases read. */
import type { Engine } from "../../src/engine.ts";
import type { EngineConfig, LockResult, Results } from "../../src/types.ts";

export type Reading = (engine: Engine) => number | bigint | string;

export interface SettingCase {
  /** All else of the configuration, for what a value says about others if it does. The walk sets the setting itself. */
  base: EngineConfig | ((value: unknown) => EngineConfig);
  /** Each leads to another number than the one before. Undefined: the setting is left out. */
  values: readonly unknown[];
  read: Reading;
  /** How the number goes from each value to the next, where the setting says so. */
  goes?: "up" | "down";
  /** Engine time of the reading, in microseconds. Default 2,000. */
  us?: number;
  /** What the engine is given before it runs. */
  feed?: (engine: Engine) => void;
}

/** By the path of the setting. */
export type Cases = Record<string, SettingCase>;

/** Cases that have a part in common. */
export const cases = (common: Partial<SettingCase>, rows: Record<string, Partial<SettingCase> & Pick<SettingCase, "values">>): Cases =>
  Object.fromEntries(Object.entries(rows).map(([path, row]) => [path, { ...common, ...row } as SettingCase]));

/** Rows whose paths begin alike. */
export const under = <T>(prefix: string, rows: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(rows).map(([path, row]) => [`${prefix}${path}`, row]));

/** A reading of the results. */
export const results =
  (read: (results: Results) => number | bigint | string): Reading =>
  (engine) =>
    read(engine.results());
export const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

/** Picoseconds in which CPUs did anything. */
export const busy = results(({ cpus }) => sum(cpus.map(({ Idle, ...rest }) => sum(Object.values(rest)))));
/** Picoseconds, of all CPUs. */
export const timeIn = (name: keyof Results["cpus"][number]): Reading => results(({ cpus }) => sum(cpus.map((classes) => classes[name])));
/** Mean of all packets, picoseconds. */
export const latency = results(({ latency: { all } }) => all.mean);
export const longest = results(({ latency: { all } }) => all.max);
export const carried = results(({ traffic }) => sum(traffic.map((one) => one.carried.frames)));
export const carriedBytes = results(({ traffic }) => sum(traffic.map((one) => one.carried.bytes)));
export const generated = results(({ traffic }) => sum(traffic.map((one) => one.generated.frames)));
export const generatedBytes = results(({ traffic }) => sum(traffic.map((one) => one.generated.bytes)));
export const reordered = results((all) => all.reordered);
export const lock = (name: string, field: "wait" | "hold" | "gets" | "contended" | "maxWait" | "maxHold" | "handovers" | "handover"): Reading =>
  results(({ locks }) => locks.find((one: LockResult) => one.name === name)?.[field] ?? 0n);
export const fault = results(({ faults }) => faults[0]!.struck);

export const dropped: Reading = (engine) => Object.values(engine.counters().drops).reduce((total, n) => total + n, 0);
export const drops =
  (reason: string): Reading =>
  (engine) =>
    engine.counters().drops[reason]!;
export const stat =
  (name: string): Reading =>
  (engine) =>
    engine.counters().stats[name]!;
export const port =
  (name: string, counter: string): Reading =>
  (engine) =>
    engine.counters().ports.find((one) => one.name === name)!.counters[counter]!;
/** Of em0. */
export const interrupts = port("em0", "interrupts");
/** That a thread has served. */
export const messages =
  (name: string): Reading =>
  (engine) =>
    engine.counters().threads.find((one) => one.name === name)!.messages;
