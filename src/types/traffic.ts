/** Traffic that is made inside the engine: what an interface receives from its wire on the virtual machine. */
import type { Ip, Mac } from "./resolved.ts";
import type { TimeConfig } from "./virtual.ts";

/** Packets per second up to 10^9, or text: "1.2Mpps". */
export type RateConfig = number | string;

/** From `at` (since `start`) on the rate goes to `rate`: at once, or linearly within `ramp`. */
export interface RateChange {
  /** A number is nanoseconds. */
  at: TimeConfig;
  /** 0: nothing comes. */
  rate: RateConfig;
  /** A number is nanoseconds. Default 0. Its parts are counted in 2^-30 of it. */
  ramp?: TimeConfig;
}

/**
 * Times with traffic take turns with times without; the first burst begins at `start`. `rate` is that within a burst: gaps are counted in the time with
 * traffic alone, so that the rest of one goes on in the next burst.
 */
export interface BurstsConfig {
  /** Length of a burst, or its mean: a number is nanoseconds; a thousandth of the distance of frames at least. */
  on: TimeConfig;
  /** Length of a pause, or its mean: a number is nanoseconds. */
  off: TimeConfig;
  /** Default "exponential". */
  onLaw?: "constant" | "exponential";
  /** Default "exponential". */
  offLaw?: "constant" | "exponential";
}

/** Frames that come at one instant: as many, or a geometric number with this mean. */
export interface BatchConfig {
  /** 1 to 4,096. */
  frames: number;
  law: "constant" | "geometric";
}

export interface SizeShare {
  /** Length of the frame without FCS, 60 up to what the interface accepts. */
  bytes: number;
  /** Relative to those of the others, 0 to 10^9. */
  weight: number;
}

/**
 * Length of each frame without FCS, 60 up to what the interface accepts: one number; "imix": 60, 590 and 1514 bytes as 7 : 4 : 1; shares; each as often as the
 * others from one to another; or the lengths of a list, such as those of a capture, in turn or by lot.
 */
export type SizesConfig = number | "imix" | SizeShare[] | { from: number; to: number } | { lengths: ArrayLike<number>; choice?: "turn" | "lot" };

/** A frame of a capture. */
export interface TrafficFrame {
  /** Picoseconds since any moment, not before the frame before. */
  time: bigint;
  /** From the destination address to the last byte before the FCS. */
  data: Uint8Array;
}

/** Frames as they were captured, at their own distances. They lie in the engine's memory, with 16 bytes each in front. */
export interface CaptureTraffic {
  /** One at least, in the order of their times; they are read once, when the configuration is checked. */
  frames: Iterable<TrafficFrame>;
  /** Factor: 2, 0.5, or text as in "3/2" or "0.125", numerator and denominator up to 10^9. Default 1. */
  speed?: number | string;
  /** How often, or "forever". Frame i of loop n comes at `start` + (n `period` + its time - `from`) / `speed`, rounded down to picoseconds. Default 1. */
  loops?: number | "forever";
  /**
   * From the begin of a loop to the next one's, in the capture's time: a number is nanoseconds. Default: from the first frame to the last, and the mean
   * distance of two.
   */
  period?: TimeConfig;
  /** Time in the capture, since its first frame, at which it begins (the first loop only): a number is nanoseconds. Default 0. */
  from?: TimeConfig;
}

