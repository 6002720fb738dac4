/**
 * Receive slots that are given back when a step is over: the frame that is being read is one of the K that the ring can hold. With steps of one frame and
 * nothing but RxFrame that takes time it is the queue M/M/1/K, or M/D/1/K.
 */
import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import type { TrafficConfig } from "../../src/types.ts";
import { meanOf, varianceOf } from "../support/fit.ts";
import { brokenIdentities, unrest } from "../support/identities.ts";
import { LONG } from "../support/long.ts";
import { giveIcmp, makeFast, makePolled } from "../support/polled.ts";
import { US } from "../support/systems.ts";

type Law = "constant" | "exponential";
const PARTS = LONG ? 200 : 40;
const FRAMES = 4000;

const queueOf = (slots: number, law: Law, arrivals: TrafficConfig["arrivals"], rate: number, service = 1): Promise<Engine> =>
  makeFast({
    costs: { RxFrame: { value: service * 1000, law } },
    wires: { em0: { refill: "burst", rxBurst: 1 } },
    ports: [{ rxRing: slots }],
    traffic: { arrivals, rate: Math.round(rate * 1e6) },
  });

/** M/M/1/K: probability that it is full. */
const blockedMM = (rho: number, k: number): number => (rho === 1 ? 1 / (k + 1) : ((1 - rho) * rho ** k) / (1 - rho ** (k + 1)));

/** M/D/1/K, D = 1, by the chain at departures (Gross and Harris, Fundamentals of Queueing Theory, 5.1.8): how many it leaves behind. */
const blockedMD = (rho: number, k: number): number => {
  const arrive = (n: number): number => {
    let p = Math.exp(-rho);
    for (let i = 1; i <= n; i++) p *= rho / i;
    return p;
  };
  const left = [1];
  for (let n = 0; n + 1 < k; n++) {
    let sum = left[n]! - left[0]! * arrive(n);
    for (let i = 1; i <= n; i++) sum -= left[i]! * arrive(n - i + 1);
    left.push(sum / arrive(0));
  }
  const first = left[0]! / left.reduce((a, b) => a + b, 0);
  return 1 - 1 / (first + rho); // carried = 1 / (first + rho) of what is offered
};

/** Shares of the frames that found the ring full, in parts of a run. */
const lossesOf = (engine: Engine, rate: number): number[] => {
  const part = BigInt(Math.round((FRAMES / rate) * Number(US)));
  const read = (): [lost: number, all: number] => {
    const { drops, traffic } = engine.results();
    return [drops[0]?.packets ?? 0, Number(traffic[0]!.generated.frames)];
  };
  return Array.from({ length: PARTS }, () => {
    const before = read();
    engine.run(engine.now + part);
    const after = read();
    return (after[0] - before[0]) / (after[1] - before[1]);
  });
};

test("the formulas: M/D/1/1 loses rho / (1 + rho), as any M/G/1/1, and published points", () => {
  expect(blockedMD(0.7, 1)).toBeCloseTo(0.7 / 1.7, 12);
  expect(blockedMM(0.7, 1)).toBeCloseTo(0.7 / 1.7, 12);
  expect(blockedMD(1.056, 2)).toBeCloseTo(0.2876703474771889, 10);
  expect(blockedMD(0.5356, 6)).toBeCloseTo(0.0010602492847799905, 10);
  expect(blockedMM(1.2064, 2)).toBeCloseTo(0.39745496161539046, 10);
});

