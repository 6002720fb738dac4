/**
 * A thread with the BGL that has to sleep for a serializer, or for the lock of an output queue (sys/kern/lwkt_thread.c): the BGL is anybody's while it sleeps, and its own
 * again before it has the other lock. All times were worked out by hand.
 */
import { describe, expect, test } from "vitest";
import { brokenIdentities, unrest } from "../support/identities.ts";
import { type Bed, BRIDGE, call, HANDLER, INTERFACE, INTERRUPT, QUEUE } from "./sleeping_bed.ts";
import { type Counts, type Event, type Given, type Seen, seenOf } from "./sleeping_seen.ts";

const run = async (bed: Bed, given: Given): Promise<Seen> => {
  const seen = await seenOf(bed, given);
  expect([...brokenIdentities(seen.engine), ...unrest(seen.engine)]).toEqual([]);
  expect(seen.engine.trace().lost).toBe(0);
  return seen;
};

/** Of a lock that is free at the end. */
const counts = (some: Partial<Counts>): Counts => ({
  gets: 0,
  frees: some.gets ?? 0,
  contended: 0,
  waits: 0,
  handovers: 0,
  wait: 0,
  hold: 0,
  handover: 0,
  ...some,
});
const withoutZeros = (times: Record<string, number>) => Object.fromEntries(Object.entries(times).filter(([, time]) => time !== 0));

describe.each([
  ["a bridge's serializer", BRIDGE],
  ["an interface's serializer", INTERFACE],
  ["the lock of an output queue", QUEUE],
  ["the same, under a handler that is not MPSAFE", HANDLER],
])("for %s", (_, bed) => {
  const { spin, service, reads } = bed;
  const frames = [bed.holds(10), bed.asks(11)];
  const sleeps = 12 + spin;
  const begin: Event[] = [
    [10, "B", "gets lock"],
    [11, "A", "gets BGL"],
  ];
  /** In mode 0 a thread keeps the BGL for good, as far as it counts; the handler gives it back. */
  const thread = { gets: 1, releases: service ? 1 : 0 };

  test("the BGL is another CPU's while the holder sleeps, and A's again before the lock", async () => {
    const seen = await run(bed, { frames, work: [call(2, 11.5, 20)] });
    const back = sleeps + 20;
    expect(seen.events).toEqual([
      ...begin,
      [11.5, "C", "waits for BGL"],
      [12, "A", "waits for lock"],
      [sleeps, "A", "leaves BGL"],
      [sleeps, "C", "gets BGL"],
      [20, "B", "leaves lock"],
      [20, "A", "waits for BGL"],
      [back, "C", "leaves BGL"],
      [back, "A", "gets BGL"],
      [back, "A", "gets lock"],
      [back + 10, "A", "leaves lock"],
      [back + 10, "A", "leaves BGL"],
    ]);
    const wait = sleeps - 11.5;
    expect(seen.bgl).toEqual(counts({ gets: 3, contended: 2, waits: 2, wait: wait + back - 20, hold: 1 + spin + 20 + 10, handovers: 2 }));
    expect(seen.lock).toEqual(counts({ gets: 2, contended: 1, waits: 1, wait: back - 12, hold: 20, handovers: 1, handover: back - 20 }));
    expect(seen.locked).toBe(back - 12); // the wait for the BGL is part of that for the lock
    const own = [2, 1 + spin + 10];
    expect(seen.shares).toEqual({ [bed.a]: own, "CPU 0": own, "call2 2": [1, 20], "CPU 2": [1, 20] });
    expect(seen.thread).toEqual(thread);
    // From the time that the lock is free A's CPU spins for the BGL.
    const idle = 11 - service - reads + 20 - sleeps;
    const times = { Interrupt: reads, Protocol: service + 1 + 10, SerializerWait: spin, BglSpin: back - 20, Idle: idle };
    expect(seen.cpus[0]).toEqual(withoutZeros(times));
    expect(seen.cpus[2]).toEqual({ BglSpin: wait, User: 20, Idle: 11.5 + 10 });
    expect(seen.cpus[3]).toEqual({ Idle: back + 10 });
  });

  test("if nobody wants the BGL it is free while the holder sleeps, who has both as soon as the lock is free", async () => {
    const seen = await run(bed, { frames, work: [] });
    expect(seen.events).toEqual([
      ...begin,
      [12, "A", "waits for lock"],
      [sleeps, "A", "leaves BGL"],
      [20, "B", "leaves lock"],
      [20, "A", "gets BGL"],
      [20, "A", "gets lock"],
      [30, "A", "leaves lock"],
      [30, "A", "leaves BGL"],
    ]);
    expect(seen.bgl).toEqual(counts({ gets: 2, hold: 1 + spin + 10 }));
    expect(seen.lock).toEqual(counts({ gets: 2, contended: 1, waits: 1, wait: 8, hold: 20, handovers: 1 }));
    expect(seen.thread).toEqual(thread);
    expect(seen.cpus[0]).not.toHaveProperty("BglSpin");
  });

  test("whose BGL comes too late, as the lock is taken again, sleeps once more without it", async () => {
    const seen = await run(bed, { frames: [...frames, bed.holds(28)], work: [call(2, 11.5, 20), call(3, 36, 1)] });
    const back = sleeps + 20;
    expect(seen.events).toEqual([
      ...begin,
      [11.5, "C", "waits for BGL"],
      [12, "A", "waits for lock"],
      [sleeps, "A", "leaves BGL"],
      [sleeps, "C", "gets BGL"],
      [20, "B", "leaves lock"],
      [20, "A", "waits for BGL"],
      [28, "B", "gets lock"],
      [back, "C", "leaves BGL"],
      [back, "A", "gets BGL"],
      [back, "A", "leaves BGL"],
      [36, "D", "gets BGL"],
      [37, "D", "leaves BGL"],
      [38, "B", "leaves lock"],
      [38, "A", "gets BGL"],
      [38, "A", "gets lock"],
      [48, "A", "leaves lock"],
      [48, "A", "leaves BGL"],
    ]);
    const wait = sleeps - 11.5;
    expect(seen.bgl).toEqual(counts({ gets: 5, contended: 2, waits: 2, wait: wait + back - 20, hold: 1 + spin + 20 + 1 + 10, handovers: 2 }));
    expect(seen.lock).toEqual(counts({ gets: 3, contended: 1, waits: 1, wait: 38 - 12, hold: 30, handovers: 1 }));
    expect(seen.shares["CPU 0"]).toEqual([3, 1 + spin + 10]);
    expect(seen.thread).toEqual(thread);
    expect(seen.cpus[0]).toMatchObject({ BglSpin: back - 20 });
  });
});

