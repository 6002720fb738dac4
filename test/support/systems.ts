/**
 * Systems with N CPUs whose protocol threads do nothing but their flows: CPUs 0 to n - 1 have the flows, CPUs n to 2n - 1 the interrupts. Interface i is
 * where the flow of CPU i comes in, interface n + i where it goes out, so that the CPUs share no lock unless a test wants them to.
 */
import type { CostInfo } from "../../src/costs.ts";
import type { Engine } from "../../src/engine.ts";
import type { EngineConfig, LockResult, Results, TrafficConfig, VirtualConfig, WireConfig } from "../../src/types.ts";
import { makeEngine } from "./engines.ts";
import { ownMac } from "./lab.ts";

export const US = 1_000_000n;
export const MS = 1_000_000_000n;

/** Costs by name, in ns. */
export type Costs = Partial<Record<CostInfo["name"], number>>;

/** Entries for locks and their lines: what it takes to move a lock to another CPU. */
export const NO_TRANSFER: Costs = { LineTransfer: 0, LockRemote: 0, LockGet: 0, LockRelease: 0 };

/** UDP ports of flow 0 of a generator. */
const SPORT = 1024;
const DPORT = 9;

/** INP_MPORT_HASH: last octets of the addresses and low bytes of the ports. */
export const cpuOfFlow = (cpus: number, srcOctet: number, dstOctet: number, sport: number): number => {
  const mask = 2 ** Math.floor(Math.log2(cpus)) - 1;
  return (srcOctet ^ dstOctet ^ sport ^ DPORT) & mask;
};

/** Last octet of the destination that gives flow 0 from source octet 1 to a CPU. */
const SOURCE = 1;
const dstOctetFor = (cpu: number): number => SOURCE ^ (SPORT & 255) ^ DPORT ^ cpu;

export interface SystemOptions {
  /** CPUs with flows: a power of two. */
  n: number;
  /** Packets per second on each of the n interfaces. */
  rate: number;
  /** net.netisr.mpsafe_thread. */
  mode: 0 | 1 | 2;
  /** "fast": all but the first packet of a flow through the flow cache, without the BGL. "slow": all through ip_input. "bridge": between known stations. */
  as: "fast" | "slow" | "bridge";
  arrivals?: TrafficConfig["arrivals"];
  lock?: VirtualConfig["lock"];
  preset?: "opteron-2008" | "unit" | "zero";
  costs?: Costs;
  wire?: WireConfig;
  sysctl?: Record<string, number>;
  mbufs?: number;
  /** Slots of each receive ring. Default 256. */
  rxRing?: number;
  /** All flows leave by one interface. */
  oneOutput?: boolean;
  /** More about the traffic of interface i. */
  traffic?: (i: number) => Partial<TrafficConfig>;
  seed?: number;
}

/** A wire that limits nothing. Interrupts say when frames have come; nothing says that they have gone. */
export const FREE_WIRE: WireConfig = { rate: 0, txDelay: "none" };

const macOfStation = (i: number): string => `02:73:00:00:00:${i.toString(16).padStart(2, "0")}`;

export const systemOf = (options: SystemOptions): EngineConfig => {
  const { n, as, mode, lock = "cas", preset = "opteron-2008", costs = {}, wire, sysctl, mbufs = 32_768, rxRing = 256, seed = 1 } = options;
  const interfaces = Array.from({ length: 2 * n }, (_, i) => ({ name: `em${i}`, mac: ownMac(i), cpu: n + (i % n), rxRing, queue: 255 }));
  const virtual: VirtualConfig = { costs: { preset, set: costs }, lock, interfaces: { "*": { ...FREE_WIRE, ...wire } }, traffic: trafficOf(options) };
  const common = { cpus: 2 * n, mbufs, seed, virtual };
  const knobs = { "net.netisr.mpsafe_thread": mode, ...sysctl };
  if (as === "bridge") {
    const stations = interfaces.map(({ name }, i) => ({ mac: macOfStation(i), if: name }));
    const members = interfaces.map(({ name }) => ({ if: name }));
    return { ...common, interfaces, bridges: [{ name: "bridge0", members, static: stations }], sysctl: knobs };
  }
  return {
    ...common,
    interfaces: interfaces.map((port, i) => ({ ...port, ip: [`10.0.${i}.1/24`] })),
    routes: Array.from({ length: n }, (_, i) => ({ dst: `20.${i}.0.0/16`, via: `10.0.${exitOf(options, i)}.2`, if: `em${exitOf(options, i)}` })),
    arp: interfaces.map(({ name }, i) => ({ if: name, ip: `10.0.${i}.2`, mac: macOfStation(i) })),
    sysctl: { "net.inet.ip.forwarding": 1, "net.inet.ip.fastforwarding": as === "fast" ? 1 : 0, ...knobs },
  };
};

