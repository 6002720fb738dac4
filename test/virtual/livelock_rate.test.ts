/** The rate at which an interrupt counts as livelocked, and that of the timer which takes its place (sys/kern/kern_intr.c). */
import { describe, expect, test } from "vitest";
import type { TrafficConfig, WireConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { ownMac } from "../support/lab.ts";

const MS = 1_000_000_000n;

/** Interrupts from one time to another, in milliseconds, of frames each of which would interrupt, and nothing else takes time. */
const interrupts = async (traffic: readonly Partial<TrafficConfig>[], wire: WireConfig, [from, to]: [number, number]): Promise<number> => {
  const engine = await makeEngine(
    "virtualRelease",
    {
      interfaces: [{ name: "em0", mac: ownMac(0), rxRing: 4096 }],
      virtual: {
        costs: { preset: "zero" },
        interfaces: { em0: { delay: 0, gap: 0, rxBurst: 4096, ...wire } },
        traffic: traffic.map((one) => ({ if: "em0", arrivals: "constant", ...one })),
      },
    },
    { collect: false },
  );
  const runs = (): number => engine.counters().threads.find(({ name }) => name === "ithread em0")!.messages;
  engine.run(BigInt(from) * MS);
  const before = runs();
  engine.run(BigInt(to) * MS);
  return runs() - before;
};

/** In the fourth second of a constant rate. */
const interruptsAt = (rate: number, wire: WireConfig): Promise<number> => interrupts([{ rate }], wire, [3000, 4000]);

test.each<[rate: number, wire: WireConfig, interrupts: number]>([
  [4_900, { livelockLimit: 5_000 }, 4_900],
  [9_900, { livelockLimit: 5_000 }, 5_000],
  [9_000, { livelockLimit: 200 }, 200],
])("at %i frames a second with %o: %i interrupts", async (rate, wire, wanted) => {
  const counted = await interruptsAt(rate, wire);
  expect(Math.abs(counted - wanted)).toBeLessThanOrEqual(2);
});

test("the timer comes from 100 to 500,000 times a second, whatever the limit", async () => {
  expect(Math.abs((await interruptsAt(9_000, { livelockLimit: 20 })) - 100)).toBeLessThanOrEqual(1);
});

test("a gap between interrupts that is longer than the timer's period holds in livelock, too", async () => {
  const counted = await interruptsAt(9_000, { livelockLimit: 50, gap: "15ms" }); // 66 a second is livelock, in which the timer would come every 10 ms
  expect(Math.abs(counted - 1_000 / 15)).toBeLessThanOrEqual(1);
});

/**
 * 9,000 frames a second for three seconds, with a limit of 5,000: the rate stands between 5,000 and 5,100, and falls by a hundredth each tick of 10 ms then. It
 * is below 2,000 after ln(2,000 / 5,050) / ln(0.99) = 92 of them, at 3.92 s, and has been for a second at 4.92 s.
 */
describe("livelock ends when the rate has been low for a whole second", () => {
  test.each([
    [3_900, 50], // not low yet
    [3_950, 50],
    [4_500, 50],
    [4_900, 50],
    [4_950, 90],
    [6_000, 90],
  ])("frames that come again after %i ms interrupt %i times in 10 ms", async (ms, wanted) => {
    const traffic = [
      { rate: 9_000, stop: "3s" },
      { rate: 9_000, start: `${ms}ms` },
    ];
    const counted = await interrupts(traffic, { livelockLimit: 5_000, livelockLow: 2_000 }, [ms, ms + 10]);
    expect(Math.abs(counted - wanted)).toBeLessThanOrEqual(1);
  });

  test("a rate that stays above the low water keeps it, however far it is below the limit", async () => {
    const traffic = [
      { rate: 9_000, stop: "3s" },
      { rate: 2_500, start: "3s", stop: "10s" },
      { rate: 9_000, start: "10s" },
    ];
    const counted = await interrupts(traffic, { livelockLimit: 5_000, livelockLow: 2_000 }, [10_000, 10_010]);
    expect(Math.abs(counted - 50)).toBeLessThanOrEqual(1);
  });

  test("a low rate for less than a second does not end it, however often", async () => {
    // 500 ms in 1.2 s: when they begin, the rate has been low for 0.4 to 0.6 s, and less than 0.3 s later it is not
    const bursts = [4_500, 5_700, 6_900, 8_100].map((ms) => ({ rate: 9_000, start: `${ms}ms`, stop: `${ms + 500}ms` }));
    const counted = await interrupts([{ rate: 9_000, stop: "3s" }, ...bursts], { livelockLimit: 5_000, livelockLow: 2_000 }, [8_100, 8_110]);
    expect(Math.abs(counted - 50)).toBeLessThanOrEqual(1);
  });
});
