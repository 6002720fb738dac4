/** What a run of the virtual machine has measured, all of it simulated. Times are picoseconds; sums are of the whole run from time 0. */
import type { CpuClass, Path, Place } from "../../assembly/abi.ts";
import type { ChangeResult } from "./changes.ts";
import type { ClosedResult, TcpResult } from "./closed.ts";
import type { FaultResult } from "./faults.ts";
import type { PollingResult } from "./polling.ts";
import type { WorkResult } from "./work.ts";

type NameOf<T> = Exclude<keyof T, "Count">;
export type CpuClassName = NameOf<typeof CpuClass>;
export type PathName = NameOf<typeof Path>;
export type PlaceName = NameOf<typeof Place>;

/** How often which time was seen. */
export interface Distribution {
  readonly count: bigint;
  readonly sum: bigint;
  readonly min: bigint;
  readonly max: bigint;
  readonly mean: bigint;
  /** The time that a share `p` of all does not exceed, to one part in 2^(bits + 1). */
  quantile(p: number): bigint;
  readonly bits: number;
  readonly buckets: BigUint64Array;
}

export interface LockResult {
  /** "BGL", "serializer em0", "queue em0" (the lock of its output queue). */
  name: string;
  /** Gets by which it became somebody's; each begins a hold. */
  gets: bigint;
  /**
   * Gets that go on under a hold: of a CPU that has the BGL, of a step that has just given the lock back. `gets + kept` is what `Engine.counters` counts; of the
   * BGL that is more than its threads say that they got it, as a thread which slept with it gets it back.
   */
  kept: bigint;
  /** Of both, those that found it taken; and those that wait now. */
  contended: bigint;
  /** Waits that are over. */
  waits: bigint;
  wait: bigint;
  maxWait: bigint;
  /** Of holds that are over. */
  hold: bigint;
  /** How long the hold that is not in `hold` yet has lasted: whoever has it now has it, or left it in the middle of a step. 0: there is none. */
  holding: bigint;
  maxHold: bigint;
  /** Times that it went from one CPU to a waiter on another, and how long it was nobody's then. */
  handovers: bigint;
  handover: bigint;
  /** Sums of squares, ns^2. */
  waitSquares: number;
  holdSquares: number;
  waitTimes: Distribution;
  holdTimes: Distribution;
  /** Who has had it: the CPUs and the threads that ever got it, in the order of their numbers. */
  cpus: LockShare[];
  threads: LockShare[];
}

/**
 * Who had a lock. The BGL is the CPU's: threads of a CPU that has it go on under it, and if the one that got it sleeps and another one of the CPU that needs it
 * runs next, that is one hold, which counts for the thread that got it.
 */
export interface LockShare {
  /** "CPU 0", or the name of a thread. */
  name: string;
  /** As `LockResult.gets`, without `kept`. */
  gets: bigint;
  /** Picoseconds, with a hold that goes on. */
  hold: bigint;
}

export interface QueueResult {
  /** "ring em0" (receive ring), "output em0", "transmit em0" (transmit ring), or the name of the thread whose port it is. */
  name: string;
  puts: bigint;
  takes: bigint;
  /** Now. */
  length: bigint;
  highWater: bigint;
  /** Over time; right as long as `integral` does not wrap. */
  meanLength: number;
  /** Packets x ps, modulo 2^64: 18 million packet-seconds, which a queue of 65,535 packets comes to in 281 s. Differences of two stay right. */
  integral: bigint;
  /** Packets^2 x ns. */
  squares: number;
  /** Ps, modulo 2^64: sum of the stays of those that were taken, less the times at which those still there came. */
  stays: bigint;
  /** Stays of no time. */
  waitless: bigint;
}

export interface DropResult {
  reason: string;
  /** The interface, vlan or bridge that the packet came in by; undefined: made by this host. */
  interface: string | undefined;
  cpu: number;
  packets: number;
}

export interface TrafficResult {
  interface: string;
  /** Made by generators and closed loops. */
  generated: { frames: bigint; bytes: bigint };
  /** What each generator of the interface made, by its place in `virtual.traffic`. */
  generators: { index: number; frames: bigint; bytes: bigint }[];
  /** Frames whose last bit has left, and their bytes. */
  carried: { frames: bigint; bytes: bigint };
  /** Picoseconds for which the link was sending: frames with FCS, preamble and gap, those as well that it lost. 0n if frames take no time. */
  sending: bigint;
}

export interface Results {
  /** Engine time. */
  elapsed: bigint;
  /** Steps that threads have made. */
  steps: bigint;
  /** Turns of the event loop; depends on how often `run` was called. */
  events: bigint;
  /** Frames that left behind a later one of their flow. */
  reordered: bigint;
  /** In the order in which they were made. */
  changes: ChangeResult[];
  /** Per CPU; the sum over the classes is `elapsed`. */
  cpus: Record<CpuClassName, bigint>[];
  /** The BGL, and every other lock that was ever got. */
  locks: LockResult[];
  /** Those that were ever used. */
  queues: QueueResult[];
  /** From a frame's last bit in to its last bit out. */
  latency: Record<PathName | "all", Distribution>;
  /**
   * Where packets were meanwhile. In the receive ring (Ring) and in ports of threads (Port): each stay, when it is over. Of each packet that has left, but
   * those that this host made: for how long the thread that had it waited for locks (Lock), what lies between the rest up to the output queue (Service:
   * interrupt handlers, IPIs, threads), and the output queue, the transmit ring and the link (Output). If nothing is dropped, delivered or copied, the five
   * sums add up to that of the latencies.
   */
  places: Record<PlaceName, Distribution>;
  drops: DropResult[];
  traffic: TrafficResult[];
  /** Of every CPU that polls or has polled, if one has. */
  polling?: PollingResult[];
  /** In the order of the configuration. */
  faults: FaultResult[];
  /** One per thread of other kernel work. */
  work: WorkResult[];
  /** In the order of the configuration; left out if it has none. */
  closed?: ClosedResult[];
  tcp?: TcpResult[];
}
