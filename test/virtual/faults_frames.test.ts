import { describe, expect, test } from "vitest";
import type { FaultConfig } from "../../src/types.ts";
import { afterwards, faulty, isBinomial, seenOf } from "../support/faulty.ts";
import { station } from "../support/frames.ts";
import { FREE_WIRE, MS, US } from "../support/systems.ts";
import { sumOf } from "./trajectory.ts";

// 200,000 frames a second come at regular times, the first one after 5 us; all of them are carried without a fault.
const N = 19_999; // before 100 ms
const GAP = 5n * US;
/** Ends that an endless fault needs for an endless run. */
const loss = (more: object): FaultConfig => ({ kind: "loss", if: "em0", p: 0.05, ...more }) as FaultConfig;

test("nothing is lost without a fault", async () => {
  const { struck, drops, received, carried } = await afterwards([]);
  expect({ struck, drops, received, carried }).toEqual({ struck: [], drops: {}, received: N, carried: N });
});

describe("loss", () => {
  test("takes its share of the frames that come", async () => {
    const { struck, drops, received, carried } = await afterwards([loss({})]);
    expect(isBinomial(struck[0]!, N, 0.05)).toBe(true);
    expect({ drops, received, carried }).toEqual({ drops: { WireLoss: struck[0] }, received: N, carried: N - struck[0]! });
  });

  test("and of those that go: they are not carried, and the host does not see them", async () => {
    const engine = await faulty([loss({ if: "em1", side: "tx" })], { traffic: () => ({ stop: "20ms" }) }, true);
    engine.run();
    const { struck, drops, received, carried } = seenOf(engine);
    expect(isBinomial(struck[0]!, received, 0.05)).toBe(true);
    expect(drops).toEqual({ WireLoss: struck[0] });
    expect(carried).toBe(received - struck[0]!);
    expect(engine.take().length).toBe(carried);
  });

  test("of every n-th frame is exact, and so are its times", async () => {
    const { struck } = await afterwards([loss({ p: undefined, nth: 10 }), loss({ if: "em1", side: "tx", p: 1, from: "10ms", to: "10.5ms" })]);
    expect(struck[0]).toBe(Math.floor(N / 10));
    const { struck: window } = await afterwards([loss({ p: 1, from: "1ms", to: "2ms" })]);
    expect(window).toEqual([200]); // 1.005, 1.010, ... 2.000 ms
    const { struck: again } = await afterwards([loss({ p: 1, to: "10ms", for: "100us", every: "1ms" })]);
    expect(again).toEqual([20 + 9 * 20]);
  });

  test("what one fault has taken another does not take, nor count", async () => {
    const every = (nth: number) => loss({ if: "em1", side: "tx", p: undefined, nth });
    const { struck, drops, received, carried } = await afterwards([every(2), every(3)]);
    const left = received - Math.floor(received / 2);
    expect(struck).toEqual([received - left, Math.floor(left / 3)]);
    expect([drops, carried]).toEqual([{ WireLoss: struck[0]! + struck[1]! }, left - struck[1]!]);
  });

  test("a fault does not move the lots of another, and another seed has others", async () => {
    const alone = await afterwards([loss({})]);
    const first = await afterwards([loss({}), { kind: "duplication", if: "em0", p: 0.3 }, loss({ if: "em1", side: "tx" })]);
    const other = await afterwards([loss({})], { seed: 2 });
    expect(first.struck[0]).toBe(alone.struck[0]);
    expect(other.struck[0]).not.toBe(alone.struck[0]);
  });
});

describe("bit errors", () => {
  test("are seen by the FCS", async () => {
    const { struck, drops, carried, engine } = await afterwards([{ kind: "bitErrors", if: "em0", p: 0.1 }]);
    expect(isBinomial(struck[0]!, N, 0.1)).toBe(true);
    expect(drops).toEqual({ BadFcs: struck[0] });
    expect(engine.counters().ports[0]!.counters.if_ierrors).toBe(struck[0]);
    expect(carried).toBe(N - struck[0]!);
  });

  test("by rate strike long frames more often", async () => {
    const ber = 1e-5;
    for (const bytes of [60, 600]) {
      const { struck } = await afterwards([{ kind: "bitErrors", if: "em0", ber }], { traffic: () => ({ bytes }) });
      expect(isBinomial(struck[0]!, N, 1 - (1 - ber) ** (8 * (bytes + 4))), `${bytes} bytes`).toBe(true);
    }
  });

  test.each(["rx", "tx"] as const)("flip exactly one bit of a frame, any of them (%s)", async (side) => {
    const options = { as: "bridge", traffic: () => ({ stop: "1us" }) } as const;
    const engine = await faulty([{ kind: "bitErrors", if: side === "rx" ? "em0" : "em1", side, p: 1, fcs: false }], options, true);
    const data = Uint8Array.from({ length: 256 }, (_, i) => i);
    const macs = [station(1), station(2)].map((mac) => mac.split(":").map((byte) => Number.parseInt(byte, 16)));
    data.set([...macs[0]!, ...macs[1]!, 0x88, 0xb5]);
    const frames = 1600;
    engine.receive(Array.from({ length: frames }, (_, i) => ({ interface: "em0", time: BigInt(i) * 4n * GAP, data })));
    engine.run();
    const bins = new Array<number>(16).fill(0);
    for (const sent of engine.take()) {
      const flipped = Array.from(sent.data, (byte, i) => ({ i, xor: byte ^ data[i]! })).filter(({ xor }) => xor !== 0);
      expect(flipped.map(({ xor }) => Math.log2(xor) % 1)).toEqual([0]); // one byte, one bit of it
      bins[Math.floor(flipped[0]!.i / 16)]!++;
    }
    const gone = frames - bins.reduce((sum, n) => sum + n, 0);
    expect(gone).toBeLessThan(frames / 16); // the bridge refuses some addresses
    const chi = bins.slice(1).reduce((sum, n) => sum + (n - frames / 16) ** 2 / (frames / 16), 0);
    expect(chi).toBeLessThan(15 + 4 * Math.sqrt(2 * 15));
  });
});

