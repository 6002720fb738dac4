/**
 * A walk over everything that a configuration can say, as its schema has it: for each there is a case in which another value leads to another number. A
 * setting without one fails here. Left out is what the walk of test/path/settings.test.ts has, which goes less deep and never into `virtual`.
 */
import { expect, test } from "vitest";
import { configShape } from "../../src/config/shape.ts";
import { Engine } from "../../src/engine.ts";
import { KNOBS, pollingKnobOf } from "../../src/knobs.ts";
import { loadEngine } from "../../src/wasm/load_node.ts";
import { builds } from "../support/engines.ts";
import type { Cases, SettingCase } from "./case.ts";
import { CLOSED_CASES } from "./closed.ts";
import { COST_CASES } from "./costs.ts";
import { FAULT_CASES } from "./faults.ts";
import { SYSTEM_CASES } from "./system.ts";
import { TCP_CASES } from "./tcp.ts";
import { TRAFFIC_CASES } from "./traffic.ts";
import { settingsOf, withSetting } from "./walk.ts";
import { WIRE_CASES } from "./wires.ts";
import { WORK_CASES } from "./work.ts";

const ALL: Cases = { ...SYSTEM_CASES, ...COST_CASES, ...WIRE_CASES, ...TRAFFIC_CASES, ...FAULT_CASES, ...WORK_CASES, ...CLOSED_CASES, ...TCP_CASES };

/** Keys of the configuration, of interfaces, vlans, bridges and members, limits, and knobs of all CPUs. */
const ELSEWHERE = /^(\w+|(interfaces|vlans|bridges)\[\]\.\w+|bridges\[\]\.members\[\]\.\w+|limits\.\w+|sysctl\..+)$/;
/** Those of one CPU. */
const CPU_KNOBS = Object.values(KNOBS)
  .map(({ name }) => name.replace(/^kern\.polling\./, "kern.polling.0."))
  .filter((name) => pollingKnobOf(name));
const SETTINGS = [
  ...settingsOf(configShape, "").filter(({ path }) => !ELSEWHERE.test(path)),
  ...CPU_KNOBS.map((name) => ({ path: `sysctl.${name}`, words: [] })),
];
const engine = await loadEngine(builds.virtualRelease);

const measure = (path: string, { base, read, us = 2000, feed }: SettingCase, value: unknown): number | bigint | string => {
  const made = Engine.make(engine, withSetting(typeof base === "function" ? base(value) : base, path, value), { collect: false });
  feed?.(made);
  made.run(BigInt(us) * 1_000_000n);
  const number = read(made);
  made.dispose();
  return number;
};

test("every setting has a case, and every case a setting", () => {
  expect(Object.keys(ALL).sort()).toEqual(SETTINGS.map(({ path }) => path).sort());
});

test("the case of a setting that is one of a few words has all of them", () => {
  const missing = SETTINGS.flatMap(({ path, words }) => words.filter((word) => !ALL[path]?.values.includes(word)).map((word) => `${path}: ${word}`));
  expect(missing).toEqual([]);
});

test.each(Object.entries(ALL))("%s: another value leads to another number", (path, one) => {
  const numbers = one.values.map((value) => measure(path, one, value));
  expect(numbers.length).toBeGreaterThan(1);
  for (const [i, number] of numbers.slice(1).entries()) {
    const before = numbers[i]!;
    expect(number, `after ${before}`).not.toBe(before);
    if (one.goes) expect(number > before ? "up" : "down", `${before}, then ${number}`).toBe(one.goes);
  }
});
