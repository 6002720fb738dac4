/** What happened in a part of a run of the virtual machine: `bucketBetween` makes it of two samples. */
import type { CpuClassName, DropResult, PathName, PlaceName } from "./results.ts";

/** Times of packets in a part of a run, picoseconds. Quantiles, minimum and maximum are middles of buckets 0.2 % wide, and whole numbers. */
export interface BucketTimes {
  count: number;
  mean: number;
  min: number;
  p50: number;
  p90: number;
  p99: number;
  p999: number;
  max: number;
}

export interface BucketLock {
  /** As in LockResult. */
  gets: number;
  kept: number;
  contended: number;
  /** Waits that ended in it, their picoseconds from their beginning on, and the sum of their squares, ns^2; of holds that ended in it likewise. */
  waits: number;
  wait: bigint;
  waitSquares: number;
  holdSquares: number;
  /** Share of the time for which it was held; and so held or on its way from one CPU to another, a way counting where it ended. */
  held: number;
  taken: number;
  handovers: number;
}

export interface BucketQueue {
  puts: number;
  /** Stays of no time that ended in it. */
  waitless: number;
  /** At its end. */
  length: number;
  /** The longest that it was. Not there if other samples were taken between those two. */
  highWater?: number;
  /** Over time, and of the squares of lengths. */
  mean: number;
  meanSquare: number;
}

/** What is named is left out where nothing happened: locks, queues, interfaces, paths, places. */
export interface Bucket {
  from: bigint;
  to: bigint;
  /** Frames. */
  offered: number;
  carried: number;
  /** Packets, of all reasons. */
  dropped: number;
  reordered: number;
  paths: Record<PathName, number>;
  /** Frames of each interface, and the share of the time for which its link was sending. */
  traffic: Record<string, { offered: number; carried: number; link: number }>;
  drops: DropResult[];
  /** Of frames that left in it, by path and together. */
  latency: { all: BucketTimes } & Partial<Record<PathName, BucketTimes>>;
  /** Of the stays that ended in it, as in `Results.places`. */
  places: Partial<Record<PlaceName, BucketTimes>>;
  cpus: Record<CpuClassName, bigint>[];
  locks: Record<string, BucketLock>;
  queues: Record<string, BucketQueue>;
}
