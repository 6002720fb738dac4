import { describe, expect, test } from "vitest";
import { bridgeWorkload } from "../../../bench/support/bridge_workload.ts";
import { CheckError, checkDigests, checkSample, checkSent } from "../../../bench/support/checks.ts";
import type { Contestant, Sample } from "../../../bench/support/contestant.ts";
import { EngineContestant } from "../../../bench/support/engine_contestant.ts";
import { costRatio, type Measured, race, type Settings } from "../../../bench/support/measure.ts";

const WORKLOAD = bridgeWorkload({ stations: 16, frames: 64 });
const SETTINGS: Settings = { warmUp: 2, sample: 1, samples: 3 };
/** What the clock of the contestants below says for a round. */
const ROUND_NS = 100_000;

const sampleOf = (rounds: number, changed: Partial<Sample> = {}): Sample => ({
  nanoseconds: ROUND_NS * rounds,
  packets: 64 * rounds,
  forwarded: 64 * rounds,
  flooded: 0,
  hits: 0,
  bytes: 60 * 64 * rounds,
  ...changed,
});

/** A contestant that does nothing and says so in `log`. */
const idle = (
  name: string,
  log: string[] = [],
  changed: (rounds: number) => Partial<Sample> = () => ({}),
  digests = ["same", "same"],
): Contestant => ({
  name,
  prepare: async () => void log.push(`${name} prepare`),
  sample: async (rounds) => {
    log.push(name);
    return sampleOf(rounds, changed(rounds));
  },
  digest: async () => digests.shift()!,
  close: async () => void log.push(`${name} close`),
});

const raceOf = (...contestants: Contestant[]) =>
  race(
    contestants.map((contestant) => ({ contestant, workload: WORKLOAD })),
    SETTINGS,
  );

describe("race", () => {
  test("samples are taken in turns after all are warm, and everyone is closed", async () => {
    const log: string[] = [];
    const measured = await raceOf(idle("a", log), idle("b", log));
    expect(log.slice(log.lastIndexOf("b prepare") + 1).join(" ")).toMatch(/^(b )+a b a b a b a close b close$/);
    expect(measured.map(({ contestant, cost }) => [contestant, cost])).toEqual([
      ["a", Array(3).fill(ROUND_NS / 64)],
      ["b", Array(3).fill(ROUND_NS / 64)],
    ]);
    expect(measured[0]).toMatchObject({ forwarded: 1, hitRate: 0, digest: "same", workload: "bridge" });
  });

  test("a sample that is too short is taken again with more rounds", async () => {
    const rounds: number[] = [];
    const hurrying = idle("a", [], (n) => {
      const isWarm = rounds.reduce((sum, one) => sum + one, 0) * ROUND_NS >= SETTINGS.warmUp * 1e6;
      rounds.push(n);
      return isWarm ? { nanoseconds: (ROUND_NS / 4) * n } : {};
    });
    const [measured] = await raceOf(hurrying);
    expect(measured!.cost).toHaveLength(3);
    expect(rounds.slice(-3).every((n) => (n * ROUND_NS) / 4 >= SETTINGS.sample * 1e6)).toBe(true);
  });

  test("a contestant that never gets long samples is an error", async () => {
    let calls = 0;
    const endless = idle("a", [], () => ({ nanoseconds: calls++ < 1 ? 2e6 : 1 }));
    await expect(raceOf(endless)).rejects.toThrow(/no sample of 1 ms/);
  });

  test("contestants of one workload must send the same, before and after", async () => {
    await expect(raceOf(idle("a"), idle("b", [], undefined, ["other"]))).rejects.toThrow(CheckError);
    await expect(raceOf(idle("a", [], undefined, ["same", "other"]))).rejects.toThrow(/a after sent other frames/);
  });

  test("everyone is closed after a failed check", async () => {
    const log: string[] = [];
    await expect(
      raceOf(
        idle("a", log),
        idle("b", log, () => ({ forwarded: 1 })),
      ),
    ).rejects.toThrow(CheckError);
    expect(log).toContain("a close");
  });
});

