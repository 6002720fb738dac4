/** The part of a configuration that only the virtual machine reads: what things cost, links, interrupts; traffic: traffic.ts. */
import type { CostInfo, CostPreset } from "../costs.ts";
import type { ClosedConfig, ResolvedClosed, ResolvedTcp, TcpConfig } from "./closed.ts";
import type { FaultConfig, ResolvedFault } from "./faults.ts";
import type { PollingConfig, ResolvedPolling } from "./polling.ts";
import type { ResolvedTraffic, TrafficConfig } from "./traffic.ts";
import type { ResolvedWork, WorkConfig } from "./work.ts";

/** A number in the unit that the field names, or text with a unit: "250ns", "20us", "1.5ms", "2s". A picosecond is the smallest part. */
export type TimeConfig = number | string;

export interface CostsConfig {
  /** Where the entries come from that `set` does not name. Default "opteron-2008". */
  preset?: CostPreset;
  /** Entries of the cost table (src/costs.ts) by name, in their units, 0 to 1,000,000,000. "exponential": drawn each time, with this mean. */
  set?: Partial<Record<CostInfo["name"], number | { value: number; law: "constant" | "exponential" }>>;
}

/**
 * The wire of an interface, and when the interface interrupts. Times from 0 up to a second; a number is in the unit that the field says, which is not the
 * same for all.
 */
export interface WireConfig extends PollingConfig {
  /** Bits per second, 1,000 to 10^12, or text: "100Mbps", "1Gbps". 0 or "infinite": frames take no time. Default 1 Gbit/s. */
  rate?: number | string;
  /** To the other end: a number is nanoseconds. Default 0. */
  propagation?: TimeConfig;
  /**
   * From the first frame that waits to the interrupt for it: a number is microseconds; 0: it interrupts at once. Default 20, which a full link at 1 Gbit/s
   * uses for 30 frames, half a receive ring; the 100 of em's 10,000 interrupts a second would need 149 slots.
   */
  delay?: TimeConfig;
  /**
   * Waiting frames that interrupt at once, whatever `delay` says, up to 4,096; 0: no number does. With `delay` 0 fewer frames do not interrupt at all, but wait
   * until there are so many, which the receive ring has to hold. Default 0.
   */
  count?: number;
  /** Between two interrupts at least: a number is microseconds. Default 0. */
  gap?: TimeConfig;
  /**
   * From the end of a transmission to the interrupt that says so: a number is microseconds. "none": there is no such interrupt, and descriptors come back by
   * themselves. Default 64.
   */
  txDelay?: TimeConfig | "none";
  /**
   * Receive rings, 1 to 64, that frames are spread over by their hash as the hardware does it (net.toeplitz.*: addresses and ports of TCP, addresses of other
   * IPv4; all else goes to the first), each with an interrupt of its own as described here and `rxRing` slots. Several take an event per frame. Default 1.
   */
  rings?: number;
  /** The CPU of each ring's interrupt. Default: the interface's, and those after it, going round. */
  ringCpus?: number[];
  /** Frames that one step of the interrupt thread takes, 1 to 4,096. Default 64. */
  rxBurst?: number;
  /**
   * Interrupts per second, up to 10^9, above which a timer takes the interrupt's place, as often as that, but 100 to 500,000 times a second and no sooner than
   * `gap` (kern.livelock_limit, 50,000 there); 0: never. Default 0, since `delay` limits them.
   */
  livelockLimit?: number;
  /** Below so many per second it interrupts again (kern.livelock_lowater). Default 20,000, or `livelockLimit` if that is less. */
  livelockLow?: number;
}

/** Costs, links, traffic and faults of the virtual machine. */
export interface VirtualConfig {
  /** What the steps of the path take. */
  costs?: CostsConfig;
  /**
   * Who gets a released lock: the first compare-and-swap ("cas", as in the kernel: whoever gave it back may get it again), the one that waits longest
   * ("fifo"), or one by lot ("random"). Default "cas".
   */
  lock?: "cas" | "fifo" | "random";
  /** By name of the interface; "*" is for all, and what an interface says itself goes before that. */
  interfaces?: Record<string, WireConfig>;
  /** What generators send to the interfaces; up to 1,024 (src/types/traffic.ts). */
  traffic?: TrafficConfig[];
  /** What goes wrong, and when: up to 255 faults (src/types/faults.ts). */
  faults?: FaultConfig[];
  /** Other work of the kernel, up to 256 threads (src/types/work.ts). */
  work?: WorkConfig[];
  /** Up to 1,024 sources of requests. */
  closed?: ClosedConfig[];
  /** Up to 1,024 sources of TCP. */
  tcp?: TcpConfig[];
}

/** Times in picoseconds. */
export interface ResolvedWire extends ResolvedPolling {
  port: number;
  /** Bits per second, 0 = infinite. */
  rate: bigint;
  propagation: bigint;
  delay: bigint;
  count: number;
  gap: bigint;
  txDelay: bigint;
  rxBurst: number;
  /** CPUs of its receive rings; none: the interface has one, on its own CPU. */
  rings: number[];
  livelockLimit: number;
  livelockLow: number;
}

export interface ResolvedVirtual {
  /** By number of the entry. */
  costs: { ps: bigint; exponential: boolean }[];
  lock: "cas" | "fifo" | "random";
  /** One per interface, in their order. */
  wires: ResolvedWire[];
  /** By interface; those of one interface in the order of the configuration. */
  traffic: ResolvedTraffic[];
  faults: ResolvedFault[];
  /** One per thread. */
  work: ResolvedWork[];
  closed: ResolvedClosed[];
  tcp: ResolvedTcp[];
}
