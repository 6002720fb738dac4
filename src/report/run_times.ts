/** Times of packets in a part of a run, by path or place. */
import { FINE_BITS } from "../../assembly/abi.ts";
import type { BucketTimes, TimesSample } from "../types.ts";
import { middleOf } from "../wasm/histogram.ts";

type Samples = Partial<Record<string, TimesSample>>;

/** What came to those of one sample before another; by names under which something did. */
export const samplesBetween = (before: Samples, after: Samples): Record<string, TimesSample> => {
  const all = Object.entries(after).map(([name, times]): [string, TimesSample] => [name, difference(before[name] ?? NONE, times!)]);
  return Object.fromEntries(all.filter(([, { count }]) => count > 0n));
};

const NONE: TimesSample = { count: 0n, sum: 0n, first: 0, counts: new Uint32Array(0) };

/** A sample has all buckets of one that was taken before it. */
const difference = (before: TimesSample, after: TimesSample): TimesSample => {
  const counts = after.counts.slice();
  const shift = before.first - after.first;
  for (let i = 0; i < before.counts.length; i++) counts[i + shift]! -= before.counts[i]!;
  return { count: after.count - before.count, sum: BigInt.asUintN(64, after.sum - before.sum), first: after.first, counts };
};

/** All of them as one. */
export const together = (samples: readonly TimesSample[]): TimesSample => {
  if (samples.length === 0) return NONE;
  const first = Math.min(...samples.map((one) => one.first));
  const counts = new Uint32Array(Math.max(...samples.map((one) => one.first + one.counts.length)) - first);
  for (const one of samples) for (let i = 0; i < one.counts.length; i++) counts[one.first - first + i]! += one.counts[i]!;
  const sum = samples.reduce((all, one) => all + one.sum, 0n);
  return { count: samples.reduce((all, { count }) => all + count, 0n), sum: BigInt.asUintN(64, sum), first, counts };
};

export const timesOf = ({ count: total, sum, ...buckets }: TimesSample): BucketTimes => {
  const count = Number(total);
  const [min, p50, p90, p99, p999, max] = quantiles(buckets, count, [0, 0.5, 0.9, 0.99, 0.999, 1]) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { count, mean: count === 0 ? 0 : Number(sum) / count, min, p50, p90, p99, p999, max };
};

/** By nearest rank, of shares that grow; 0 if there are none. */
const quantiles = ({ first, counts }: Pick<TimesSample, "first" | "counts">, total: number, shares: readonly number[]): number[] => {
  if (total === 0) return shares.map(() => 0);
  let [i, seen] = [0, counts[0]!];
  return shares.map((p) => {
    const rank = Math.max(1, Math.ceil(p * total));
    while (seen < rank) seen += counts[++i]!;
    return Number(middleOf(FINE_BITS, first + i));
  });
};
