/**
 * Receive livelock (Mogul and Ramakrishnan, 1996) by theory: a frame takes s1 when it is read and s2 in its protocol thread. By interrupts, whatever comes beyond
 * 1 / (s1 + s2) takes away from what is carried, which is (1 - rate x s1) / s2; polled, 1 / (s1 + s2) are carried, however much comes.
 */
import { describe, expect, test } from "vitest";
import { brokenIdentities } from "../support/identities.ts";
import { makeFast } from "../support/polled.ts";
import { between, MS } from "../support/systems.ts";

/** Nanoseconds; rates as parts of those at which all is carried, and at which nothing is. */
const WORK = [
  [340, 960],
  [700, 730],
] as const;
const OFFERED = [0.5, 0.9, 1, 1.2, 1.7, 2.5];
const ROWS = WORK.flatMap(([s1, s2]) => [...OFFERED.map((part) => part / (s1 + s2)), 0.9 / s1, 2 / s1].map((rate) => [s1, s2, rate] as const));

/** Frames per ns. */
const carriedOf = async (s1: number, s2: number, rate: number, polling: boolean): Promise<number> => {
  const engine = await makeFast({
    costs: { RxFrame: s1, EtherOncpu: s2 },
    knobs: { pollhz: 20_000, user_frac: 0 },
    wires: { em0: { polling, rxBurst: 1 } },
    traffic: { arrivals: "constant", rate: Math.round(rate * 1e9) },
  });
  engine.run(10n * MS);
  const first = engine.results();
  engine.run(40n * MS);
  expect(brokenIdentities(engine)).toEqual([]);
  return between(first, engine.results()).rate / 1e9;
};

describe.each(ROWS)("s1 %d ns, s2 %d ns, %f frames a ns", (s1, s2, rate) => {
  const most = 1 / (s1 + s2);

  test("by interrupts, what is read is taken from what is carried", async () => {
    const theory = rate <= most ? rate : Math.max(0, (1 - rate * s1) / s2);
    const carried = await carriedOf(s1, s2, rate, false);
    if (theory === 0) expect(carried).toBe(0);
    else expect(Math.abs(carried / theory - 1)).toBeLessThan(0.02);
  });

  test("by polling, as much is carried as can be", async () => {
    const carried = await carriedOf(s1, s2, rate, true);
    expect(Math.abs(carried / Math.min(rate, most) - 1)).toBeLessThan(0.02);
  });
});
