import { describe, expect, test } from "vitest";
import { chiSquare, chiSquareLimit, meanOf, varianceOf } from "../../support/fit.ts";
import { makeParts, putU64, u64At, unsigned } from "../../support/parts_module.ts";

const parts = makeParts();
const at = parts.lay(64, 0);
const N = 1_000_000;
const GAMMA = 0x9e3779b97f4a7c15n;

const seed = (number: number, stream = 0n): void => putU64(parts, at, parts.seedOf(number, stream));

/** The bits that the next draw gives, while the stream stays where it is. */
const peek = (): bigint => {
  const before = u64At(parts, at);
  const bits = unsigned(parts.draw(at));
  putU64(parts, at, before);
  return bits;
};

/** Undoes `z ^ (z >> shift)`. */
const unshift = (value: bigint, shift: bigint): bigint => {
  let z = value;
  for (let known = shift; known < 64n; known += shift) z = value ^ (z >> shift);
  return z;
};

/** Inverse of an odd number modulo 2^64, by Newton. */
const inverse = (odd: bigint): bigint => {
  let x = odd;
  for (let i = 0; i < 6; i++) x = unsigned(x * (2n - odd * x));
  return x;
};

/** Against the two multipliers of the mixer. */
const UNDO_FIRST = inverse(0xbf58476d1ce4e5b9n);
const UNDO_SECOND = inverse(0x94d049bb133111ebn);

/** Puts the stream where its next draw gives these bits. */
const aim = (bits: bigint): void => {
  let z = unshift(bits, 31n);
  z = unshift(unsigned(z * UNDO_SECOND), 27n);
  z = unshift(unsigned(z * UNDO_FIRST), 30n);
  putU64(parts, at, unsigned(z - GAMMA));
};

describe("draw", () => {
  test("is splitmix64: the published first numbers from seed 1234567", () => {
    putU64(parts, at, 1234567n);
    const drawn = Array.from({ length: 5 }, () => unsigned(parts.draw(at)));
    expect(drawn).toEqual([6457827717110365317n, 3203168211198807973n, 9817491932198370423n, 4593380528125082431n, 16408922859458223821n]);
  });

  test("each bit is set half of the time", () => {
    seed(1);
    const counts = new Array<number>(64).fill(0);
    const draws = 100_000;
    for (let i = 0; i < draws; i++) {
      const bits = unsigned(parts.draw(at));
      const [low, high] = [Number(bits & 0xffffffffn), Number(bits >> 32n)];
      for (let bit = 0; bit < 32; bit++) {
        counts[bit]! += (low >>> bit) & 1;
        counts[32 + bit]! += (high >>> bit) & 1;
      }
    }
    for (const count of counts) expect(Math.abs(count - draws / 2)).toBeLessThan(4.5 * Math.sqrt(draws / 4));
  });
});

describe("seedOf", () => {
  test("neighbouring seeds and streams start in different places, half of the bits apart", () => {
    const seeds = [0, 1, 2, 3, 0xffffffff];
    const streams = [0n, 1n, 2n, 1n << 32n, (1n << 32n) + 1n, 2n << 32n];
    const states = seeds.flatMap((number) => streams.map((stream) => unsigned(parts.seedOf(number, stream))));
    expect(new Set(states).size).toBe(states.length);
    const distances = states.flatMap((a, i) => states.slice(i + 1).map((b) => (a ^ b).toString(2).replaceAll("0", "").length));
    expect(Math.min(...distances)).toBeGreaterThan(10);
    expect(Math.abs(meanOf(distances) - 32)).toBeLessThan(1);
  });

  test("seed and stream do not stand for each other", () => {
    expect(parts.seedOf(1, 2n)).not.toBe(parts.seedOf(2, 1n));
    expect(parts.seedOf(5, 5n)).not.toBe(parts.seedOf(6, 6n));
  });

  test("the streams of two ports are not correlated", () => {
    const other = at + 8;
    seed(1, 1n << 32n);
    putU64(parts, other, parts.seedOf(1, (1n << 32n) + 1n));
    const draws = 100_000;
    let sum = 0;
    for (let i = 0; i < draws; i++) sum += (Number(unsigned(parts.draw(at))) / 2 ** 64 - 0.5) * (Number(unsigned(parts.draw(other))) / 2 ** 64 - 0.5);
    expect(Math.abs(sum / draws) * 12).toBeLessThan(4.5 / Math.sqrt(draws));
  });
});

