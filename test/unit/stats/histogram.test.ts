import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { COARSE_BITS, FINE_BITS, HISTOGRAM_HEAD } from "../../../assembly/abi.ts";
import { EngineError } from "../../../src/errors.ts";
import { type Histogram, mergeHistograms, readHistogram } from "../../../src/wasm/histogram.ts";
import { makeParts, putU64 } from "../../support/parts_module.ts";

const parts = makeParts();
const at = parts.lay(Number(parts.histogramBytes(FINE_BITS)), 0);
const LAST = (1n << 54n) - 1n;

/** The histogram of values. */
const histogramOf = (values: readonly bigint[], bits = FINE_BITS): Histogram => {
  new Uint8Array(parts.memory.buffer, at, Number(parts.histogramBytes(bits))).fill(0);
  for (const value of values) parts.record(at, bits, value);
  return readHistogram(parts.memory.buffer, at, bits);
};

const ascending = (values: readonly bigint[]): bigint[] => [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

/** Values of every size. */
const anyValue = fc.tuple(fc.bigInt({ min: 0n, max: LAST }), fc.integer({ min: 0, max: 53 })).map(([value, shift]) => value >> BigInt(shift));
const anyValues = fc.array(anyValue, { minLength: 1, maxLength: 60 });
const BITS = [FINE_BITS, COARSE_BITS] as const;

describe.each(BITS)("of %i bits", (bits) => {
  test("count, sum, min and max are exact", () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        const got = histogramOf(values, bits);
        const sorted = ascending(values);
        const sum = values.reduce((total, value) => total + value, 0n);
        expect([got.count, got.sum, got.min, got.max]).toEqual([BigInt(values.length), sum, sorted[0], sorted.at(-1)]);
        expect(got.mean).toBe((2n * sum + got.count) / (2n * got.count));
      }),
    );
  });

  test("a quantile is the value of that rank, off by half a bucket at most; min and max are those of p = 0 and 1", () => {
    fc.assert(
      fc.property(anyValues, fc.integer({ min: 1, max: 1000 }), (values, permille) => {
        const sorted = ascending(values);
        const wanted = sorted[Math.ceil((permille * values.length) / 1000) - 1]!;
        const got = histogramOf(values, bits);
        const off = got.quantile(permille / 1000) - wanted;
        expect((off < 0n ? -off : off) * 2n ** BigInt(bits + 1)).toBeLessThanOrEqual(wanted);
        expect([got.quantile(0), got.quantile(1)]).toEqual([sorted[0], sorted.at(-1)]);
      }),
    );
  });

  test("values below 2^(bits + 1) are kept as they are", () => {
    const first = 2n ** BigInt(bits + 1);
    const got = histogramOf(
      Array.from({ length: Number(first) + 2 }, (_, i) => BigInt(i)),
      bits,
    );
    expect(got.buckets.slice(0, Number(first) + 1)).toEqual(new BigUint64Array(Number(first) + 1).fill(1n).with(Number(first), 2n));
    expect(got.quantile(0.5)).toBe(first / 2n);
  });

  test("the buckets follow each other without a gap, each of a power of two", () => {
    const edges = Array.from({ length: 54 }, (_, shift) => 1n << BigInt(shift)).flatMap((power) => [power - 1n, power, power + power / 2n]);
    for (const value of edges.filter((edge) => edge <= LAST)) {
      const bucket = histogramOf([value], bits).buckets.indexOf(1n);
      const octave = Math.max(0, value.toString(2).length - 1 - bits);
      expect(bucket).toBe(octave * 2 ** bits + Number(value >> BigInt(octave)));
    }
  });

  test("0 and the last picosecond fit; what is larger counts as that", () => {
    const got = histogramOf([0n, LAST, LAST + 1n, (1n << 64n) - 1n], bits);
    expect([got.count, got.sum, got.min, got.max]).toEqual([4n, 3n * LAST, 0n, LAST]);
    expect([got.buckets[0], got.buckets.at(-1)]).toEqual([1n, 3n]);
    expect(Number(parts.histogramBytes(bits))).toBe(HISTOGRAM_HEAD + 8 * got.buckets.length);
    expect(got.quantile(0.25)).toBe(0n);
    expect(LAST - got.quantile(0.75)).toBe(2n ** BigInt(52 - bits));
  });
});

test("a fine one is 0.2 % wide and its quantiles are closer than that, over 20,000 values from 1 us to 10 ms", () => {
  const values = Array.from({ length: 20_000 }, (_, i) => BigInt(Math.floor(10 ** (6 + (4 * ((i * 7919) % 20_000)) / 20_000))));
  const sorted = ascending(values);
  const got = histogramOf(values);
  for (const p of [0.001, 0.01, 0.07, 0.25, 0.29, 0.5, 0.9, 0.99, 0.999, 0.9999]) {
    const wanted = Number(sorted[Math.round(p * 20_000) - 1]);
    expect(Math.abs(Number(got.quantile(p)) / wanted - 1)).toBeLessThan(0.001);
  }
});

test("ranks do not suffer from what decimal fractions are in binary: 0.07 x 100 is the 7th value", () => {
  const got = histogramOf(Array.from({ length: 100 }, (_, i) => BigInt(i + 1)));
  expect(Array.from({ length: 100 }, (_, i) => Number(got.quantile((i + 1) / 100)))).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
});

test("memory of zeros is an empty histogram: no minimum is lost to it, and everything is 0", () => {
  const empty = histogramOf([]);
  expect([empty.count, empty.sum, empty.min, empty.max, empty.mean, empty.quantile(0.5)]).toEqual([0n, 0n, 0n, 0n, 0n, 0n]);
  expect(histogramOf([7n]).min).toBe(7n);
});

test.each([-0.1, 1.1, Number.NaN])("a share of %d is refused", (p) => {
  expect(() => histogramOf([1n]).quantile(p)).toThrow(RangeError);
});

test.each(BITS)("a sum that went round 2^64 is found whole (%i bits)", (bits) => {
  const times = 100_000n;
  const value = (LAST / 3n) * 2n;
  histogramOf([value], bits);
  putU64(parts, at, times); // as if it had come so often
  putU64(parts, at + 8, BigInt.asUintN(64, value * times));
  const bucket = readHistogram(parts.memory.buffer, at, bits).buckets.indexOf(1n);
  putU64(parts, at + HISTOGRAM_HEAD + 8 * bucket, times);
  const got = readHistogram(parts.memory.buffer, at, bits);
  expect(got.sum).toBe(value * times);
  expect(got.mean).toBe(value);
});

describe("mergeHistograms", () => {
  test("gives what one histogram of all values would be", () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyValue, { maxLength: 20 }), { minLength: 1, maxLength: 4 }), (groups) => {
        const [first, ...others] = groups.map((values) => histogramOf(values, COARSE_BITS));
        expect(mergeHistograms([first!, ...others])).toEqual(histogramOf(groups.flat(), COARSE_BITS));
      }),
    );
  });

  test("refuses those of other bits", () => {
    expect(() => mergeHistograms([histogramOf([1n], FINE_BITS), histogramOf([1n], COARSE_BITS)])).toThrow(EngineError);
  });
});
