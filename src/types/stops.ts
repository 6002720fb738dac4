/** Conditions at which a run of the virtual machine stops. */
import type { PathName } from "./results.ts";

/** How a count is compared with the number of a condition: an integer from 0 on, wherever it says nothing else. */
export type StopComparison = ">" | ">=";

/** The length of a queue: "netisr_cpu 3" (the port of a thread), "ring em0", "output em0", "transmit em0"; as in `Results.queues`. */
export interface QueueStop {
  kind: "queue";
  /** Its name. */
  queue: string;
  op: StopComparison;
  packets: number;
}

/** Packets dropped for a reason, on all interfaces or on the one that they came in by. Default: the first one (`>= 1`). */
export interface DropStop {
  kind: "drop";
  /** As in `Results.drops`. */
  reason: string;
  /** Name of an interface, vlan or bridge. */
  on?: string;
  op: StopComparison;
  packets: number;
}

/**
 * A percentile of the latency of all packets so far that left, or of those of one path. It is looked at when the number of those packets reaches a multiple of
 * `every`, once there are `after`; it is that of `Results.latency`.
 */
export interface LatencyStop {
  kind: "latency";
  /** Above 0, up to 100 (the largest), in steps of 0.0001. */
  percentile: number;
  /** Default "all". Not "Delivered": what is delivered here never leaves, so that it has no latency. */
  path: Exclude<PathName, "Delivered"> | "all";
  /** Picoseconds, 0 to 2^54 - 1. */
  above: bigint;
  /** Packets, 1 to 10^9. Default 100. */
  every: number;
  /** Packets, 1 to 10^9. Default: so many that ten are above the percentile, 1,000 for 99; 1 for 100. */
  after: number;
}

/** A counter by its BSD name, as in `Engine.counters`: of the stack, or of an interface or a thread (`on`; default: of all of them together). */
export interface CounterStop {
  kind: "counter";
  /** "if_ipackets", "ips_forward", "gets", ... */
  counter: string;
  /** Name of an interface or thread. */
  on?: string;
  op: StopComparison;
  count: number;
}

/** Packets: frames that arrived on all interfaces ("received", the default), frames that left ("carried"), or packets that ended on one path. */
export interface PacketsStop {
  kind: "packets";
  what: PathName | "carried" | "received";
  op: StopComparison;
  packets: number;
}

/** Nothing is left to do but timers. */
export interface IdleStop {
  kind: "idle";
}

/** A condition without gaps. `formatStop` writes it as text. */
export type StopCondition = QueueStop | DropStop | LatencyStop | CounterStop | PacketsStop | IdleStop;

/**
 * A condition as it is given: text, or the same as an object.
 *
 *     queue NAME > N · drop REASON [on INTERFACE] [>= N] · pQ [PATH] > TIME [every N] [after N]
 *     counter NAME [on NAME] >= N · packets [received|carried|PATH] >= N · idle            `>` or `>=` before every N
 */
export type StopConfig =
  | string
  | QueueStop
  | (Omit<DropStop, "op" | "packets"> & Partial<DropStop>)
  | (Omit<LatencyStop, "path" | "every" | "after"> & Partial<LatencyStop>)
  | CounterStop
  | (Omit<PacketsStop, "what"> & Partial<PacketsStop>)
  | IdleStop;

export interface RunOptions {
  /**
   * Up to 16. The run ends at the first event after which one of them is true; of several the first one given. One that is true when the run begins ends it at
   * once. Nothing is done differently because of them: the engine can run on, and comes to the same as without.
   */
  stop: readonly StopConfig[];
}