test("who gets the lock of an output queue while it still spins for it keeps the BGL all the time", async () => {
  const seen = await run(QUEUE, { frames: [QUEUE.holds(10), QUEUE.asks(17)], work: [call(2, 17.5, 20)] });
  expect(seen.events).toEqual([
    [10, "B", "gets lock"],
    [17, "A", "gets BGL"],
    [17.5, "C", "waits for BGL"],
    [18, "A", "waits for lock"],
    [20, "B", "leaves lock"],
    [20, "A", "gets lock"],
    [30, "A", "leaves lock"],
    [30, "A", "leaves BGL"],
    [30, "C", "gets BGL"],
    [50, "C", "leaves BGL"],
  ]);
  expect(seen.bgl).toEqual(counts({ gets: 2, contended: 1, waits: 1, wait: 12.5, hold: 13 + 20, handovers: 1 }));
  expect(seen.lock).toEqual(counts({ gets: 2, contended: 1, waits: 1, wait: 2, hold: 20, handovers: 1 }));
  expect(seen.cpus[0]).toEqual({ Protocol: 1 + 10, SerializerWait: 2, Idle: 17 + 20 });
});

test("an interrupt thread loses the BGL, too, and has missed its chance to preempt when it wakes up without it", async () => {
  const seen = await run(INTERRUPT, { frames: [INTERRUPT.holds(10), INTERRUPT.asks(12)], work: [call(2, 13, 20)] });
  expect(seen.events).toEqual([
    [10, "B", "gets lock"],
    [12, "A", "gets BGL"],
    [12, "A", "waits for lock"],
    [12, "A", "leaves BGL"],
    [13, "C", "gets BGL"],
    [20, "B", "leaves lock"],
    [20, "A", "waits for BGL"],
    [33, "C", "leaves BGL"],
    [33, "A", "gets BGL"],
    [33, "A", "gets lock"],
    [38, "A", "leaves lock"],
    [38, "A", "leaves BGL"],
  ]);
  expect(seen.bgl).toEqual(counts({ gets: 3, contended: 1, waits: 1, wait: 13, hold: 20 + 5, handovers: 1 }));
  expect(seen.lock).toEqual(counts({ gets: 2, contended: 1, waits: 1, wait: 21, hold: 15, handovers: 1, handover: 13 }));
  expect(seen.thread).toEqual({ gets: 1, releases: 1 });
  expect(seen.cpus[0]).toEqual({ Interrupt: 5, BglSpin: 13, Idle: 20 });
});

