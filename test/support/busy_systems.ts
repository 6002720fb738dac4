/** Systems under load on the virtual machine, as points of a grid: what determinism is tested on. */
import { PS_PER_SECOND } from "../../assembly/abi.ts";
import type { Arrival, EngineConfig, TrafficConfig, VirtualConfig } from "../../src/types.ts";
import { FrameStream, streamConfig } from "./frame_stream.ts";
import { station } from "./frames.ts";

const KINDS = ["router", "bridge", "mixed"] as const;
const CPUS = [1, 2, 4, 8, 64] as const;
export const MODES = [0, 1, 2] as const;
export const LOCKS = ["cas", "fifo", "random"] as const;
const LOADS = [30, 60, 150] as const;
export const SOURCES = ["generator", "host"] as const;

export interface Point {
  kind: (typeof KINDS)[number];
  cpus: number;
  /** net.netisr.mpsafe_thread */
  mode: (typeof MODES)[number];
  lock: (typeof LOCKS)[number];
  /** Per cent of what one CPU, or each of the four that interfaces have, can carry. */
  load: number;
  /** kern.intr_mpsafe */
  intrMpsafe: 0 | 1;
  source: (typeof SOURCES)[number];
  fastforwarding: 0 | 1;
  seed: number;
  /** How many come. Default 400. */
  frames?: number;
}

export interface BusySystem {
  config: EngineConfig;
  /** Frames from the host. */
  arrivals: Arrival[];
  /** When the last frame has arrived, picoseconds. Work is left then. */
  end: bigint;
}

export const nameOf = ({ kind, cpus, mode, lock, load, intrMpsafe, source, fastforwarding }: Point): string =>
  `${kind}, ${cpus} CPUs, mode ${mode}, ${lock}, ${load} %, interrupts ${intrMpsafe ? "MPSAFE" : "under the BGL"}, ${source}${fastforwarding ? ", flow cache" : ""}`;

/** Picks values of settings by the digits of a number, the last digit first, each to the base of how many values there are. */
export const pickerOf = (index: number) => {
  let rest = index;
  return <T>(values: readonly T[]): T => {
    const value = values[rest % values.length]!;
    rest = Math.floor(rest / values.length);
    return value;
  };
};

/** Every `step`-th point of the whole grid. A step without the factors 2, 3 and 5 meets all values of all settings in all pairs. */
export const pointsOf = (step: number): Point[] => {
  const points: Point[] = [];
  for (let index = 0; index < 1620; index += step) {
    const pick = pickerOf(index);
    const source = pick(SOURCES);
    const point = {
      source,
      intrMpsafe: pick([1, 0] as const),
      kind: pick(KINDS),
      mode: pick(MODES),
      lock: pick(LOCKS),
      load: pick(LOADS),
      cpus: pick(CPUS),
    };
    points.push({ ...point, fastforwarding: (points.length >> 1) & 1 ? 1 : 0, seed: index + 1 });
  }
  return points;
};

const INTERFACES = 4;
const FRAMES = 400;
/** Packets per second that one CPU carries, roughly. */
const CAPACITY = 500_000;

export const rateOf = ({ cpus, load }: Pick<Point, "cpus" | "load">): number => (CAPACITY * Math.min(cpus, INTERFACES) * load) / 100;

export const systemOf = (point: Point): BusySystem => {
  const rate = rateOf(point);
  const { frames = FRAMES } = point;
  const end = (BigInt(frames) * BigInt(PS_PER_SECOND)) / BigInt(rate);
  const config = networkOf(point);
  const virtual: VirtualConfig = { lock: point.lock };
  if (point.source === "generator") virtual.traffic = trafficOf(point, rate / INTERFACES, end);
  config.sysctl = {
    ...config.sysctl,
    "net.netisr.mpsafe_thread": point.mode,
    "kern.intr_mpsafe": point.intrMpsafe,
    "net.inet.ip.fastforwarding": point.fastforwarding,
  };
  return { config: { ...config, seed: point.seed, virtual }, arrivals: point.source === "host" ? framesOf(point.seed, frames, end) : [], end };
};

/** That of `streamConfig`, or all its interfaces routed, or all in one bridge. */
const networkOf = ({ kind, cpus }: Point): EngineConfig => {
  const { bridges, vlans, routes, arp, interfaces, ...rest } = streamConfig(cpus);
  if (kind === "mixed") {
    const neighbour = { if: "br0", ip: "10.0.2.2", mac: station(2) };
    return { ...rest, interfaces, bridges: bridges!, vlans: vlans!, routes: routes!, arp: [...arp!, neighbour] };
  }
  if (kind === "bridge") {
    const members = interfaces.map(({ name }) => ({ if: name }));
    return { ...rest, interfaces: interfaces.map(({ ip: _, ...port }) => port), bridges: [{ name: "br0", members, maxaddr: 200 }] };
  }
  const numbers = interfaces.map((_, n) => n);
  return {
    ...rest,
    interfaces: interfaces.map((port, n) => ({ ...port, ip: [`10.0.${n}.1/24`] })),
    vlans: vlans!,
    routes: numbers.map((n) => ({ dst: `20.${n}.0.0/16`, via: `10.0.${n}.2`, if: `em${n}` })),
    arp: numbers.map((n) => ({ if: `em${n}`, ip: `10.0.${n}.2`, mac: station(n) })),
  };
};

/** From each interface to the other one of its pair: to its networks, or to its stations. Two come at regular times, two do not. */
const trafficOf = ({ kind }: Point, rate: number, end: bigint): TrafficConfig[] =>
  Array.from({ length: INTERFACES }, (_, n) => {
    const stations = { srcMac: station(1000 * n), srcMacs: 40, dstMac: station(1000 * (n ^ 1)), dstMacs: 40 };
    return {
      if: `em${n}`,
      arrivals: n & 1 ? "constant" : "poisson",
      rate,
      bytes: n === 3 ? 600 : 60,
      flows: 40,
      choice: n < 2 ? "turn" : "lot",
      stop: `${end / 1000n}ns`,
      srcIp: `20.${n}.0.1`,
      srcIps: 40,
      dstIp: `20.${n ^ 1}.0.1`,
      dstIps: 8,
      ...(kind === "bridge" ? stations : {}),
    };
  });

/** The frames of a stream, brought together so that the last one comes at `end`. */
const framesOf = (seed: number, count: number, end: bigint): Arrival[] => {
  const frames = new FrameStream(seed).take(count);
  const last = frames[frames.length - 1]!.time!;
  return frames.map((frame) => ({ ...frame, time: (frame.time! * end) / last }));
};
