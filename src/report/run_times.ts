/** Times of packets in a part of a run, by path or place. */
import { FINE_BITS } from "../../assembly/abi.ts";
import type { BucketTimes, TimesSample } from "../types.ts";
import { bucketsOf, middleOf } from "../wasm/histogram.ts";

type Samples = Partial<Record<string, TimesSample>>;

/** What came to those of one sample before another; by names under which something did. */
export const samplesBetween = (before: Samples, after: Samples): Record<string, TimesSample> => {
  const all = Object.entries(after).map(([name, times]): [string, TimesSample] => [name, difference(before[name] ?? NONE, times!)]);
  return Object.fromEntries(all.filter(([, { count }]) => count > 0n));
};

const NONE: TimesSample = { count: 0n, sum: 0n, counts: new Uint32Array(bucketsOf(FINE_BITS)) };

const difference = (before: TimesSample, after: TimesSample): TimesSample => ({
  count: after.count - before.count,
  sum: BigInt.asUintN(64, after.sum - before.sum),
  counts: subtract(after.counts, before.counts),
});

const subtract = (counts: Uint32Array, others: Uint32Array): Uint32Array => {
  const left = counts.slice();
  for (let bucket = 0; bucket < left.length; bucket++) left[bucket]! -= others[bucket]!;
  return left;
};

/** All of them as one. */
export const together = (samples: readonly TimesSample[]): TimesSample => {
  const counts = NONE.counts.slice();
  for (const one of samples) for (let bucket = 0; bucket < counts.length; bucket++) counts[bucket]! += one.counts[bucket]!;
  const sum = samples.reduce((all, one) => all + one.sum, 0n);
  return { count: samples.reduce((all, { count }) => all + count, 0n), sum: BigInt.asUintN(64, sum), counts };
};

export const timesOf = ({ count: total, sum, counts }: TimesSample): BucketTimes => {
  const count = Number(total);
  const [min, p50, p90, p99, p999, max] = quantiles(counts, count, [0, 0.5, 0.9, 0.99, 0.999, 1]) as [number, number, number, number, number, number];
  return { count, mean: count === 0 ? 0 : Number(sum) / count, min, p50, p90, p99, p999, max };
};

/** By nearest rank, of shares that grow; 0 if there are none. */
const quantiles = (counts: Uint32Array, total: number, shares: readonly number[]): number[] => {
  if (total === 0) return shares.map(() => 0);
  let [bucket, seen] = [0, counts[0]!];
  return shares.map((p) => {
    const rank = Math.max(1, Math.ceil(p * total));
    while (seen < rank) seen += counts[++bucket]!;
    return Number(middleOf(FINE_BITS, bucket));
  });
};
