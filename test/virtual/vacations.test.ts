/**
 * An interface without interrupts whose thread sleeps when it finds nothing: a server on multiple vacations. A packet waits as in M/G/1 and for the rest of a
 * vacation besides: E[W] = rate E[S^2] / (2 (1 - rho)) + E[V^2] / (2 E[V]) (Doshi, Queueing systems with vacations, 1986).
 */
import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import type { WireConfig } from "../../src/types.ts";
import { meanOf, varianceOf } from "../support/fit.ts";
import { brokenIdentities, unrest } from "../support/identities.ts";
import { LONG } from "../support/long.ts";
import { giveIcmp, makeFast, makePolled } from "../support/polled.ts";
import { MS, US } from "../support/systems.ts";

type Law = "constant" | "exponential";
/** E[X^2] / E[X]^2 */
const SECOND: Record<Law, number> = { constant: 1, exponential: 2 };
const PARTS = LONG ? 200 : 40;
const PACKETS = 4000;

const wires = (vacation: NonNullable<WireConfig["vacation"]>) => ({ em0: { vacation, rxBurst: 1 } });

/** Means of the waits of parts of a run that are long enough to be independent, in us. The first one is left out. */
const waitsOf = (engine: Engine, part: bigint): number[] => {
  const read = () => engine.results().places.Ring;
  engine.run(part);
  return Array.from({ length: PARTS }, () => {
    const before = read();
    engine.run(engine.now + part);
    const after = read();
    return Number(after.sum - before.sum) / Number(after.count - before.count) / Number(US);
  });
};

describe.each([
  [0.4426, "constant", 11, "constant"],
  [0.4426, "exponential", 34, "constant"],
  [0.7796, "exponential", 9, "exponential"],
  [0.7796, "constant", 20, "exponential"],
] as const)("%f packets a us, service %s, vacations of %d us %s", (rate, service, vacation, law) => {
  test("the mean wait is that of theory, to four standard errors", async () => {
    const engine = await makeFast({
      costs: { RxFrame: { value: 1000, law: service } },
      wires: wires({ value: `${vacation}us`, law }),
      traffic: { arrivals: "poisson", rate: rate * 1e6 },
      ports: [{ rxRing: 4096 }],
      mbufs: 8192,
    });
    const waits = waitsOf(engine, BigInt(Math.round((PACKETS / rate) * Number(US))));
    const theory = (rate * SECOND[service]) / (2 * (1 - rate)) + (vacation * SECOND[law]) / 2;
    const error = Math.sqrt(varianceOf(waits) / waits.length);
    expect(error).toBeLessThan(0.05 * theory);
    expect(Math.abs(meanOf(waits) - theory)).toBeLessThan(4 * error);
    expect(engine.results().drops).toEqual([]);
    expect(brokenIdentities(engine)).toEqual([]);
  });
});

describe("without chance", () => {
  test("the thread looks when a vacation is over, reads until the ring is empty, and sleeps a whole one", async () => {
    // The packets are forwarded by CPU 0, which has nothing else to do.
    const engine = await makePolled({ cpus: 2, ports: [{ cpu: 1 }], costs: { RxFrame: 3000 }, wires: wires("10us") });
    giveIcmp(engine, 2, 0, 4n * US); // looked at at 10 us; through at 13 and 16
    giveIcmp(engine, 1, 0, 15n * US); // found at 16; through at 19
    giveIcmp(engine, 1, 0, 20n * US); // the next look is at 29
    giveIcmp(engine, 1, 0, 32n * US); // this very moment; through at 35
    engine.run(100n * US);
    expect(engine.take().map(({ time }) => Number(time / US))).toEqual([13, 16, 19, 32, 35]);
    expect(engine.counters().ports[0]!.counters.interrupts).toBe(5 + 6); // with looks at 45, 55, ..., 95
  });

  test("what is left to do when its ring is empty is nothing", async () => {
    const engine = await makePolled({ wires: wires({ value: 5, law: "exponential" }), traffic: { arrivals: "poisson", rate: 300_000, count: 900 } });
    expect(engine.run()).toBe("idle");
    expect(engine.take()).toHaveLength(900);
    expect(unrest(engine)).toEqual([]);
    engine.run(engine.now + MS);
    expect(engine.run()).toBe("idle");
  });
});
