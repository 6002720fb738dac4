/** N threads on N CPUs that think and hold the BGL: the models of a lock that have an answer. Under `fifo`, and nothing but that takes time. */
import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import type { WorkConfig } from "../../src/types.ts";
import { brokenIdentities } from "../support/identities.ts";
import { drawn, engineOf, estimates, throughputConstantHold, throughputDrawn, US, us } from "../support/kernel_work.ts";
import { LONG } from "../support/long.ts";

const PARTS = LONG ? 200 : 40;
const JOBS = 3000;

/** The thread sleeps while it thinks, or works all the time. */
const HOW = ["think", "outside"] as const;
const entry = (how: (typeof HOW)[number], time: WorkConfig["think"], hold: WorkConfig["hold"]): WorkConfig => ({
  name: "call",
  cpus: "all",
  class: "user",
  think: 0,
  hold: hold!,
  ...{ [how]: time },
});

const total = (engine: Engine): bigint => engine.results().work.reduce((sum, { done }) => sum + done, 0n);

/** Jobs a microsecond. */
const throughputOf = (engine: Engine, expected: number): { mean: number; error: number } => {
  const part = BigInt(Math.round(JOBS / expected)) * US;
  const [found] = estimates(engine, PARTS, part, () => [{ sum: total(engine), per: engine.now / US }]);
  expect(brokenIdentities(engine)).toEqual([]);
  return found!;
};

describe.each(HOW)("think time is %s", (how) => {
  test.each([
    [1, 5.346, 1],
    [4, 3.063, 1],
    [8, 3.27, 1],
    [8, 21.896, 1],
  ])("exponential, N = %i, Z = %f, S = %f", async (cpus, think, hold) => {
    const engine = await engineOf([entry(how, drawn(think), drawn(hold))], { cpus, lock: "fifo" }, "virtualRelease");
    const theory = throughputDrawn(cpus, think, hold);
    const { mean, error } = throughputOf(engine, theory);
    expect(error).toBeLessThan(0.005 * theory);
    expect(Math.abs(mean - theory)).toBeLessThan(4 * error);
  });

  test.each([
    [1, 3.43, 1],
    [4, 3.016, 1],
    [8, 9.2, 1],
  ])("constant hold, N = %i, Z = %f, S = %f", async (cpus, think, hold) => {
    const engine = await engineOf([entry(how, drawn(think), us(hold))], { cpus, lock: "fifo" }, "virtualRelease");
    const theory = throughputConstantHold(cpus, think, hold);
    const { mean, error } = throughputOf(engine, theory);
    expect(error).toBeLessThan(0.005 * theory);
    expect(Math.abs(mean - theory)).toBeLessThan(4 * error);
  });

  test.each([
    [1, 39, 1],
    [2, 29, 1],
    [4, 27, 9],
    [8, 9, 9],
    [8, 100, 7],
  ])("constant, N = %i, Z = %i, S = %i: exactly", async (cpus, think, hold) => {
    const engine = await engineOf([entry(how, us(think), us(hold))], { cpus, lock: "fifo" });
    const cycle = BigInt(Math.max(think + hold, cpus * hold)) * US;
    engine.run(2n * cycle);
    const before = engine.results();
    engine.run(102n * cycle);
    const after = engine.results();
    expect(after.work.map(({ done }, i) => done - before.work[i]!.done)).toEqual(Array(cpus).fill(100n));
    // Who asks waits for the same time in each cycle, which is what the cycle has left.
    const waited = after.locks[0]!.wait - before.locks[0]!.wait;
    expect(waited).toBe(BigInt(100 * cpus) * (cycle - BigInt(think + hold) * US));
    expect(brokenIdentities(engine)).toEqual([]);
  });
});

test("a thread that sleeps leaves its CPU idle, one that works does not", async () => {
  const [sleeps, works] = await Promise.all(HOW.map((how) => engineOf([entry(how, us(30), us(10))])));
  for (const engine of [sleeps!, works!]) engine.run(400n * US);
  expect(sleeps!.results().cpus[0]).toMatchObject({ User: 100n * US, Idle: 300n * US });
  expect(works!.results().cpus[0]).toMatchObject({ User: 400n * US, Idle: 0n });
});

test.each(["cas", "random"] as const)("under %s the lock is always somebody's when all want it, and all CPUs spin or work", async (lock) => {
  const engine = await engineOf([entry("outside", drawn(1), us(3))], { cpus: 8, lock, costs: { preset: "opteron-2008" } });
  engine.run(20_000n * US);
  const { locks, cpus, work } = engine.results();
  const [one] = locks;
  expect(Number(one!.hold + one!.holding + one!.handover)).toBeGreaterThan(0.99 * Number(engine.now));
  expect(one!.gets).toBe(one!.threads.reduce((sum, { gets }) => sum + gets, 0n));
  expect(one!.gets - work.reduce((sum, { done }) => sum + done, 0n)).toBeLessThanOrEqual(8n);
  for (const { User, BglSpin, Idle } of cpus) expect(User > 0n && BglSpin > 0n && Idle === 0n).toBe(true);
  expect(brokenIdentities(engine)).toEqual([]);
});
