/** Traces: what the virtual machine notes of chosen packets, record by record. Times are picoseconds of engine time. */

import type { At, TraceKind } from "../../assembly/abi.ts";
import type { LockDecision } from "./engine.ts";

export type TraceKindName = Exclude<keyof typeof TraceKind, "Count">;
export type AtName = Exclude<keyof typeof At, "Count">;

/** The packets between two IPv4 addresses, as they arrive, with whatever those cause. One of the two may be left out. */
export interface TraceFlow {
  /** IPv4 addresses, "192.0.2.1". Default: any. */
  src?: string;
  dst?: string;
}

/** What is recorded: the packets that one of these chooses. Without any: everything. */
export interface TraceChoice {
  /** Every n-th packet of each interface, from the first on; of frames from the host, every n-th of all. 1 to 4,294,967,295. */
  every?: number;
  /** At most 8. */
  flows?: readonly TraceFlow[];
  /** Everything from this time on, with what belongs to no packet. Default, if `to` is there: 0. */
  from?: bigint;
  /** Everything before this time. Default, if `from` is there: the end of time. */
  to?: bigint;
}

export interface TraceOptions extends TraceChoice {
  /** Records that are kept, 32 bytes each; then the oldest are overwritten. 1 to 16,777,216. Default 65,536. */
  records?: number;
}

export interface TraceRecord {
  time: bigint;
  kind: TraceKindName;
  /** Number of the frame that the packet is, or that caused it, as in `Departure.cause`; undefined: no packet, or none that is known. */
  cause: number | undefined;
  /** The packet in words: "em0 #12" was made by the generator of em0, "#3" was given to the engine; "" without a packet. */
  packet: string;
  /** -1: none, as when a frame arrives. */
  cpu: number;
  /** "netisr_cpu 0"; "": none. */
  thread: string;
  /** Where the thread goes on, of kinds that are about a thread; else "". */
  place: AtName | "";
  /** What was done with the BGL for the packet so far. */
  lock: LockDecision;
  /** The queue, lock, interface, CPU, thread or reason that the kind has; the path by which a packet ended; "": none. */
  what: string;
  /** The interface of an end; else "". */
  interface: string;
  /** Picoseconds, or a length, as the kind has it. */
  value: bigint;
}

export interface Trace {
  /** In the order of their times. */
  records: TraceRecord[];
  /** Records that were written since the engine was made. */
  written: number;
  /** Of those, the ones that were overwritten. */
  lost: number;
}