describe("below", () => {
  test.each([1n, 2n, 3n, 7n, 11n, 1_000n, 65_537n, (1n << 32n) - 1n, 1n << 32n])("%d: the 64 bits as a fraction, times n", (n) => {
    seed(3);
    for (let i = 0; i < 1_000; i++) {
      const expected = (peek() * n) >> 64n;
      expect(parts.below(at, n)).toBe(expected);
    }
  });

  test("the first and the last number are reached, and nothing beyond", () => {
    for (const n of [1n, 5n, 1n << 32n]) {
      aim(0n);
      expect(parts.below(at, n)).toBe(0n);
      aim((1n << 64n) - 1n);
      expect(parts.below(at, n)).toBe(n - 1n);
    }
  });

  test.each([2, 7, 100])("%i equally likely numbers", (n) => {
    seed(4, BigInt(n));
    const counts = new Array<number>(n).fill(0);
    for (let i = 0; i < N; i++) counts[Number(parts.below(at, BigInt(n)))]!++;
    expect(chiSquare(counts, new Array<number>(n).fill(N / n))).toBeLessThan(chiSquareLimit(n - 1));
  });
});

describe("exponential", () => {
  /** -ln(U) of the bits, where U = bits / 2^64 with the lowest bit set. log1p keeps its digits where U is near 1. */
  const negativeLog = (bits: bigint): number => {
    const odd = bits | 1n;
    return odd >> 63n ? -Math.log1p(-Number((1n << 64n) - odd) / 2 ** 64) : 64 * Math.LN2 - Math.log(Number(odd));
  };
  const closeTo = (mean: bigint, bits: bigint, got: bigint): void => {
    const expected = Number(mean) * negativeLog(bits);
    expect(Math.abs(Number(got) - expected)).toBeLessThanOrEqual(0.5 + Number(mean) * 2 ** -29 + expected * 1e-10);
  };

  test.each([1n, 1_000n, 67_200n, 1n << 32n, 3n * 10n ** 12n, 1n << 44n, 1n << 54n])(
    "of mean %d: mean x -ln(U), rounded, for 50,000 draws",
    (mean) => {
      seed(5, mean);
      for (let i = 0; i < 50_000; i++) {
        const bits = peek();
        closeTo(mean, bits, unsigned(parts.exponential(at, mean)));
      }
    },
  );

  test("the ends: from 0 for U next to 1 up to 64 ln 2 for the smallest U; around every power of two", () => {
    const mean = 1n << 44n;
    const edges = Array.from({ length: 64 }, (_, shift) => 1n << BigInt(shift)).flatMap((power) => [
      power - 1n,
      power,
      power + 1n,
      power + power / 2n,
    ]);
    for (const bits of [...edges, (1n << 64n) - 1n, (1n << 64n) - (1n << 32n)]) {
      aim(bits);
      closeTo(mean, bits, unsigned(parts.exponential(at, mean)));
    }
    aim((1n << 64n) - 1n);
    expect(unsigned(parts.exponential(at, 1_000_000n))).toBe(0n);
    aim(0n);
    expect(unsigned(parts.exponential(at, 1_000_000n))).toBe(44_361_420n);
  });

  test("the whole range of U, evenly: the mean is right to 1e-8, the second moment to 1e-4", () => {
    const [mean, points] = [10 ** 9, 100_000];
    let [first, second] = [0, 0];
    const step = (1n << 64n) / BigInt(points);
    for (let i = 0; i < points; i++) {
      aim(step * BigInt(i) + step / 2n);
      const value = Number(unsigned(parts.exponential(at, BigInt(mean)))) / mean;
      first += value / points;
      second += value ** 2 / points;
    }
    // By Stirling's formula the sum over the midpoints is itself short by ln(2) / 2 cells.
    expect(Math.abs(first + Math.LN2 / 2 / points - 1)).toBeLessThan(1e-8);
    expect(Math.abs(second - 2)).toBeLessThan(1e-4);
  });

  test("mean, variance and quantiles of a million draws", () => {
    const mean = 100_000;
    seed(6);
    const values = Float64Array.from({ length: N }, () => Number(parts.exponential(at, BigInt(mean))));
    expect(Math.abs(meanOf(values) / mean - 1)).toBeLessThan(4 / Math.sqrt(N));
    expect(Math.abs(varianceOf(values) / mean ** 2 - 1)).toBeLessThan(4 * Math.sqrt(8 / N));
    const cells = 100;
    const counts = new Array<number>(cells).fill(0);
    for (const value of values) counts[Math.min(cells - 1, Math.floor(cells * -Math.expm1(-value / mean)))]!++;
    expect(chiSquare(counts, new Array<number>(cells).fill(N / cells))).toBeLessThan(chiSquareLimit(cells - 1));
  });

  test("one draw follows another without memory: no correlation of neighbours", () => {
    seed(7);
    const values = Float64Array.from({ length: 200_000 }, () => Number(parts.exponential(at, 1_000_000n)) / 1e6 - 1);
    let sum = 0;
    for (let i = 1; i < values.length; i++) sum += values[i]! * values[i - 1]!;
    expect(Math.abs(sum / values.length)).toBeLessThan(4.5 / Math.sqrt(values.length));
  });
});
