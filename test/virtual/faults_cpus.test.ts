/** Faults of interrupts, CPUs and the holders of locks. */
import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import { bucketBetween } from "../../src/report/index.ts";
import type { FaultConfig } from "../../src/types.ts";
import { afterwards, faulty, isBinomial, seenOf } from "../support/faulty.ts";
import { ownMac, station } from "../support/frames.ts";
import { ipFrame } from "../support/packets.ts";
import { FREE_WIRE, MS, US } from "../support/systems.ts";

const interruptsOf = (engine: Engine): number => engine.counters().ports[0]!.counters.interrupts!;
/** A frame each 100 us, each with an interrupt of its own, 20 us later. */
const SELDOM = { rate: 10_000 };

describe("lost interrupts", () => {
  test("the next frame's interrupt finds both", async () => {
    const { struck, engine, carried, received } = await afterwards([{ kind: "lostInterrupts", if: "em0", nth: 2 }], SELDOM, "100ms");
    expect(carried).toBe(received);
    expect(struck[0]).toBe(Math.floor(received / 2)); // frame 1 is seen, 2 is not, 3 finds 2, 4 is not seen ...
    expect(interruptsOf(engine)).toBe(received - struck[0]!);
    expect(engine.results().queues.find(({ name }) => name === "ring em0")!.highWater).toBe(2n);
    expect(engine.results().latency.all.max).toBeGreaterThan(120n * US);
  });

  test("by chance as often as they should be", async () => {
    const { struck, engine } = await afterwards([{ kind: "lostInterrupts", if: "em0", p: 0.2 }], SELDOM, "500ms");
    expect(isBinomial(struck[0]!, struck[0]! + interruptsOf(engine), 0.2)).toBe(true);
  });

  test("the watchdog finds what nothing else does", async () => {
    const faults: FaultConfig[] = [{ kind: "lostInterrupts", if: "em0", p: 1, to: "150us", watchdog: "300us" }];
    const { struck, engine } = await afterwards(faults, { ...SELDOM, traffic: () => ({ count: 1 }) });
    expect(struck).toEqual([1]); // 120 us after the beginning
    const { min } = engine.results().places.Ring;
    expect(min).toBeGreaterThanOrEqual(320n * US);
    expect(min).toBeLessThan(330n * US);
  });

  test("a frame of the host finds what was lost", async () => {
    const engine = await faulty([{ kind: "lostInterrupts", if: "em0", p: 1, to: "50us" }], { traffic: () => ({ stop: "1us" }) });
    const data = ipFrame({ dst: ownMac(0), src: station(0) }, { dst: "20.0.0.9" });
    engine.receive([0n, 200n].map((us) => ({ interface: "em0", time: us * US, data })));
    engine.run();
    expect(seenOf(engine)).toMatchObject({ struck: [1], received: 2, carried: 2 });
    expect(engine.results().places.Ring.max).toBeLessThan(210n * US);
  });
});

test("a duplicated interrupt runs the handler once more, for nothing", async () => {
  const { struck, engine, received, carried } = await afterwards([{ kind: "duplicatedInterrupts", if: "em0", p: 1 }], SELDOM);
  expect(carried).toBe(received);
  expect(struck[0]).toBe(received);
  expect(interruptsOf(engine)).toBe(2 * received);
});

describe("a storm", () => {
  test("interrupts so often", async () => {
    const faults: FaultConfig[] = [{ kind: "storm", if: "em0", rate: 50_000, from: "1ms", to: "11ms" }];
    const { struck, engine } = await afterwards(faults, { traffic: () => ({ stop: "1us" }) });
    expect(struck).toEqual([500]);
    expect(interruptsOf(engine)).toBe(500);
  });

  test("is stopped by the livelock limit", async () => {
    const faults: FaultConfig[] = [{ kind: "storm", if: "em0", rate: 400_000, to: "50ms" }];
    const idle = { traffic: () => ({ stop: "1us" }) };
    const free = await afterwards(faults, idle);
    expect(free.struck[0]).toBeGreaterThan(10_000); // a handler takes longer than from one to the next
    const { struck } = await afterwards(faults, { ...idle, wire: { ...FREE_WIRE, livelockLimit: 4000 } });
    expect(struck[0]).toBeGreaterThan(4000);
    expect(struck[0]).toBeLessThan(4000 + 0.05 * 4000 + 5 * 40 + 10); // then by a timer, and what decays in 50 ms
  });
});

