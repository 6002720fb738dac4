/** Other kernel work as the queues of the textbook: what is measured of its jobs is what theory says, within four standard errors. */
import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import type { WorkConfig } from "../../src/types.ts";
import { brokenIdentities } from "../support/identities.ts";
import { drawn, type Estimate, engineOf, estimates, us } from "../support/kernel_work.ts";
import { LONG } from "../support/long.ts";

const PARTS = LONG ? 200 : 40;
const JOBS = 5000;
const PS = 1e6;

/** Response and wait of every thread, in microseconds. `rate`: jobs a microsecond of the slowest. */
const timesOf = (engine: Engine, rate: number): Estimate[] => {
  const read = ({ results }: Engine) =>
    results.call(engine).work.flatMap(({ response, wait }) => [response, wait].map(({ sum, count }) => ({ sum, per: count })));
  const found = estimates(engine, PARTS, BigInt(Math.round((JOBS / rate) * PS)), read);
  expect(brokenIdentities(engine)).toEqual([]);
  return found.map(({ mean, error }) => ({ mean: mean / PS, error: error / PS }));
};

const expectNear = ({ mean, error }: Estimate, theory: number): void => {
  expect(error).toBeLessThan(0.05 * theory);
  expect(Math.abs(mean - theory)).toBeLessThan(4 * error);
};

const poisson = (name: string, kind: WorkConfig["class"], rate: number, work: WorkConfig["work"]): WorkConfig => ({
  name,
  class: kind,
  rate: Math.round(rate * 1e6),
  work: work!,
});

describe("one thread is M/G/1", () => {
  test.each(["user", "soft", "interrupt"] as const)("M/M/1, class %s", async (kind) => {
    const engine = await engineOf([poisson("w", kind, 0.7, drawn(1))], {}, "virtualRelease");
    const [response, wait] = timesOf(engine, 0.7);
    expectNear(response!, 1 / (1 - 0.7));
    expectNear(wait!, 0.7 / (1 - 0.7));
    const [cpu] = engine.results().cpus;
    expect(cpu![kind === "user" ? "User" : "Interrupt"] + cpu!.Idle).toBe(engine.now);
  });

  test("M/D/1", async () => {
    const engine = await engineOf([poisson("w", "user", 0.7, us(1))], {}, "virtualRelease");
    const [response, wait] = timesOf(engine, 0.7);
    expectNear(wait!, 0.7 / (2 * (1 - 0.7)));
    expect(response!.mean).toBeCloseTo(wait!.mean + 1, 3);
    expect(engine.results().work[0]!.refused).toBe(0n);
  });
});

describe("two threads of a CPU, constant work", () => {
  // Rates and times of a row of the textbook's table: half of the CPU, shared equally.
  const [l1, s1, l2, s2] = [0.133825, 2, 0.133825, 2];
  const [r1, r2] = [l1 * s1, l2 * s2];
  const left = (l1 * s1 ** 2 + l2 * s2 ** 2) / 2;

  test("an interrupt preempts a user thread, which goes on where it was", async () => {
    const engine = await engineOf([poisson("device", "interrupt", l1, us(s1)), poisson("call", "user", l2, us(s2))], {}, "virtualRelease");
    const [t1, , t2] = timesOf(engine, l1);
    expectNear(t1!, s1 + (l1 * s1 ** 2) / 2 / (1 - r1));
    expectNear(t2!, s2 / (1 - r1) + left / ((1 - r1) * (1 - r1 - r2)));
  });

  test("a soft thread has preempted already, and is done with its job first: priorities without preemption", async () => {
    const engine = await engineOf([poisson("device", "interrupt", l1, us(s1)), poisson("timer", "soft", l2, us(s2))], {}, "virtualRelease");
    const [t1, , t2] = timesOf(engine, l1);
    expectNear(t1!, s1 + left / (1 - r1));
    expectNear(t2!, s2 + left / ((1 - r1) * (1 - r1 - r2)));
  });
});
