/** A running engine: frames, options, handlers, counters. Times are picoseconds of engine time. */

import type { ChangeResult } from "./changes.ts";
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
  /**
   * The service loop for the packet's last message (ARCHITECTURE, section 8.1): ran it without the lock, gave it back first, got it, or had kept it; "none":
   * no message.
   */
  service: "none" | "without" | "released" | "got" | "kept";
  /** Mode 2 ran a message that is not MPSAFE without the lock. */
  violation: boolean;
  /** netisr_run for its handler (ARCHITECTURE, section 8.2): the handler is MPSAFE, the lock was got, or counted deeper; "none": no handler ran directly. */
  handler: "none" | "mpsafe" | "got" | "recursive";
}

/** Where a packet ended, and by whom. */
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
  /** Name of the interface that sent it. */
  interface: string;
  /** Index of the interface in the configuration. */
  port: number;
  /** Picoseconds of engine time: on the virtual machine, when its last bit is at the far end of the wire, `propagation` after it left, which may be to come. */
  time: bigint;
  /** From the destination address to the last byte before the FCS; a copy of its own. */
  data: Uint8Array;
  /** Number, from 0, of the arrival that caused it; -1 for what scheduled work of a handler sent. */
  cause: number;
  /** How it came to be sent: bridged; routed by the flow cache or by ip_input; or made by this host. */
  path: "Bridged" | "Fastforwarded" | "Forwarded" | "Originated";
}

/** How the linear memory is laid out. */
export interface MemoryPlan {
  /** Bytes taken in all, whole pages of 64 KiB. */
  total: number;
  /** In the order of their addresses; `base` and `bytes` are bytes. */
  regions: { name: string; base: number; bytes: number }[];
}

/** instant: no time passes but that between arrivals. virtual: N CPUs in virtual time; what things cost is in `EngineConfig.virtual`. */
export type Machine = "instant" | "virtual";

/** How an engine is made and what it keeps. A `burst`, `machine` or `trace` that cannot be is refused with ConfigError. */
export interface EngineOptions {
  /** What runs the packet path. Default "instant", or what `wasm` is the module of. */
  machine?: Machine;
  /**
   * The compiled module, its bytes, or where it lies. Default: the machine's release build in the package, of the virtual one that with a trace if `trace` is
   * there.
   */
  wasm?: WebAssembly.Module | BufferSource | URL;
  /** Most frames that interrupts find at once, 1 to 256. Changes no byte of output. Default 64. */
  burst?: number;
  /** Keep transmitted frames for `take`. Default true. */
  collect?: boolean;
  /** Keep a record of every dropped packet for `takeDrops`. Default false. */
  drops?: boolean;
  /** Keep a trace, for `trace`: the virtual machine only. It changes no result. Default: none, which costs nothing. */
  trace?: TraceOptions;
  /** Milliseconds since midnight UT at engine time 0, an integer, for IP and ICMP timestamps. Default 0. */
  epochMs?: number;
  /** Bytes of memory above which the engine is not made, but EngineError thrown. Default: no limit but that of Wasm, 4 GiB. */
  memoryLimit?: number;
  /** Called with the memory layout before the memory is taken. */
  onPlan?: (plan: MemoryPlan) => void;
}

/** What a protocol handler of the embedder does with a packet. */
export interface HandlerPacket {
  /** The whole frame, valid during the call. */
  frame: Uint8Array;
  /** Name of the interface, vlan or bridge that received it. */
  interface: string;
  protocol: ProtocolName;
  /** Sends a frame by an interface, vlan or bridge. @returns false if there is no room. @throws ConfigError for an unknown one, and for what is no frame or is too long */
  send(interfaceName: string, frame: Uint8Array): boolean;
}

/** "taken": the packet ends here as delivered. "refused": it is dropped. "pass": the kernel's own handler goes on. Anything else is a ConfigError, which `run` throws. */
export type HandlerVerdict = "taken" | "refused" | "pass";
/** Runs in the middle of the packet path; it may read the engine and send frames, but not run or replace the engine. */
export type PacketHandler = (packet: HandlerPacket) => HandlerVerdict;

/** What a thread did since the engine was made; of the BGL by ARCHITECTURE, section 8. */
export interface ThreadCounters {
  /** "tcp_thread 0" */
  name: string;
  cpu: number;
  /** Messages that it took from its port; of an interrupt thread, runs of its handler. */
  messages: number;
  /** Times that it got the BGL for a message or an interrupt, and gave it back. */
  gets: number;
  releases: number;
  /** Messages after which it kept the BGL. */
  keeps: number;
  /** Gets of the BGL while it had it already, which only count. */
  recursiveGets: number;
  /** Messages without MSGF_MPSAFE that mode 2 ran without the BGL. */
  violations: number;
  /** Most messages that its port ever held. */
  highWater: number;
}

/** What an interface, vlan or bridge counted since the engine was made, in packets if the name does not say bytes. */
export interface PortCounters {
  name: string;
  kind: "interface" | "vlan" | "bridge";
  /** By BSD name: "if_ipackets", "if_ibytes", ... (PortCounter). */
  counters: Record<string, number>;
  /** Packets that came in here and were dropped, by Drop; zeros left out. */
  drops: Record<string, number>;
  /** Packets that left here, or were delivered from here, by Path. */
  ends: Record<string, number>;
}

/** Packets: received + generated + cloned = delivered + forwarded + bridged + dropped + queued. */
export interface Conservation {
  received: number;
  /** Made by this host. */
  generated: number;
  /** Copies of a flood or for a span port, and further fragments. */
  cloned: number;
  delivered: number;
  /** Sent by IP: from the flow cache, the slow path, or made by this host. */
  forwarded: number;
  bridged: number;
  dropped: number;
  /** Still inside. */
  queued: number;
  /** The two sides are equal. */
  holds: boolean;
}

/** Everything that was counted since the engine was made. */
export interface Counters {
  /** Picoseconds of engine time. */
  now: bigint;
  /** In the order of their indices. */
  ports: PortCounters[];
  threads: ThreadCounters[];
  /** Counter, by BSD name, over all CPUs. */
  stats: Record<string, number>;
  /** Drops of all interfaces, and of packets made here, by Drop. */
  drops: Record<string, number>;
  /** Ends of all interfaces by Path. */
  paths: Record<string, number>;
  /** Addresses in each bridge's table now, and its limit. */
  bridges: { name: string; addresses: number; maxaddr: number }[];
  /** Flows in use per CPU, of 256. */
  flows: number[];
  /** Gets of each lock that was ever got. */
  locks: Record<string, number>;
  conservation: Conservation;
}

/** A copy of an engine's state: plain data, that can be kept and passed on. */
export interface Snapshot {
  /** The whole linear memory. */
  memory: Uint8Array;
  /** Frames received so far. */
  arrivals: number;
  /** Time of the last one, picoseconds. */
  time: bigint;
  /** Values of the knobs. */
  sysctl: Record<string, number>;
  /** What was changed so far. */
  changes: ChangeResult[];
  /** Which configuration and options it belongs to. */
  system: string;
}
