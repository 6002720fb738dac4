/** A running engine: frames, options, handlers, counters. Times are picoseconds of engine time. */

import type { ProtocolName } from "./config.ts";
import type { TraceOptions } from "./trace.ts";

/** A frame that arrives from the wire. */
export interface Arrival {
  /** Name or index of the interface that receives it. */
  interface: string | number;
  /** Picoseconds of engine time at which its last bit is there; never before the arrival given last. Default: the time of that one. */
  time?: bigint;
  /** From the destination address to the last byte before the FCS. */
  data: Uint8Array;
}

/** What the threads of a packet did with the BGL. */
export interface LockDecision {
  /** The service loop for the packet's last message (ARCHITECTURE, section 8.1): ran it without the lock, gave it back first, got it, or had kept it; "none": no message. */
  service: "none" | "without" | "released" | "got" | "kept";
  /** Mode 2 ran a message that is not MPSAFE without the lock. */
  violation: boolean;
  /** netisr_run for its handler (ARCHITECTURE, section 8.2): the handler is MPSAFE, the lock was got, or counted deeper; "none": no handler ran directly. */
  handler: "none" | "mpsafe" | "got" | "recursive";
}

/** Where a packet ended. */
export interface Handled {
  /** CPU of the thread; -1 if no thread saw the packet. */
  cpu: number;
  /** "tcp_thread 0"; "" if no thread saw the packet. */
  thread: string;
  lock: LockDecision;
}

/** A packet that was dropped. */
export interface DroppedPacket extends Handled {
  /** The interface, vlan or bridge that received it last; undefined if this host made it. */
  interface: string | undefined;
  /** Its index in the configuration; -1 if this host made it. */
  port: number;
  /** Picoseconds of engine time. */
  time: bigint;
  /** Number, from 0, of the arrival that it is, or that caused it; -1 for scheduled work of a handler. */
  cause: number;
  /** Name of the reason, as in `Counters.drops`. */
  reason: string;
}

/** A frame that has been sent. Its thread is the one that decided so. */
export interface Departure extends Handled {
  interface: string;
  /** Index of the interface in the configuration. */
  port: number;
  /** Picoseconds of engine time. */
  time: bigint;
  data: Uint8Array;
  /** Number, from 0, of the arrival that caused it; -1 for what scheduled work of a handler sent. */
  cause: number;
  path: "Bridged" | "Fastforwarded" | "Forwarded" | "Originated";
}

export interface MemoryPlan {
  /** Bytes taken in all. */
  total: number;
  regions: { name: string; base: number; bytes: number }[];
}

/** instant: no time passes but that between arrivals. virtual: N CPUs in virtual time; what things cost is in `EngineConfig.virtual`. */
export type Machine = "instant" | "virtual";

export interface EngineOptions {
  /** What runs the packet path. Default "instant", or what `wasm` is the module of. */
  machine?: Machine;
  /** The compiled module, its bytes, or where it lies. Default: the machine's release build in the package, of the virtual one that with a trace if `trace` is there. */
  wasm?: WebAssembly.Module | BufferSource | URL;
  /** Most frames that interrupts find at once, 1 to 256. Changes no byte of output. Default 64. */
  burst?: number;
  /** Keep transmitted frames for `take`. Default true. */
  collect?: boolean;
  /** Keep a record of every dropped packet for `takeDrops`. Default false. */
  drops?: boolean;
  /** Keep a trace, for `trace`: the virtual machine only. It changes no result. Default: none, which costs nothing. */
  trace?: TraceOptions;
  /** Milliseconds since midnight UT at engine time 0, for IP and ICMP timestamps. Default 0. */
  epochMs?: number;
  /** Bytes of memory above which the engine is not made. */
  memoryLimit?: number;
  /** Called with the memory layout before the memory is taken. */
  onPlan?: (plan: MemoryPlan) => void;
}

/** What a protocol handler of the embedder does with a packet. */
export interface HandlerPacket {
  /** The whole frame, valid during the call. */
  frame: Uint8Array;
  interface: string;
  protocol: ProtocolName;
  /** Sends a frame by an interface. False: no room. */
  send(interfaceName: string, frame: Uint8Array): boolean;
}

/** "taken": the packet ends here as delivered. "refused": it is dropped. "pass": the kernel's own handler goes on. */
export type HandlerVerdict = "taken" | "refused" | "pass";
export type PacketHandler = (packet: HandlerPacket) => HandlerVerdict;

export interface ThreadCounters {
  name: string;
  cpu: number;
  messages: number;
  gets: number;
  releases: number;
  keeps: number;
  recursiveGets: number;
  violations: number;
  /** Most messages that its port ever held. */
  highWater: number;
}

export interface PortCounters {
  name: string;
  kind: "interface" | "vlan" | "bridge";
  /** PortCounter, by BSD name. */
  counters: Record<string, number>;
  /** Packets that came in here and were dropped, by Drop; zeros left out. */
  drops: Record<string, number>;
  /** Packets that left here, or were delivered from here, by Path. */
  ends: Record<string, number>;
}

/** received + generated + cloned = delivered + forwarded + bridged + dropped + queued. */
export interface Conservation {
  received: number;
  generated: number;
  cloned: number;
  delivered: number;
  /** Sent by IP: from the flow cache, the slow path, or made by this host. */
  forwarded: number;
  bridged: number;
  dropped: number;
  queued: number;
  holds: boolean;
}

export interface Counters {
  /** Picoseconds. */
  now: bigint;
  ports: PortCounters[];
  threads: ThreadCounters[];
  /** Counter, by BSD name, over all CPUs. */
  stats: Record<string, number>;
  /** Drops of all interfaces, and of packets made here, by Drop. */
  drops: Record<string, number>;
  /** Ends of all interfaces by Path. */
  paths: Record<string, number>;
  bridges: { name: string; addresses: number; maxaddr: number }[];
  /** Flows in use per CPU, of 256. */
  flows: number[];
  /** Gets of each lock that was ever got. */
  locks: Record<string, number>;
  conservation: Conservation;
}

/** A copy of an engine's state. */
export interface Snapshot {
  memory: Uint8Array;
  /** Frames received so far. */
  arrivals: number;
  /** Time of the last one, picoseconds. */
  time: bigint;
  sysctl: Record<string, number>;
  /** Which configuration and options it belongs to. */
  system: string;
}
