import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import { MS, makeSystem, measure, type SystemOptions, US } from "../support/systems.ts";

// The mode of the lock is changed while packets come.

const N = 4;
const AT = 2n * MS;
const SLICE = 100n * US;
const OVERLOAD: SystemOptions = { n: N, rate: 1_200_000, mode: 0, as: "fast" };

interface Counts {
  releases: number;
  gets: number;
  messages: number;
}

/** Of the protocol threads that have flows. */
const countsOf = (engine: Engine): Counts[] =>
  engine
    .counters()
    .threads.filter(({ name, cpu }) => name.startsWith("udp_thread") && cpu < N)
    .map(({ releases, gets, messages }) => ({ releases, gets, messages }));

const change = (after: Counts[], before: Counts[]): Counts[] =>
  after.map(({ releases, gets, messages }, i) => ({
    releases: releases - before[i]!.releases,
    gets: gets - before[i]!.gets,
    messages: messages - before[i]!.messages,
  }));

/** Packets per second, slice by slice, after the mode has been set. */
const ratesAfter = (engine: Engine, mode: number, slices: number): number[] => {
  engine.setKnob("net.netisr.mpsafe_thread", mode);
  return Array.from({ length: slices }, (_, i) => measure(engine, AT + BigInt(i) * SLICE, AT + BigInt(i + 1) * SLICE).rate);
};

const steady = async (mode: 0 | 1): Promise<number> => measure(await makeSystem({ ...OVERLOAD, mode }), AT, AT + 2n * MS).rate;

describe("0 to 1 in the middle of a run", async () => {
  const engine = await makeSystem(OVERLOAD);
  engine.run(AT);
  const before = countsOf(engine);
  const rates = ratesAfter(engine, 1, 20);
  const made = change(countsOf(engine), before);

  test("each thread makes one release, at its next message, and no get", () => {
    for (const { releases, gets, messages } of made) {
      expect(releases).toBe(1);
      expect(gets).toBe(0);
      expect(messages).toBeGreaterThan(100);
    }
  });

  test("within a millisecond packets of known flows have the rate of mode 1", async () => {
    const [slow, fast] = [await steady(0), await steady(1)];
    expect(fast).toBeGreaterThan(3.5 * slow);
    for (const rate of rates.slice(10)) expect(rate / fast).toBeCloseTo(1, 1.5);
  });
});

test("0 to 1: the release is a thread's next message, however late that comes", async () => {
  const engine = await makeSystem({ ...OVERLOAD, rate: 10_000 });
  engine.run(AT);
  const before = countsOf(engine);
  engine.setKnob("net.netisr.mpsafe_thread", 1);
  for (let time = AT; time < AT + MS; time += 10n * US) {
    engine.run(time);
    for (const { releases, messages } of change(countsOf(engine), before)) expect(releases).toBe(Math.min(1, messages));
  }
  expect(change(countsOf(engine), before).map(({ releases }) => releases)).toEqual(Array(N).fill(1));
});

test("1 to 0: each thread gets the lock once, and together they fall to the rate of mode 0", async () => {
  const engine = await makeSystem({ ...OVERLOAD, mode: 1, rate: 400_000 });
  engine.run(AT);
  const before = countsOf(engine);
  const rates = ratesAfter(engine, 0, 20);
  for (const { releases, gets } of change(countsOf(engine), before)) expect([releases, gets]).toEqual([0, 1]);
  const slow = measure(await makeSystem({ ...OVERLOAD, rate: 400_000 }), AT, AT + 2n * MS).rate;
  for (const rate of rates.slice(10)) expect(rate / slow).toBeCloseTo(1, 1.3);
});