const exitOf = ({ n, oneOutput }: SystemOptions, i: number): number => (oneOutput ? n : n + i);

const trafficOf = (options: SystemOptions): TrafficConfig[] =>
  Array.from({ length: options.n }, (_, i) => ({
    if: `em${i}`,
    arrivals: options.arrivals ?? "constant",
    rate: options.rate,
    srcIp: `198.18.${i}.${SOURCE}`,
    dstIp: `20.${i}.0.${dstOctetFor(i)}`,
    ...(options.as === "bridge" && { srcMac: macOfStation(i), dstMac: macOfStation(exitOf(options, i)) }),
    ...options.traffic?.(i),
  }));

export const makeSystem = (options: SystemOptions): Promise<Engine> => makeEngine("virtualRelease", systemOf(options), { collect: false });

/** What happened between two readings of an engine. */
export interface Between {
  elapsed: number;
  carried: number;
  /** Packets per second. */
  rate: number;
  bgl: { hold: number; handovers: number; handover: number; gets: number };
  /** Per CPU. */
  shares: { gets: number; hold: number }[];
  /** Picoseconds per CPU and class. */
  cpus: Record<string, number>[];
}

const carriedBy = ({ traffic }: Results): number => Number(traffic.reduce((sum, { carried }) => sum + carried.frames, 0n));
const lockNamed = ({ locks }: Results, name: string): LockResult | undefined => locks.find((one) => one.name === name);
const shareOf = (lock: LockResult | undefined, cpu: number, field: "gets" | "hold"): number =>
  Number(lock?.cpus.find(({ name }) => name === `CPU ${cpu}`)?.[field] ?? 0n);

export const between = (first: Results, last: Results): Between => {
  const elapsed = Number(last.elapsed - first.elapsed);
  const carried = carriedBy(last) - carriedBy(first);
  const [a, b] = [lockNamed(first, "BGL"), lockNamed(last, "BGL")];
  const minus = (field: "handovers" | "handover" | "gets"): number => Number((b?.[field] ?? 0n) - (a?.[field] ?? 0n));
  const hold = (lock: LockResult | undefined): bigint => (lock ? lock.hold + lock.holding : 0n);
  return {
    elapsed,
    carried,
    rate: (carried / elapsed) * 1e12,
    bgl: { hold: Number(hold(b) - hold(a)), handovers: minus("handovers"), handover: minus("handover"), gets: minus("gets") },
    shares: last.cpus.map((_, cpu) => ({
      gets: shareOf(b, cpu, "gets") - shareOf(a, cpu, "gets"),
      hold: shareOf(b, cpu, "hold") - shareOf(a, cpu, "hold"),
    })),
    cpus: last.cpus.map((classes, cpu) =>
      Object.fromEntries(Object.entries(classes).map(([name, time]) => [name, Number(time - first.cpus[cpu]![name as keyof typeof classes])])),
    ),
  };
};

/** What happens from `from` to `to`. */
export const measure = (engine: Engine, from: bigint, to: bigint): Between => {
  engine.run(from);
  const first = engine.results();
  engine.run(to);
  return between(first, engine.results());
};
