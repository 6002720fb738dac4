/** The rate at which an interrupt counts as livelocked, and that of the timer which takes its place (sys/kern/kern_intr.c). */
import { expect, test } from "vitest";
import type { WireConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { ownMac } from "../support/lab.ts";

const SECOND = 1_000_000_000_000n;

/** Interrupts in the fourth second of frames at a constant rate, each of which would interrupt, and nothing else takes time. */
const interruptsAt = async (rate: number, wire: WireConfig): Promise<number> => {
  const engine = await makeEngine(
    "virtualRelease",
    {
      interfaces: [{ name: "em0", mac: ownMac(0), rxRing: 4096 }],
      virtual: {
        costs: { preset: "zero" },
        interfaces: { em0: { delay: 0, gap: 0, rxBurst: 4096, ...wire } },
        traffic: [{ if: "em0", arrivals: "constant", rate }],
      },
    },
    { collect: false },
  );
  const runs = (): number => engine.counters().threads.find(({ name }) => name === "ithread em0")!.messages;
  engine.run(3n * SECOND);
  const before = runs();
  engine.run(4n * SECOND);
  return runs() - before;
};

test.each<[rate: number, wire: WireConfig, interrupts: number]>([
  [4_900, { livelockLimit: 5_000 }, 4_900],
  [9_900, { livelockLimit: 5_000 }, 5_000],
  [9_000, { livelockLimit: 200 }, 200],
])("at %i frames a second with %o: %i interrupts", async (rate, wire, interrupts) => {
  const counted = await interruptsAt(rate, wire);
  expect(Math.abs(counted - interrupts)).toBeLessThanOrEqual(2);
});

test("the timer comes from 100 to 500,000 times a second, whatever the limit", async () => {
  expect(Math.abs((await interruptsAt(9_000, { livelockLimit: 20 })) - 100)).toBeLessThanOrEqual(1);
});

test("a gap between interrupts that is longer than the timer's period holds in livelock, too", async () => {
  const counted = await interruptsAt(9_000, { livelockLimit: 50, gap: "15ms" }); // 66 a second is livelock, in which the timer would come every 10 ms
  expect(Math.abs(counted - 1_000 / 15)).toBeLessThanOrEqual(1);
});
