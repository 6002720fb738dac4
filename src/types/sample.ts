/** The sums of what a run of the virtual machine has measured so far: little enough to be read often. Differences of two say what happened between them. */
import type { CpuClassName, DropResult, PathName, PlaceName } from "./results.ts";

/** As in LockResult. */
export interface LockSample {
  name: string;
  gets: bigint;
  kept: bigint;
  contended: bigint;
  waits: bigint;
  wait: bigint;
  /** With that of whoever has it now. */
  hold: bigint;
  handovers: bigint;
  handover: bigint;
  /** ns^2, of waits and holds that are over. */
  waitSquares: number;
  holdSquares: number;
}

/** As in QueueResult. */
export interface QueueSample {
  name: string;
  puts: bigint;
  length: bigint;
  /** The longest that it was since `Sample.since`. */
  longest: bigint;
  waitless: bigint;
  /** Modulo 2^64. */
  integral: bigint;
  squares: number;
}

/** Times of packets. */
export interface TimesSample {
  count: bigint;
  /** Picoseconds, modulo 2^64. */
  sum: bigint;
  /** How many lie in each bucket of 9 bits (FINE_BITS), modulo 2^32: from bucket `first` on to the last one that has any. */
  first: number;
  counts: Uint32Array;
}

export interface Sample {
  /** Engine time, picoseconds; and that of the sample which was taken of the engine before, 0n: of none. */
  time: bigint;
  since: bigint;
  /** Frames, over all interfaces. */
  generated: number;
  carried: number;
  /** Packets, over all reasons. */
  dropped: number;
  /** Frames that left behind a later one of their flow. */
  reordered: number;
  /** Packets that ended, by path. */
  paths: Record<PathName, number>;
  /** Frames of each interface; `sending` as in TrafficResult. */
  traffic: { interface: string; generated: number; carried: number; sending: bigint }[];
  drops: DropResult[];
  cpus: Record<CpuClassName, bigint>[];
  /** The BGL, and every other lock that was ever got. */
  locks: LockSample[];
  /** Those that were ever used. */
  queues: QueueSample[];
  /** As in `Results.latency`, of paths by which something has left. */
  latency: Partial<Record<PathName, TimesSample>>;
  /** As in `Results.places`, of places in which something has been. */
  places: Partial<Record<PlaceName, TimesSample>>;
}
