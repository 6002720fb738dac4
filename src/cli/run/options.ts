import { parseQuantity, TIME_UNITS } from "../../config/quantities.ts";
import type { BatchConfig, BurstsConfig, RateChange, SizesConfig, TraceOptions, TrafficConfig, WorkConfig } from "../../types.ts";
import type { Setting } from "../arguments.ts";
import { Exit, Failure } from "../exit.ts";
import { STANDARD } from "../input/byte_source.ts";
import type { Change, CostSetting } from "./arguments.ts";
import type { FaultSetting } from "./faults.ts";
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
  trace?: TraceOptions;
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

const MOST_BUCKETS = 1_000n;
const CPUS = 4;
/** Fewer have nobody to send to. */
const LEAST_INTERFACES = 2;
export const DEFAULTS = { as: "router", rate: 1_000_000n, flows: 256, bytes: 60, arrivals: "poisson", closed: 0, tcp: 0, think: 0n } as const;
const OF_TRAFFIC = ["rate", "flows", "bytes", "arrivals", "bursts", "batch", "rateAt", "sizes", "zipf", "mix"] as const;
const OF_MADE_UP = ["as", "interfaces", ...OF_TRAFFIC, "closed", "think", "tcp"] as const;
/** Options that say the same. */
const ALTERNATIVES = [
  ["rateAt", "rate"],
  ["sizes", "bytes"],
] as const;

/** @throws Failure for options that do not go together */
export const checkOptions = (config: string | undefined, given: Given): Options => {
  const {
    time,
    at = [],
    stop = [],
    set = [],
    costs,
    cost = [],
    lock,
    link,
    work = [],
    polling = false,
    seed,
    fault = [],
    every,
    csv,
    trace,
    traceOut,
    json = false,
  } = given;
  const odd = OF_MADE_UP.find((name) => given[name] !== undefined);
  if (config !== undefined && odd !== undefined)
    throw wrong(`${optionOf(odd)} is for a system that is made up; with a configuration its \`virtual\` says it`);
  const both = ALTERNATIVES.find(([one, other]) => given[one] !== undefined && given[other] !== undefined);
  if (both) throw wrong(`${optionOf(both[0])} and ${optionOf(both[1])}: expected one of the two`);
  const late = at.find((one) => one.time >= time);
  if (late) throw tooLate("--at", late.text);
  const lateRate = given.rateAt?.find(({ at: text }) => isLate(`${text}`, time));
  if (lateRate) throw tooLate("--rate-at", [lateRate.at, lateRate.rate, lateRate.ramp].filter((part) => part !== undefined).join(":"));
  const lateCapture = given.trafficCapture?.find(({ start }) => isLate(start, time));
  if (lateCapture) throw tooLate("--traffic-capture", lateCapture.text);
  if (trace?.from !== undefined && trace.from >= time) throw wrong("--trace: expected `from` before the end of the run (--time)");
  if (csv !== undefined && every === undefined) throw wrong("--csv needs --every TIME, the length of each part");
  if (trace !== undefined && traceOut === undefined) throw wrong("--trace needs --trace-out FILE, where it is written to");
  const standard = [csv === STANDARD ? "--csv -" : "", traceOut === STANDARD ? "--trace-out -" : "", json ? "--json" : ""].filter(
    (option) => option !== "",
  );
  if (standard.length > 1 && (csv === STANDARD || traceOut === STANDARD))
    throw wrong(`${standard.join(" and ")}: expected standard output for one of them`);
  if (every !== undefined && (time + every - 1n) / every > MOST_BUCKETS) throw wrong(`--every: expected at most ${MOST_BUCKETS} parts of the run`);
  const cpus = given.cpus ?? CPUS;
  if (given.think !== undefined && !given.closed) throw wrong("--think needs --closed N, the users who think");
  const { as, rate, flows, bytes, arrivals, closed, tcp, think } = { ...DEFAULTS, ...given };
  const { bursts, batch, rateAt, sizes, zipf, mix, trafficCapture: captures = [] } = given;
  const sizesFile = typeof sizes === "object" && "file" in sizes ? sizes.file : undefined;
  const more = { bursts, batch, rateAt, sizes: sizesFile === undefined ? sizes : undefined, zipf, mix } as MoreTraffic;
  const loops = closed + tcp > 0;
  const silent = (captures.length > 0 || loops) && OF_TRAFFIC.every((name) => given[name] === undefined || (loops && name === "bytes"));
  const interfaces = given.interfaces ?? Math.max(LEAST_INTERFACES, cpus);
  const madeUp = { as, cpus, interfaces, rate, flows, bytes, arrivals, closed, tcp, think, silent, more };
  return {
    config,
    madeUp,
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
    cpus: given.cpus,
    captures,
    sizesFile,
    every,
    csv,
    trace: trace ?? (traceOut === undefined ? undefined : {}),
    traceOut,
    json,
  };
};

/** Of something that begins when the run is over. */
const isLate = (text: string | undefined, end: bigint): boolean => text !== undefined && parseQuantity(text, TIME_UNITS)! >= end;

const tooLate = (option: string, text: string): Failure => wrong(`${option} ${text}: expected a time before the end of the run (--time)`);

/** "--rate-at" of `rateAt`. */
export const optionOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const wrong = (line: string): Failure => new Failure(Exit.Usage, line);
