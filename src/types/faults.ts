/** Faults of a system in virtual time. Each has a random stream of its own, so that none moves the draws of another or of traffic. */
import type { FaultKind } from "../../assembly/abi.ts";
import type { RouteConfig } from "./config.ts";
import type { TimeConfig } from "./virtual.ts";

/**
 * When a fault is there: for what happens after `from` (default 0: from the beginning) up to `to` (default: the end of time); with `for`, only so long, and
 * with `for` and `every` again and again. Numbers are nanoseconds.
 */
export interface FaultTimes {
  /** Engine time: a number is nanoseconds; from 0 to below 2^54 ps, as `to`. */
  from?: TimeConfig;
  to?: TimeConfig;
  /** How long it lasts each time: a number is nanoseconds, above 0. Needs no `every`: then it lasts once. */
  for?: TimeConfig;
  /** From one beginning to the next: a number is nanoseconds; more than `for`, which it needs. */
  every?: TimeConfig;
  /** "exponential": `for`, and the rest of `every`, are the means of exponential distributions. Default "constant". */
  law?: "constant" | "exponential";
}

/** How often it strikes: by lot with probability `p`, above 0 up to 1, or every `nth` time, 1 to 4,294,967,295. Exactly one of them. */
export type FaultChance = { p: number; nth?: undefined } | { nth: number; p?: undefined };

interface OnInterface extends FaultTimes {
  /** Name of an interface. */
  if: string;
}

/** "rx": frames on their way to the interface. "tx": those that it has sent. Default "rx". */
type Side = { side?: "rx" | "tx" };

/** A frame is lost on the wire: Drop.WireLoss, whichever way it went. One that was sent is not shown to the host, and is no frame that was carried. */
export type LossFault = { kind: "loss" } & OnInterface & Side & FaultChance;
/**
 * Bits flip on the wire: with `p` or `nth`, one of every frame that is struck; with `ber`, 1e-15 to 0.01, each bit with that probability. With `fcs` (the
 * default) the receiver's hardware sees it and drops the frame: Drop.BadFcs, and if_ierrors on our side. Without it the frame goes on as it is.
 */
export type BitErrorFault = { kind: "bitErrors"; fcs?: boolean } & OnInterface & Side & (FaultChance | { ber: number });
/** A frame comes twice, at the same time and with the same number. Both count as received. */
export type DuplicationFault = { kind: "duplication" } & OnInterface & FaultChance;
/**
 * A frame is held back for `delay` (a number is nanoseconds; above 0 up to 1 s; default 1 ms), or until `frames` later ones have come. While one is, the
 * others pass.
 */
export type ReorderingFault = { kind: "reordering"; delay?: TimeConfig; frames?: number } & OnInterface & FaultChance;
/** `count` mbufs, 1 to 1,048,576, are gone from the pool, or as many as are free when it begins. */
export interface MbufFault extends FaultTimes {
  kind: "mbufs";
  count: number;
}
/** A receive ring takes a frame only while fewer than `slots`, 0 to 4,096, wait in it. Counted are the frames that it refuses: Drop.RingFull. Default 0. */
export type RingFault = { kind: "ring"; slots?: number } & OnInterface;
/** An output queue holds `limit` packets, 0 to 65,535, at most. What it has stays. Default 0. */
export type QueueFault = { kind: "queue"; limit?: number } & OnInterface;
/**
 * An interrupt is not seen. What it was for is found with the next one: when a frame comes or a transmission ends, or after `watchdog` (a number is
 * nanoseconds; above 0 up to 1 s, which is the default).
 */
export type LostInterruptFault = { kind: "lostInterrupts"; watchdog?: TimeConfig } & OnInterface & FaultChance;
/** When the handler is through, the interrupt comes once more. */
export type DuplicatedInterruptFault = { kind: "duplicatedInterrupts" } & OnInterface & FaultChance;
/**
 * Interrupts without a reason, `rate` a second (1 to 10^9, or text: "10kHz", or "10kpps", which is the same), as far as none is asserted then, the livelock limit
 * allows, and the interface interrupts at all: not while it is polled, nor with a `vacation`.
 */
export type StormFault = { kind: "storm"; rate: number | string } & OnInterface;
/** A CPU stands still, as in system management mode, while the fault is there: whatever it does takes so much longer, and interrupts and IPIs wait. */
export interface StallFault extends FaultTimes {
  kind: "stall";
  /** Below `cpus`. */
  cpu: number;
}
/**
 * Whoever gets the lock may lose his CPU for `stall` (a number is nanoseconds; above 0 up to 1,000 s): it stands still with the lock held, as a virtual CPU
 * does that is preempted. "serializer" and "queue" (the lock of an output queue) are those of `if`.
 */
export type HolderFault = { kind: "holder"; lock: "BGL" | "serializer" | "queue"; if?: string; stall: TimeConfig } & FaultTimes & FaultChance;
/** No carrier: the transmitter stands still, frames stay in ring and queue until those are full, and what the other end sends is lost (Drop.WireLoss). */
export type FlapFault = { kind: "flap" } & OnInterface;
/**
 * A table has room for `limit` entries (1 to 1,048,576; default 1): the addresses of bridge `if`, which loses its newest dynamic ones; each CPU's ARP
 * entries, or flows of the flow cache, of which those there are stay.
 */
export type TableFault = { kind: "table"; table: "bridge" | "arp" | "flows"; if?: string; limit?: number } & FaultTimes;
/** The route to exactly `dst` goes by `via` and `if`, or away if neither is given. Then it is as it was. */
export type RouteFault = { kind: "route" } & RouteConfig & FaultTimes;
/**
 * Neighbour `ip` is not known any more, and does not answer: its ARP packets are lost (Drop.WireLoss). Then it answers again, and an entry of the
 * configuration is as it was.
 */
export type ArpFault = { kind: "arp"; ip: string } & OnInterface;

export type FaultConfig =
  | LossFault
  | BitErrorFault
  | DuplicationFault
  | ReorderingFault
  | MbufFault
  | RingFault
  | QueueFault
  | LostInterruptFault
  | DuplicatedInterruptFault
  | StormFault
  | StallFault
  | HolderFault
  | FlapFault
  | TableFault
  | RouteFault
  | ArpFault;

/** As the engine takes it: assembly/kern/faults.ts. Times are picoseconds. */
export interface ResolvedFault {
  kind: FaultConfig["kind"];
  number: FaultKind;
  /** What it is about: "em0", "CPU 1", "BGL", "20.1.0.0/16". */
  what: string;
  subject: number;
  sides: number;
  from: bigint;
  to: bigint;
  lasts: bigint;
  /** 0: it comes once. */
  every: bigint;
  exponential: boolean;
  /** Of 2^64, less 1. */
  chance: bigint;
  nth: number;
  amount: bigint;
  more: bigint;
}

/** What became of a fault. */
export interface FaultResult {
  kind: FaultConfig["kind"];
  /** "em0 rx", "CPU 1", "serializer br0", "20.1.0.0/16" ... */
  what: string;
  /** Frames, interrupts or gets that it struck; of the others, how often it began. */
  struck: bigint;
  /** Frames that it holds back now, and that have not been received. */
  held: bigint;
}
