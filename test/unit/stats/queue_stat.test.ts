import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { QueueField } from "../../../assembly/abi.ts";
import { type QueueStat, readQueueStat } from "../../../src/wasm/measured/queue_stat.ts";
import { makeParts, putU64, u64At } from "../../support/parts_module.ts";

const parts = makeParts();
const BYTES = QueueField.Count * 8;
const at = parts.lay(2 * BYTES, 0);

const record = (): Uint8Array => new Uint8Array(parts.memory.buffer, at, BYTES);
const read = (now: bigint): QueueStat => readQueueStat(parts.memory.buffer, at, now);

beforeEach(() => record().fill(0));

/** Time that passes, then whether one comes (or one leaves, if there is one). */
const anySteps = fc.array(fc.record({ passed: fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 10n ** 12n })), put: fc.boolean() }), {
  maxLength: 100,
});

interface Visit {
  from: bigint;
  to: bigint | undefined;
}

/** Goes through the steps, first in, first out; gives when each one came and left, and the last time. */
const play = (steps: { passed: bigint; put: boolean }[]): { visits: Visit[]; now: bigint } => {
  const visits: Visit[] = [];
  let now = 0n;
  for (const { passed, put } of steps) {
    now += passed;
    const oldest = visits.find(({ to }) => to === undefined);
    if (put) {
      visits.push({ from: now, to: undefined });
      parts.queuePut(at, now);
    } else if (oldest) {
      oldest.to = now;
      parts.queueTake(at, now, oldest.from);
    }
  }
  return { visits, now };
};

/** Takes out all that is left. */
const drain = (visits: Visit[], now: bigint): void => {
  for (const visit of visits.filter(({ to }) => to === undefined)) {
    visit.to = now;
    parts.queueTake(at, now, visit.from);
  }
};

/** Lengths between the times at which something happened, from the visits alone. */
const lengthsOf = (visits: Visit[], end: bigint): { length: bigint; passed: bigint }[] => {
  const times = [0n, ...visits.flatMap(({ from, to }) => (to === undefined ? [from] : [from, to])), end].sort((a, b) => (a < b ? -1 : 1));
  return times.slice(1).map((to, i) => ({
    passed: to - times[i]!,
    length: BigInt(visits.filter((visit) => visit.from <= times[i]! && (visit.to ?? end) >= to && to > times[i]!).length),
  }));
};

test("counts, integral, squares and stays are those of the visits", () => {
  fc.assert(
    fc.property(anySteps, fc.bigInt({ min: 0n, max: 10n ** 12n }), (steps, later) => {
      record().fill(0);
      const { visits, now } = play(steps);
      const end = now + later;
      const got = read(end);
      const taken = visits.filter(({ to }) => to !== undefined);
      const held = visits.length - taken.length;
      expect([got.puts, got.takes, got.length]).toEqual([visits.length, taken.length, held].map(BigInt));
      expect(got.waitless).toBe(BigInt(taken.filter(({ from, to }) => from === to).length));
      const lengths = lengthsOf(visits, end);
      expect(got.integral).toBe(lengths.reduce((sum, { length, passed }) => sum + length * passed, 0n));
      const squares = Number(lengths.reduce((sum, { length, passed }) => sum + length ** 2n * passed, 0n)) / 1000;
      expect(Math.abs(got.squares - squares)).toBeLessThanOrEqual(1e-12 * squares);
      const came = visits.reduce((sum, { from }) => sum + from, 0n);
      expect(got.stays).toBe(BigInt.asUintN(64, taken.reduce((sum, { to }) => sum + to!, 0n) - came));
    }),
  );
});

test("Little's law on the sample path: from empty to empty, the integral of the length is the sum of the stays", () => {
  fc.assert(
    fc.property(anySteps, (steps) => {
      record().fill(0);
      const { visits, now } = play(steps);
      drain(visits, now + 5n);
      const got = read(now + 1000n);
      expect(got.length).toBe(0n);
      expect(got.stays).toBe(got.integral);
      expect(got.stays).toBe(visits.reduce((sum, { from, to }) => sum + to! - from, 0n));
    }),
  );
});

test("the high-water mark is the most that were there at once", () => {
  for (const now of [1n, 2n, 3n]) parts.queuePut(at, now);
  for (const since of [1n, 2n, 3n]) parts.queueTake(at, 4n, since);
  parts.queuePut(at, 5n);
  expect([read(5n).highWater, read(5n).length]).toEqual([3n, 1n]);
});

describe("settling", () => {
  test("changes no count and no sum, however often", () => {
    parts.queuePut(at, 10n);
    parts.queuePut(at, 30n);
    const looked = read(100n);
    expect(looked.integral).toBe(20n + 2n * 70n);
    expect(looked.squares).toBeCloseTo((20 + 4 * 70) / 1000, 12);
    for (let now = 31n; now <= 100n; now++) parts.queueSettle(at, now);
    const settled = read(100n);
    expect(Math.abs(settled.squares - looked.squares)).toBeLessThan(1e-12);
    expect({ ...settled, squares: looked.squares }).toEqual(looked);
    expect(u64At(parts, at + 8 * QueueField.last)).toBe(100n);
  });

  test("looking writes nothing", () => {
    parts.queuePut(at, 10n);
    const before = record().slice();
    read(1_000n);
    expect(record()).toEqual(before);
  });
});

test("sums wrap at 2^64, and their identity holds across it", () => {
  const start = (1n << 64n) - 50n;
  for (const field of [QueueField.integral, QueueField.stays]) putU64(parts, at + 8 * field, start);
  parts.queuePut(at, 1_000n);
  parts.queueTake(at, 1_080n, 1_000n);
  expect([read(2_000n).integral, read(2_000n).stays]).toEqual([30n, 30n]);
});

test("a queue writes only its own record", () => {
  parts.queuePut(at, 5n);
  parts.queueTake(at, 9n, 5n);
  expect(new Uint8Array(parts.memory.buffer, at + BYTES, BYTES).every((byte) => byte === 0)).toBe(true);
});

test("nothing can be taken from an empty queue", () => {
  expect(() => parts.queueTake(at, 1n, 1n)).toThrow("assertion");
});