test("a ratio is by CPU time if both know theirs", () => {
  const measured = (cost: number[], cpuCost?: number[]): Measured => ({
    ...{ contestant: "a", workload: "w", forwarded: 1, hitRate: 0, digest: "" },
    cost,
    cpuCost,
  });
  expect(costRatio(measured([40, 90], [20, 20]), measured([10, 10], [10, 10]))).toBe(2);
  expect(costRatio(measured([40, 40], [20, 20]), measured([10, 10]))).toBe(4);
});

test("CPU time is kept only if every sample has it", async () => {
  const [timedOne, without] = await raceOf(
    idle("a", [], (rounds) => ({ cpu: 64 * rounds })),
    idle("b"),
  );
  expect(timedOne!.cpuCost).toEqual([1, 1, 1]);
  expect(without!.cpuCost).toBeUndefined();
});

describe("checks", () => {
  const check =
    (changed: Partial<Sample>, expectation = WORKLOAD.expect) =>
    () =>
      checkSample("a", { ...WORKLOAD, expect: expectation }, 2, sampleOf(2, changed));

  test("what is right passes", () => {
    expect(check({})).not.toThrow();
    expect(check({ hits: 128 }, { hitRate: { from: 0.999, to: 1 } })).not.toThrow();
    expect(check({ forwarded: 0, bytes: 0 }, { sent: "none" })).not.toThrow();
    expect(check({ forwarded: 1 }, {})).not.toThrow();
  });

  test.each<[string, Partial<Sample>, typeof WORKLOAD.expect?]>([
    ["packets taken: expected 128, but got 127", { packets: 127 }],
    ["frames sent: expected 128, but got 127", { forwarded: 127 }],
    ["bytes sent: expected 7680, but got 7681", { bytes: 7681 }],
    ["frames flooded: expected 0, but got 1", { flooded: 1 }],
    ["hit rate: expected 0.999 to 1, but got 0.99", { hits: 127 }, { hitRate: { from: 0.999, to: 1 } }],
    ["nothing was sent", { forwarded: 0 }, {}],
    ["frames sent: expected 0, but got 128", {}, { sent: "none" }],
  ])("%s", (message, changed, expectation) => {
    expect(check(changed, expectation)).toThrow(CheckError);
    expect(check(changed, expectation)).toThrow(message);
  });

  test("digests that differ are named", () => {
    expect(() =>
      checkDigests(
        "bridge",
        new Map([
          ["engine", "1"],
          ["loop", "1"],
        ]),
      ),
    ).not.toThrow();
    expect(() =>
      checkDigests(
        "bridge",
        new Map([
          ["engine", "1"],
          ["loop", "2"],
        ]),
      ),
    ).toThrow("bridge: loop sent other frames (digest 2) than engine (1)");
  });
});

test("of the engine, every sample must have sent by each port what the digest's engine sends", async () => {
  const lazy = new EngineContestant({ name: "lazy", drive: () => ({ nanoseconds: 1, cpu: 1 }) });
  await lazy.prepare(WORKLOAD);
  await lazy.digest();
  await expect(lazy.sample(2)).rejects.toThrow(/^bridge, lazy: frames sent by em0: expected \d+, as in the digest, but got 0$/);
  const honest = new EngineContestant({ name: "honest" });
  await honest.prepare(WORKLOAD);
  await honest.digest();
  expect(await honest.sample(2)).toMatchObject({ packets: 128, forwarded: 128 });
});

test("contestants of one work send as many frames per packet, but for a thousandth", () => {
  expect(() =>
    checkSent(
      "capture",
      new Map([
        ["engine", 1.055],
        ["reference", 1.0555],
      ]),
    ),
  ).not.toThrow();
  expect(() =>
    checkSent(
      "capture",
      new Map([
        ["engine", 1.055],
        ["reference", 1.057],
      ]),
    ),
  ).toThrow(new CheckError("capture: reference sent 1.057 frames per packet, but engine 1.055"));
});