describe.each([
  ["M/M/1", "exponential", blockedMM],
  ["M/D/1", "constant", blockedMD],
] as const)("%s/K", (_, law, blocked) => {
  test.each([
    [1, 0.5272],
    [1, 1.5],
    [2, 0.662],
    [2, 1.2064],
    [8, 0.9],
    [8, 1.3],
  ])("K = %d, load %f: the share of lost frames is that of theory, to four standard errors", async (slots, rho) => {
    const engine = await queueOf(slots, law, "poisson", rho);
    const losses = lossesOf(engine, rho);
    const theory = blocked(rho, slots);
    const error = Math.sqrt(varianceOf(losses) / losses.length);
    expect(error).toBeLessThan(0.2 * theory);
    expect(Math.abs(meanOf(losses) - theory)).toBeLessThan(4 * error);
    expect(engine.results().drops.map(({ reason }) => reason)).toEqual(["RingFull"]);
    // In the system are those in the ring and the one that is served: never more than K.
    expect(engine.results().queues.find(({ name }) => name === "ring em0")!.highWater).toBeLessThanOrEqual(BigInt(slots));
    expect(brokenIdentities(engine)).toEqual([]);
  });
});

describe("D/D/1/K", () => {
  test.each([
    [1, 50, 50],
    [4, 50, 50],
    [8, 69, 36],
  ])("K = %d, a frame every %d us, service %d us: none is lost, none waits", async (slots, gap, service) => {
    const engine = await queueOf(slots, "constant", "constant", 1 / gap, service);
    engine.run(BigInt(gap * 1000) * US);
    expect(engine.results().drops).toEqual([]);
    expect(engine.results().places.Ring.max).toBe(0n);
  });

  test("in overload the server never rests, and what does not fit is lost", async () => {
    const engine = await queueOf(8, "constant", "constant", 0.1, 80); // every 10 us, of 80 us
    engine.run(10_000n * US);
    // The first one comes at 10 us; those at 20 to 80 fill the ring, the eighth of them is the one that is served.
    const { traffic, drops, queues } = engine.results();
    expect(traffic[0]!.generated.frames).toBe(1000n);
    const taken = Number(queues.find(({ name }) => name === "ring em0")!.takes);
    expect(taken).toBe(Math.floor((10_000 - 10) / 80) + 1);
    expect(drops[0]!.packets).toBe(1000 - taken - 7);
  });
});

describe("when a slot is free", () => {
  const lostWith = async (refill: "frame" | "burst", rxBurst: number, at: number): Promise<number> => {
    const engine = await makePolled({ costs: { RxFrame: 10_000 }, wires: { em0: { refill, rxBurst } }, ports: [{ rxRing: 4 }] });
    giveIcmp(engine, 4, 0, 0n); // read from 0 us on, 10 us each
    giveIcmp(engine, 4, 0, BigInt(at) * US);
    engine.run();
    expect([...brokenIdentities(engine), ...unrest(engine)]).toEqual([]);
    return engine.results().drops[0]?.packets ?? 0;
  };

  test("as soon as its frame is read, by default", async () => {
    expect(await lostWith("frame", 64, 5)).toBe(0);
    expect(await lostWith("frame", 1, 5)).toBe(3); // the second frame is read at 10 us
  });

  test("at the end of the step that has read it, by the whole burst", async () => {
    expect(await lostWith("burst", 64, 39)).toBe(4);
    expect(await lostWith("burst", 64, 40)).toBe(0);
    expect(await lostWith("burst", 1, 5)).toBe(4);
    expect(await lostWith("burst", 1, 35)).toBe(1);
  });

  test("at the very start, in no time", async () => {
    const engine = await makePolled({ wires: { em0: { refill: "burst" } } });
    giveIcmp(engine, 2, 0, 0n);
    expect(engine.run(1000n * US)).toBe("idle");
    expect(engine.counters().ports[1]!.counters.if_opackets).toBe(2);
  });

  test("for a poll as for an interrupt", async () => {
    const engine = await makePolled({ costs: { RxFrame: 10_000 }, wires: { em0: { refill: "burst", polling: true } }, ports: [{ rxRing: 4 }] });
    giveIcmp(engine, 4); // read from 500 us on
    giveIcmp(engine, 1, 0, 539n * US);
    giveIcmp(engine, 4, 0, 540n * US);
    engine.run();
    expect(engine.results().drops[0]!.packets).toBe(1);
    expect([...brokenIdentities(engine), ...unrest(engine)]).toEqual([]);
  });
});
