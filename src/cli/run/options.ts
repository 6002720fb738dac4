import type { BatchConfig, BurstsConfig, RateChange, SizesConfig, TraceOptions, TrafficConfig, WorkConfig } from "../../types.ts";
import type { Setting } from "../arguments.ts";
import type { Change, CostSetting } from "./arguments.ts";
import type { FaultSetting } from "./faults.ts";
import { refuseOdd } from "./refusals.ts";
import type { TraceSetting } from "./trace.ts";
import type { CaptureOption, SizesOption } from "./traffic_arguments.ts";

export const SYSTEMS = ["router", "bridge"] as const;
export const POLICIES = ["cas", "fifo", "random"] as const;
export const ARRIVALS = ["poisson", "constant"] as const;

/** Of a system that is made up. */
export interface MadeUp {
  as: (typeof SYSTEMS)[number];
  cpus: number;
  interfaces: number;
  /** Packets per second over all interfaces. */
  rate: bigint;
  flows: number;
  bytes: number;
  arrivals: (typeof ARRIVALS)[number];
  /** Requests at a time, and TCP connections, in all. */
  closed?: number;
  tcp?: number;
  /** Picoseconds. */
  think?: bigint;
  /** Only captures and closed loops arrive. */
  silent?: boolean;
  /** What says more of the traffic than the above. */
  more?: MoreTraffic;
}

/** Of a system that is made up, too. */
export interface MoreTraffic {
  bursts?: BurstsConfig;
  batch?: BatchConfig;
  rateAt?: RateChange[];
  sizes?: SizesConfig;
  zipf?: number;
  mix?: Pick<TrafficConfig, "protocols" | "fragments" | "broadcast">;
}

/** What is changed in a system, made up or not. */
export interface Changes {
  set: readonly Setting[];
  /** A preset, or a file with `preset` and `set`. */
  costs: string | undefined;
  cost: readonly CostSetting[];
  lock: (typeof POLICIES)[number] | undefined;
  link: string | undefined;
  work: readonly WorkConfig[];
  polling: boolean;
  seed: number | undefined;
  cpus: number | undefined;
  fault: readonly FaultSetting[];
  captures: readonly CaptureOption[];
  /** A capture whose lengths the traffic of a made-up system has. */
  sizesFile: string | undefined;
}

/** As the command line gives them. */
export interface Given extends Partial<MadeUp>, Omit<MoreTraffic, "sizes"> {
  time: bigint;
  at?: Change[];
  stop?: string[];
  set?: Setting[];
  costs?: string;
  cost?: CostSetting[];
  lock?: (typeof POLICIES)[number];
  link?: string;
  work?: WorkConfig[];
  polling?: true;
  seed?: number;
  fault?: FaultSetting[];
  every?: bigint;
  csv?: string;
  sizes?: SizesOption;
  trafficCapture?: CaptureOption[];
  trace?: TraceSetting[];
  traceOut?: string;
  json?: true;
}

/** Checked, and complete. */
export interface Options extends Changes {
  /** Undefined: the system is made up. */
  config: string | undefined;
  madeUp: MadeUp;
  time: bigint;
  at: readonly Change[];
  stop: readonly string[];
  every: bigint | undefined;
  csv: string | undefined;
  trace: TraceOptions | undefined;
  traceOut: string | undefined;
  json: boolean;
}

const CPUS = 4;
/** Fewer have nobody to send to. */
const LEAST_INTERFACES = 2;
export const DEFAULTS = { as: "router", rate: 1_000_000n, flows: 256, bytes: 60, arrivals: "poisson", closed: 0, tcp: 0, think: 0n } as const;
export const OF_TRAFFIC = ["rate", "flows", "bytes", "arrivals", "bursts", "batch", "rateAt", "sizes", "zipf", "mix"] as const;
export const OF_MADE_UP = ["as", "interfaces", ...OF_TRAFFIC, "closed", "think", "tcp"] as const;

/** @throws Failure for options that do not go together */
export const checkOptions = (config: string | undefined, given: Given): Options => {
  refuseOdd(config, given);
  const { time, at = [], stop = [], set = [], cost = [], work = [], fault = [], polling = false, json = false } = given;
  const { costs, lock, link, seed, cpus, every, csv, trace, traceOut, sizes, trafficCapture: captures = [] } = given;
  const sizesFile = typeof sizes === "object" && "file" in sizes ? sizes.file : undefined;
  return {
    config,
    madeUp: madeUpOf(given, sizesFile),
    time,
    at,
    stop,
    set,
    costs,
    cost,
    lock,
    link,
    work,
    polling,
    seed,
    fault,
    cpus,
    captures,
    sizesFile,
    every,
    csv,
    trace: traceOut === undefined ? undefined : (trace?.at(-1)?.choice ?? {}),
    traceOut,
    json,
  };
};

const madeUpOf = (given: Given, sizesFile: string | undefined): MadeUp => {
  const { bursts, batch, rateAt, sizes, zipf, mix, cpus = CPUS, trafficCapture = [] } = given;
  const { as, rate, flows, bytes, arrivals, closed, tcp, think } = { ...DEFAULTS, ...given };
  const more = { bursts, batch, rateAt, sizes: sizesFile === undefined ? sizes : undefined, zipf, mix } as MoreTraffic;
  const loops = closed + tcp > 0;
  const silent = (trafficCapture.length > 0 || loops) && OF_TRAFFIC.every((name) => given[name] === undefined || (loops && name === "bytes"));
  const interfaces = given.interfaces ?? Math.max(LEAST_INTERFACES, cpus);
  return { as, cpus, interfaces, rate, flows, bytes, arrivals, closed, tcp, think, silent, more };
};