test("duplication: both frames are received and carried", async () => {
  const { struck, drops, received, carried } = await afterwards([{ kind: "duplication", if: "em0", p: 0.1 }]);
  expect(isBinomial(struck[0]!, N, 0.1)).toBe(true);
  expect({ drops, received, carried }).toEqual({ drops: {}, received: N + struck[0]!, carried: N + struck[0]! });
});

describe("reordering", () => {
  const orderOf = async (fault: object): Promise<number[]> => {
    const faults = [{ kind: "reordering", if: "em0", nth: 10, ...fault } as FaultConfig];
    const engine = await faulty(faults, { traffic: () => ({ count: 100 }) }, true);
    engine.run();
    const { received, drops } = seenOf(engine);
    expect({ received, drops }).toEqual({ received: 100, drops: {} });
    return engine.take().map(({ cause }) => cause % 2 ** 44);
  };

  test("by number: a frame comes right behind the third one after it", async () => {
    const wanted = Array.from({ length: 100 }, (_, i) => i);
    for (let held = 9; held < 97; held += 13) wanted.splice(held, 4, held + 1, held + 2, held + 3, held); // the lots stand still while it is held
    expect(await orderOf({ frames: 3 })).toEqual(wanted);
  });

  test("by time: it comes when its time is over", async () => {
    const wanted = Array.from({ length: 100 }, (_, i) => i);
    for (let held = 9; held < 98; held += 12) wanted.splice(held, 3, held + 1, held + 2, held);
    expect(await orderOf({ delay: "12us" })).toEqual(wanted);
  });

  test("is seen in the results", async () => {
    const { struck, engine } = await afterwards([{ kind: "reordering", if: "em0", p: 0.01, delay: "50us" }]);
    expect(struck[0]).toBeGreaterThan(0);
    expect(engine.results().reordered).toBe(BigInt(struck[0]!)); // one flow: each of them is behind a later one
  });

  test("a frame that is held back when a run ends is in the results, and received later", async () => {
    const engine = await faulty([{ kind: "reordering", if: "em0", nth: 1, delay: "1ms" }], { traffic: () => ({ count: 1 }) });
    engine.run(100n * US);
    expect(engine.results().faults[0]).toEqual({ kind: "reordering", what: "em0", struck: 1n, held: 1n });
    expect(seenOf(engine).received).toBe(0);
    engine.run();
    expect(engine.results().faults[0]!.held).toBe(0n);
    expect(seenOf(engine)).toMatchObject({ received: 1, carried: 1 });
  });
});

test("a ring without slots refuses what comes while it is so", async () => {
  const { struck, drops, carried } = await afterwards([{ kind: "ring", if: "em0", from: "1ms", to: "2ms" }]);
  expect({ struck, drops, carried }).toEqual({ struck: [200], drops: { RingFull: 200 }, carried: N - 200 });
  const some = await afterwards([{ kind: "ring", if: "em0", from: "1ms", to: "2ms", slots: 2 }]);
  expect(some.struck[0]).toBeGreaterThan(50);
  expect(some.struck[0]).toBeLessThan(150); // two of the four or five frames that each interrupt finds
});

test("an interface with several rings has them, too, and a run in parts is the same", async () => {
  const to = "5ms";
  const faults: FaultConfig[] = [
    { kind: "loss", if: "em0", p: 0.1, to },
    { kind: "duplication", if: "em0", p: 0.1, to },
    { kind: "reordering", if: "em0", p: 0.1, delay: "30us", to },
    { kind: "reordering", if: "em0", p: 0.1, frames: 2, to },
    { kind: "ring", if: "em0", slots: 1, from: "2ms", to: "3ms" },
    { kind: "flap", if: "em0", from: "3ms", for: "100us", every: "500us", to },
  ];
  const rings = { wire: { ...FREE_WIRE, rings: 2 }, traffic: () => ({ stop: "6ms", flows: 40, dstIps: 40 }), arrivals: "poisson" } as const;
  const whole = await faulty(faults, rings, true);
  whole.run(7n * MS);
  const parts = await faulty(faults, rings, true);
  for (let us = 0n; us <= 7000n; us += 13n) parts.run(us * US);
  parts.run(7n * MS);
  expect(await sumOf(parts)).toBe(await sumOf(whole));
  const { struck } = seenOf(whole);
  expect(struck.filter((n) => n > 0)).toHaveLength(faults.length);
});

test("a run has to end before a fault that comes for ever", async () => {
  const stop = { traffic: () => ({ stop: "1ms" }) };
  const [again, storm, loss] = await Promise.all([
    faulty([{ kind: "stall", cpu: 0, for: "1us", every: "1ms" }], stop),
    faulty([{ kind: "storm", if: "em0", rate: 1000 }], stop),
    faulty([{ kind: "loss", if: "em0", p: 0.5 }], stop),
  ]);
  expect(() => again.run()).toThrow("until: expected a time, as virtual.faults[0] comes again for ever: it has `every` and no `to`");
  expect(() => storm.run()).toThrow("until: expected a time, as the storm of virtual.faults[0] has no `to`");
  expect(loss.run()).toBe("idle");
});