test("a thread of the same CPU that waits for the BGL goes on under it: it is not free in between", async () => {
  const seen = await run(BRIDGE, { frames: [BRIDGE.holds(10), BRIDGE.asks(11)], work: [call(3, 10, 1.25), call(0, 10.5, 20), call(2, 40, 1)] });
  expect(seen.events).toEqual([
    [10, "D", "gets BGL"],
    [10, "B", "gets lock"],
    [10.5, "call0 0", "waits for BGL"],
    [11, "A", "waits for BGL"], // before the other, as its thread has the higher priority
    [11.25, "D", "leaves BGL"],
    [11.25, "A", "gets BGL"],
    [12.25, "A", "waits for lock"], // the other works from here on
    [20, "B", "leaves lock"],
    [32.25, "A", "leaves BGL"], // its CPU
    [32.25, "A", "gets BGL"],
    [32.25, "A", "gets lock"],
    [40, "C", "waits for BGL"],
    [42.25, "A", "leaves lock"],
    [42.25, "A", "leaves BGL"],
    [42.25, "C", "gets BGL"],
    [43.25, "C", "leaves BGL"],
  ]);
  const wait = 1.75 + 0.25 + 2.25;
  expect(seen.bgl).toEqual(counts({ gets: 4, contended: 3, waits: 3, wait, hold: 1.25 + 21 + 10 + 1, handovers: 2 }));
  expect(seen.shares["CPU 0"]).toEqual([2, 31]);
  expect(seen.cpus[0]).toEqual({ BglSpin: 0.75, Protocol: 11, User: 20, Idle: 10.5 + 1 });
});

test("fifo: it waits for the BGL from the time that it is awake, behind those who wait already", async () => {
  const seen = await run(BRIDGE, { frames: [BRIDGE.holds(10), BRIDGE.asks(11)], work: [call(2, 11.5, 20), call(3, 15, 5)], policy: "fifo" });
  expect(seen.events.filter(([time]) => time > 12)).toEqual([
    [15, "D", "waits for BGL"],
    [20, "B", "leaves lock"],
    [20, "A", "waits for BGL"],
    [32, "C", "leaves BGL"],
    [32, "D", "gets BGL"],
    [37, "D", "leaves BGL"],
    [37, "A", "gets BGL"],
    [37, "A", "gets lock"],
    [47, "A", "leaves lock"],
    [47, "A", "leaves BGL"],
  ]);
  expect(seen.bgl).toEqual(counts({ gets: 4, contended: 3, waits: 3, wait: 0.5 + 17 + 17, hold: 1 + 20 + 5 + 10, handovers: 3 }));
});

test.each(["cas", "fifo", "random"] as const)("with what switches, IPIs and the lock's line take, under %s", async (policy) => {
  const costs = { PutLocal: 30, Switch: 200, LineTransfer: 100, IpiSend: 50, IpiLatency: 300, IpiReceive: 70 };
  const frames = [BRIDGE.holds(10), BRIDGE.asks(11)].map((one) => ({ ...one, time: one.time! - 230_000n })); // put into the port, a switch
  const seen = await run(BRIDGE, { frames, work: [call(2, 11.5, 20)], costs, policy });
  expect(seen.events).toEqual([
    [10, "B", "gets lock"],
    [11, "A", "gets BGL"],
    [11.7, "C", "waits for BGL"],
    [12, "A", "waits for lock"],
    [12, "A", "leaves BGL"],
    [12.1, "C", "gets BGL"],
    [20, "B", "leaves lock"],
    [20.4, "A", "waits for BGL"],
    [32.1, "C", "leaves BGL"],
    [32.2, "A", "gets BGL"],
    [32.2, "A", "gets lock"],
    [42.2, "A", "leaves lock"],
    [42.2, "A", "leaves BGL"],
  ]);
  expect(seen.bgl).toEqual(counts({ gets: 3, contended: 2, waits: 2, wait: 12.2, hold: 31, handovers: 2, handover: 0.2 }));
  expect(seen.lock).toEqual(counts({ gets: 2, contended: 1, waits: 1, wait: 20.2, hold: 20, handovers: 1, handover: 12.2 }));
  // The IPI that wakes A comes 0.3 us after 20 us, and takes 0.07 + 0.03.
  expect(seen.cpus[0]).toEqual({ Interrupt: 0.03, Switch: 0.2, Protocol: 11, Idle: 19.07, Ipi: 0.1, BglSpin: 11.8 });
  expect(seen.cpus[1]).toMatchObject({ Protocol: 11.05 }); // B's next step has sent the IPI
});