/** Frames for one interface. It can have several entries, 1,024 in all; at one time, frames of the first of them come first. */
export interface TrafficConfig {
  /** Name of the interface. */
  if: string;
  /** Law of the distances; or the frames of `capture`, which come as they are: beside them only `start`, `stop` and `count` are taken, all else is refused. */
  arrivals: "constant" | "poisson" | "capture";
  /** With `arrivals` "capture" only, and needed there. */
  capture?: CaptureTraffic;
  /** Packets per second. The time between two is rounded to picoseconds. The rate of the link does not limit it. This, or `schedule`. */
  rate?: RateConfig;
  /** Rates that change, up to 1,024 times, in order; before the first one nothing comes. Exact for both laws: arrivals in the integral of the rate. */
  schedule?: RateChange[];
  /** Default: no pauses. */
  bursts?: BurstsConfig;
  /** Frames that come at once; a number, 1 to 4,096: always as many. The rate stays that of frames. Default 1. */
  batch?: number | BatchConfig;
  /** Lengths of the frames. Default 60. */
  bytes?: SizesConfig;
  /**
   * 1 to 1,048,576. Flow f has source port 1024 + f modulo 64,512 and the addresses below, each f modulo its number further. Default 1. With `zipf` a flow
   * takes 8 bytes of the engine's memory, once for all entries of as many flows and that exponent.
   */
  flows?: number;
  /** The next packet's flow: the next one in turn; one by lot; or flow f with a probability that goes as 1 / (f + 1)^zipf, up to 10. Default "turn". */
  choice?: "turn" | "lot" | { zipf: number };
  /** Weights of protocols, 0 to 10^9, each frame by lot. TCP: ACK alone; ICMP: echo requests. Default: UDP alone. */
  protocols?: { udp?: number; tcp?: number; icmp?: number };
  /** Share of fragments, 0 to 1: as many first as later ones. Default 0. */
  fragments?: number;
  /** Share of broadcasts, 0 to 1, to ff:ff:ff:ff:ff:ff and 255.255.255.255. Default 0. */
  broadcast?: number;
  /**
   * Engine time from which on distances are counted: the first frame comes one distance later, that of a capture at once. A number is nanoseconds. Default 0.
   */
  start?: TimeConfig;
  /** Engine time from which on there is no arrival: a number is nanoseconds, after `start`. Default: the end of time, 2^54 ps, five hours. */
  stop?: TimeConfig;
  /** Most packets, 1 or more. Default: no limit. */
  count?: number;
  /** Default "02:6e:73:00:00:00". */
  srcMac?: string;
  /** How many addresses from `srcMac` on, up to 1,048,576; so for the others. Default 1. */
  srcMacs?: number;
  /** Default: the interface's own. */
  dstMac?: string;
  /** As `srcMacs`. Default 1. */
  dstMacs?: number;
  /**
   * Destinations in place of `dstMac`: all source stations of the traffic of those interfaces, or of all others. Flow f goes from its station s, which is
   * f modulo `srcMacs`, to their station s + floor(f / `srcMacs`), counted round.
   */
  dstStations?: "others" | string[];
  /** Default "198.18.0.1" (RFC 2544). */
  srcIp?: string;
  /** As `srcMacs`. Default 1. */
  srcIps?: number;
  /** Default "198.19.0.1". */
  dstIp?: string;
  /** As `srcMacs`. Default 1. */
  dstIps?: number;
  /** Default 1024, and 64,512 from there on. */
  srcPort?: number;
  /** Default with `srcPort`: 1. */
  srcPorts?: number;
  /** Default 9 (discard). */
  dstPort?: number;
  /** How many ports from `dstPort` on, up to 65,535. Default 1. */
  dstPorts?: number;
}

/** From `start` (engine time) on, for `length` ps: packets per second, at the begin and at the end. */
export interface RatePiece {
  start: bigint;
  length: bigint;
  from: number;
  to: number;
}

export interface ResolvedCapture {
  /** In the engine's form (assembly/dev/traffic/capture.ts). */
  frames: Uint8Array;
  /** What they are, for comparing configurations. */
  digest: string;
  count: number;
  /** Where the first one sent lies. */
  begin: number;
  /** Numerator of the factor. */
  speed: number;
  /** Times in ps and parts of `speed`. When the first loop began may be before `start`. */
  loop: bigint;
  loopRest: number;
  period: bigint;
  periodRest: number;
}

export type ResolvedSizes =
  | { kind: "fixed"; bytes: number }
  | { kind: "uniform"; from: number; to: number }
  | { kind: "weights"; shares: SizeShare[] }
  | { kind: "turn" | "lot"; lengths: number[] };

export interface ResolvedTraffic {
  port: number;
  arrivals: "constant" | "poisson" | "capture";
  /** Mean between two instants with frames, while there are bursts; of a schedule the work of an instant. */
  interval: bigint;
  batch: BatchConfig;
  bursts?: { on: bigint; off: bigint; onLaw: "constant" | "exponential"; offLaw: "constant" | "exponential" };
  rates?: RatePiece[];
  capture?: ResolvedCapture;
  bytes: ResolvedSizes;
  flows: number;
  choice: "turn" | "lot" | "zipf";
  /** 0 unless `choice` is that. */
  zipf: number;
  /** What frames are (MixProtocol and what goes with it), if not UDP alone. */
  mix: { what: number; weight: number }[];
  start: bigint;
  /** Exclusive. */
  stop: bigint;
  count: bigint;
  srcMac: Mac;
  srcMacs: number;
  dstMac: Mac;
  dstMacs: number;
  /** In place of `dstMac`. */
  dstStations: { mac: Mac; count: number }[];
  srcIp: Ip;
  srcIps: number;
  dstIp: Ip;
  dstIps: number;
  srcPort: number;
  srcPorts: number;
  dstPort: number;
  dstPorts: number;
}
