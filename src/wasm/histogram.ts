import { HISTOGRAM_HEAD, TIME_BITS } from "../../assembly/abi.ts";
import { EngineError } from "../errors.ts";

/** Buckets of a histogram with so many bits; assembly/stats/histogram.ts has the layout. */
const bucketsOf = (bits: number): number => (TIME_BITS + 1 - bits) * 2 ** bits;

/** Bytes of a histogram in memory. */
export const histogramBytes = (bits: number): number => HISTOGRAM_HEAD + bucketsOf(bits) * 8;

type Head = Pick<Histogram, "count" | "sum" | "min" | "max">;

/** The bucket of a value below 2^TIME_BITS. */
export const bucketOf = (bits: number, value: bigint): number => {
  const octave = Math.max(0, value.toString(2).length - 1 - bits);
  return octave * 2 ** bits + Number(value >> BigInt(octave));
};

/** Middle of a bucket, rounded down. */
export const middleOf = (bits: number, index: number): bigint => {
  const octave = Math.max(0, Math.floor(index / 2 ** bits) - 1);
  const width = 1n << BigInt(octave);
  return BigInt(index - octave * 2 ** bits) * width + (width - 1n) / 2n;
};

/** The first bucket whose middle exceeds a value. */
export const bucketAbove = (bits: number, value: bigint): number => {
  let [low, high] = [0, bucketsOf(bits)];
  while (low < high) {
    const half = (low + high) >> 1;
    if (middleOf(bits, half) > value) high = half;
    else low = half + 1;
  }
  return low;
};

/** p x count, rounded up; the factor takes back what the product of two rounded numbers may be too large by. */
const rankOf = (p: number, count: bigint): bigint => BigInt(Math.max(1, Math.ceil(p * Number(count) * (1 - 2 ** -50))));

/**
 * The sum that the engine keeps modulo 2^64, whole. The buckets know it to one part in 2^(bits + 1), which tells how often it went round as long as it is
 * below 2^(64 + bits).
 */
const wholeSum = (bits: number, head: Head, buckets: BigUint64Array): bigint => {
  if (head.max * head.count < 1n << 64n) return head.sum;
  let estimate = 0n;
  for (const [index, hits] of buckets.entries()) if (hits) estimate += hits * middleOf(bits, index);
  return head.sum + (((((estimate - head.sum) >> 63n) + 1n) >> 1n) << 64n);
};

/** A copy of a histogram. Values are picoseconds, whole ones; of an empty one everything is 0. */
export class Histogram {
  readonly bits: number;
  readonly count: bigint;
  readonly sum: bigint;
  readonly min: bigint;
  readonly max: bigint;
  /** How often each bucket was hit. */
  readonly buckets: BigUint64Array;

  constructor(bits: number, head: Head, buckets: BigUint64Array) {
    this.bits = bits;
    this.count = head.count;
    this.sum = head.sum;
    this.min = head.min;
    this.max = head.max;
    this.buckets = buckets;
  }

  /** Rounded to the nearest picosecond. */
  get mean(): bigint {
    return this.count ? (this.sum + this.count / 2n) / this.count : 0n;
  }

  /**
   * The value that a share `p` of all values does not exceed (nearest rank): min for 0, max for 1. Else it is the middle of the value's bucket, but not less
   * than min nor more than max: exact below 2^(bits + 1), above that off by at most 2^-(bits + 1) of it.
   */
  quantile(p: number): bigint {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`a quantile is asked for by a share from 0 to 1, not ${p}`);
    if (this.count === 0n || p === 0) return this.min;
    if (p === 1) return this.max;
    const rank = rankOf(p, this.count);
    let seen = 0n;
    const index = this.buckets.findIndex((hits) => {
      seen += hits;
      return seen >= rank;
    });
    const middle = middleOf(this.bits, index);
    if (middle < this.min) return this.min;
    if (middle > this.max) return this.max;
    return middle;
  }
}

/** Reads the histogram at an address of the engine's memory. `bits`: FINE_BITS or COARSE_BITS, as the region has it. */
export const readHistogram = (memory: ArrayBufferLike, at: number, bits: number): Histogram => {
  const [count, sum, min, max] = new BigUint64Array(memory, at, HISTOGRAM_HEAD / 8) as unknown as [bigint, bigint, bigint, bigint];
  const buckets = new BigUint64Array(memory, at + HISTOGRAM_HEAD, bucketsOf(bits)).slice();
  return new Histogram(bits, { count, sum: wholeSum(bits, { count, sum, min, max }, buckets), min, max }, buckets);
};

/** All values of several histograms of the same bits in one: of all paths, all locks, several runs. */
export const mergeHistograms = (histograms: readonly [Histogram, ...Histogram[]]): Histogram => {
  const { bits } = histograms[0];
  const buckets = new BigUint64Array(bucketsOf(bits));
  const head = { count: 0n, sum: 0n, min: 0n, max: 0n };
  for (const one of histograms) {
    if (one.bits !== bits) throw new EngineError(`histograms of ${bits} and of ${one.bits} bits cannot be merged`);
    if (one.count === 0n) continue;
    if (head.count === 0n || one.min < head.min) head.min = one.min;
    if (one.max > head.max) head.max = one.max;
    head.count += one.count;
    head.sum += one.sum;
    for (let i = 0; i < buckets.length; i++) {
      const hits = one.buckets[i]!;
      if (hits) buckets[i]! += hits; // most are 0, and adding those takes most of the time
    }
  }
  return new Histogram(bits, head, buckets);
};
