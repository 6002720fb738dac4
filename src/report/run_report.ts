/** What a run of the virtual machine has to say. All but `measured` is simulated. Times are picoseconds. Text and JSON are two ways to print this one record. */
import type {
  Bucket,
  ChangeResult,
  Conservation,
  CpuClassName,
  DropResult,
  LockShare,
  MemoryPlan,
  PathName,
  PlaceName,
  PollingResult,
  QueueResult,
  TcpResult,
  TrafficResult,
  WorkResult,
} from "../types.ts";
import type { Unplugged } from "./run_cables.ts";
import type { RunFault } from "./run_faults.ts";
import type { RunClosed } from "./run_loops.ts";

export interface Quantiles {
  count: bigint;
  min: bigint;
  mean: bigint;
  p50: bigint;
  p90: bigint;
  p99: bigint;
  p999: bigint;
  p9999: bigint;
  max: bigint;
}

export interface RunLock {
  name: string;
  gets: bigint;
  kept: bigint;
  contended: bigint;
  handovers: bigint;
  /** Time for which it was nobody's between two CPUs. */
  handover: bigint;
  waits: Quantiles;
  holds: Quantiles;
  /** Share of the time for which it was held; and so held or on its way from one CPU to another. */
  held: number;
  taken: number;
  /** Who has had it. */
  cpus: LockShare[];
  threads: LockShare[];
}

/** A thread of other kernel work. */
export interface RunWork extends Omit<WorkResult, "response" | "wait"> {
  response: Quantiles;
  wait: Quantiles;
}

/** What kept the system from carrying more. */
export interface RunLimit {
  by: "nothing" | "link" | "BGL" | "serializer" | "queue lock" | "CPU" | "ring" | "queue" | "mbufs" | "polling" | "fault" | "cable" | "unknown";
  text: string;
}

export interface RunReport {
  version: string;
  command: "run";
  options: {
    /** Null: the system was made up (`as`). */
    config: string | null;
    as: "router" | "bridge" | null;
    /** Until when it ran, and until when it was to run. */
    time: bigint;
    set: Record<string, number>;
    stop: string[];
    /** All of them as they were typed, by their long names; those that may be repeated are lists. */
    typed: Record<string, string | string[] | true>;
  };
  system: {
    cpus: number;
    interfaces: number;
    mbufs: number;
    seed: number;
    lock: "cas" | "fifo" | "random";
    sysctl: Record<string, number>;
    /** Nanoseconds, by name of the entry; those drawn from an exponential distribution are the means. */
    costs: Record<string, number>;
    exponential: string[];
    preset: string;
    /** What the generators make together. */
    traffic: { rate: number; flows: number; bytes: (number | string)[]; arrivals: string[] };
  };
  /** What was changed while it ran. */
  changes: ChangeResult[];
  /** The condition that ended the run before its time, and when; null: none did. */
  stopped: { condition: string; time: bigint } | null;
  simulated: {
    elapsed: bigint;
    /** Frames per second of simulated time, over all of it. */
    offeredRate: number;
    carriedRate: number;
    offered: bigint;
    carried: bigint;
    dropped: number;
    drops: DropResult[];
    paths: Record<PathName, number>;
    /** Where packets came from and where they are: copies are cloned, what this host made itself is generated, what is inside at the end queued. */
    conservation: Conservation;
    /** Messages that need the BGL and were served without it, as mode 2 lets them. */
    violations: number;
    latency: Record<PathName | "all", Quantiles>;
    places: Record<PlaceName, Quantiles>;
    cpus: Record<CpuClassName, bigint>[];
    locks: RunLock[];
    queues: QueueResult[];
    traffic: TrafficResult[];
    work: RunWork[];
    /** Share of the time for which each link sent, by interface; null: a link without a rate. */
    links: Record<string, number | null>;
    reordered: bigint;
    /** Of the CPUs that poll or have polled. */
    polling?: PollingResult[];
    steps: bigint;
    /** In the order of the configuration. */
    faults: RunFault[];
    /** Interfaces whose cables were out for some time, by `changes`. */
    unplugged: Unplugged[];
    /** By source, and by connection; left out if there are none. */
    closed?: RunClosed[];
    tcp?: TcpResult[];
  };
  limit: RunLimit;
  series: Bucket[];
  /** On the machine that simulated it. */
  measured: { seconds: number; packetsPerSecond: number; events: bigint };
  memory: MemoryPlan;
  /** No packet got lost, or came from nowhere. */
  conserved: boolean;
  interrupted: boolean;
  exitCode: number;
}
