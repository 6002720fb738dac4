/** The sums of what a run of the virtual machine has measured so far: little enough to be read often. Differences of two say what happened between them. */
import type { CpuClassName, DropResult, PathName, PlaceName } from "./results.ts";

/** As in LockResult. */
export interface LockSample {
  name: string;
  gets: bigint;
  contended: bigint;
  waits: bigint;
  wait: bigint;
  /** With that of whoever has it now. */
  hold: bigint;
  handovers: bigint;
  handover: bigint;
}

/** As in QueueResult. */
export interface QueueSample {
  name: string;
  puts: bigint;
  length: bigint;
  waitless: bigint;
  /** Modulo 2^64. */
  integral: bigint;
  squares: number;
}

export interface Sample {
  /** Engine time, picoseconds. */
  time: bigint;
  /** Frames, over all interfaces. */
  generated: number;
  carried: number;
  /** Packets, over all reasons. */
  dropped: number;
  /** Frames that left behind a later one of their flow. */
  reordered: number;
  /** Packets that ended, by path. */
  paths: Record<PathName, number>;
  /** Frames of each interface. */
  traffic: { interface: string; generated: number; carried: number }[];
  drops: DropResult[];
  cpus: Record<CpuClassName, bigint>[];
  /** The BGL, and every other lock that was ever got. */
  locks: LockSample[];
  /** Those that were ever used. */
  queues: QueueSample[];
  /** Of all that has left; the sum, picoseconds, is modulo 2^64. */
  latency: { count: bigint; sum: bigint };
  /** As in `Results.places`; sums are modulo 2^64. */
  places: Record<PlaceName, { count: bigint; sum: bigint }>;
  /** How many frames had a latency in each bucket of 9 bits (FINE_BITS), modulo 2^32. */
  latencies: Uint32Array;
}
