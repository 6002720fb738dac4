import { describe, expect, test } from "vitest";
import type { WireConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { ownMac } from "../support/lab.ts";
import { type Between, FREE_WIRE, MS, measure } from "../support/systems.ts";

// One CPU has interrupts and protocol threads, and interrupts go first: what comes in too fast to be looked at is looked at all the same, until nothing else is
// done (Mogul and Ramakrishnan, Eliminating Receive Livelock in an Interrupt-driven Kernel, 1996).

const BURST = 64;

const carriedOf = async (rate: number, wire: WireConfig, from: bigint, to: bigint): Promise<Between> => {
  const engine = await makeEngine(
    "virtualRelease",
    {
      mbufs: 2048,
      interfaces: [0, 1].map((i) => ({ name: `em${i}`, mac: ownMac(i), ip: [`10.0.${i}.1/24`], rxRing: 256, queue: 255 })),
      routes: [{ dst: "20.0.0.0/8", via: "10.0.1.2", if: "em1" }],
      arp: [{ if: "em1", ip: "10.0.1.2", mac: "02:73:00:00:00:01" }],
      sysctl: { "net.inet.ip.forwarding": 1, "net.inet.ip.fastforwarding": 1 },
      virtual: {
        interfaces: { "*": { ...FREE_WIRE, delay: 0, rxBurst: BURST, ...wire } },
        traffic: [{ if: "em0", arrivals: "poisson", rate, dstIp: "20.0.0.1" }],
      },
    },
    { collect: false },
  );
  return measure(engine, from, to);
};

describe("without moderation", async () => {
  const offered = [100_000, 200_000, 300_000, 500_000, 1_000_000, 2_000_000, 3_000_000];
  const runs = await Promise.all(offered.map((rate) => carriedOf(rate, {}, 20n * MS, 50n * MS)));
  const rates = runs.map(({ rate }) => rate);

  test("what is offered is carried, up to some 0.3 Mpps", () => {
    for (const i of [0, 1, 2]) expect(rates[i]! / offered[i]!).toBeCloseTo(1, 1);
  });

  test("beyond that, what comes more costs packets that would have been carried", () => {
    for (let i = 4; i < rates.length; i++) expect(rates[i]!).toBeLessThanOrEqual(rates[i - 1]!);
    expect(rates[4]!).toBeLessThan(rates[2]! / 2);
    expect(rates[5]!).toBeLessThan(rates[2]! / 50);
  });

  test("until nothing is: the CPU takes frames in all the time", () => {
    expect(rates.at(-1)).toBe(0);
    expect(runs.at(-1)!.cpus[0]!.Interrupt).toBe(runs.at(-1)!.elapsed);
  });
});

describe("with a livelock limit", () => {
  test.each([1_000_000, 2_000_000, 3_000_000])("of 4,000 a second, a burst each is carried, whatever is offered (%i a second)", async (rate) => {
    const { rate: carried } = await carriedOf(rate, { livelockLimit: 4000 }, 200n * MS, 250n * MS);
    expect(carried / (4000 * BURST)).toBeCloseTo(1, 2);
  });
});