describe("a CPU that stands still", () => {
  test("lets packets wait, and all of them get there", async () => {
    const { struck, engine, carried, received, drops } = await afterwards([{ kind: "stall", cpu: 0, from: "5ms", for: "500us" }], SELDOM);
    expect({ struck, drops, carried }).toEqual({ struck: [1], drops: {}, carried: received });
    const { max } = engine.results().latency.all;
    expect(max).toBeGreaterThan(400n * US);
    expect(max).toBeLessThan(560n * US);
    const { engine: without } = await afterwards([], SELDOM);
    expect(without.results().latency.all.max).toBeLessThan(60n * US);
  });

  test("lets a ring run full that it should read", async () => {
    const busy = { rate: 1_000_000, wire: { ...FREE_WIRE, rxBurst: 256 } };
    const { drops } = await afterwards([{ kind: "stall", cpu: 1, from: "5ms", for: "1ms" }], { ...busy, as: "bridge" }, "10ms");
    expect(drops.RingFull).toBeGreaterThan(1000 - 256 - 60);
    expect(drops.RingFull).toBeLessThan(1000 - 256 + 60);
  });

  test("again and again: as often as it should, whatever its law", async () => {
    const regular = await afterwards([{ kind: "stall", cpu: 0, for: "50us", every: "1ms", to: "100ms" }]);
    expect(regular.struck).toEqual([100]);
    const mean = { kind: "stall", cpu: 0, for: "50us", every: "1ms", to: "1s", law: "exponential" } as const;
    const { struck } = await afterwards([mean], SELDOM, "1ms");
    expect(Math.abs(struck[0]! - 1000)).toBeLessThan(4 * Math.sqrt(1000)); // a pause of 950 us varies less than a Poisson process
  });
});

describe("who gets a lock and loses his CPU", () => {
  test("holds the BGL so long", async () => {
    const holder: FaultConfig = { kind: "holder", lock: "BGL", p: 0.02, stall: "300us" };
    const { struck, engine, carried, received } = await afterwards([holder], SELDOM);
    const [bgl] = engine.results().locks;
    expect(isBinomial(struck[0]!, Number(bgl!.gets), 0.02)).toBe(true);
    expect(bgl!.maxHold).toBeGreaterThanOrEqual(300n * US);
    expect(bgl!.hold).toBeGreaterThanOrEqual(BigInt(struck[0]!) * 300n * US);
    expect(carried).toBe(received);
    const { engine: without } = await afterwards([], SELDOM);
    expect(without.results().locks[0]!.maxHold).toBeLessThan(20n * US);
  });

  test("lets others wait for it", async () => {
    const two = { n: 2, mode: 0, rate: 20_000 } as const;
    const { engine } = await afterwards([{ kind: "holder", lock: "BGL", p: 0.05, stall: "200us" }], two, "20ms");
    expect(engine.results().locks[0]!.maxWait).toBeGreaterThan(150n * US);
  });

  test.each(["serializer", "queue"] as const)("holds a %s so long", async (lock) => {
    const { struck, engine } = await afterwards([{ kind: "holder", lock, if: "em1", nth: 50, stall: "300us" }], SELDOM);
    const held = engine.results().locks.find(({ name }) => name === `${lock} em1`)!;
    expect(struck[0]).toBe(Math.floor(Number(held.gets) / 50));
    expect(held.maxHold).toBeGreaterThanOrEqual(300n * US);
    expect(held.maxHold).toBeLessThan(310n * US);
  });
});

test("faults that are over leave nothing behind", async () => {
  const to = "20ms";
  const faults: FaultConfig[] = [
    { kind: "stall", cpu: 1, for: "100us", every: "1ms", to },
    { kind: "holder", lock: "BGL", p: 0.1, stall: "50us", to },
    { kind: "lostInterrupts", if: "em0", p: 0.5, to },
  ];
  const latest = async (some: FaultConfig[]): Promise<number> => {
    const engine = await faulty(some, SELDOM);
    engine.run(30n * MS);
    const before = engine.sample();
    engine.run(60n * MS);
    return bucketBetween(before, engine.sample()).latency.all.max;
  };
  expect(await latest(faults)).toBe(await latest([]));
});
