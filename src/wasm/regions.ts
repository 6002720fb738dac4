import {
  BOOT,
  Boot,
  IFF_BROADCAST,
  IFF_INTR_MPSAFE,
  IFF_MONITOR,
  IFF_NOARP,
  IFF_PPROMISC,
  IFF_PROMISC,
  IFF_RSS,
  IFF_RUNNING,
  IFF_STATICARP,
  IFF_UP,
  LOSS_RECORD,
  MAX_BURST,
  Region,
} from "../../assembly/abi.ts";
import { EngineError } from "../errors.ts";
import type { Machine, MemoryPlan, ResolvedConfig, ResolvedPort, ResolvedTraffic } from "../types.ts";
import { writeClosedBoot } from "./attach_closed.ts";
import type { EngineExports } from "./exports.ts";
import { engineRings } from "./rings.ts";
import { layTables } from "./traffic_tables.ts";

/** Bytes of a frame beside its IP packet: Ethernet header and two tags, the second put on by a vlan. */
const FRAME_OVERHEAD = 22;
/** Bytes of a cluster beside its frame: 50 in front, 8 behind (HEADROOM, GUARD), rounded up. */
const CLUSTER_OVERHEAD = 64;
const DEFAULT_CLUSTER = 2304;
const PAGE = 65536;

/** Bytes between two frames in memory. Strides near a multiple of 1,024 would put all frames into few cache sets. */
const clusterBytes = (config: ResolvedConfig): number => {
  const longest = Math.max(1500, ...config.ports.map((port) => Math.max(port.mtu, port.receiveMtu)));
  const needed = Math.ceil((longest + FRAME_OVERHEAD + CLUSTER_OVERHEAD) / 64) * 64;
  if (needed <= DEFAULT_CLUSTER) return DEFAULT_CLUSTER;
  return needed % 1024 < 192 ? needed + 256 : needed;
};

/** mbufs that one packet can need at most: its fragments by the smallest MTU, a copy for every port, and what ICMP and ARP add. */
const reserve = (config: ResolvedConfig): number => {
  const longest = Math.max(...config.ports.map((port) => port.receiveMtu));
  const smallest = Math.min(...config.ports.map((port) => port.mtu));
  const fragments = Math.ceil(longest / Math.max(8, (smallest - 60) & ~7));
  return fragments * 2 + config.ports.length * 3 + config.cpus + 8;
};

const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((total, item) => total + of(item), 0);

/** `EngineOptions` that the memory depends on, completed: what an engine keeps for its host, how many frames interrupts find at once, and what runs it. */
export interface ResolvedOptions {
  burst: number;
  collect: boolean;
  drops: boolean;
  /** Records of the trace. */
  trace: number;
  machine: Machine;
}

/** Writes the numbers that the layout is computed from. */
export const writeBoot = (exports: EngineExports, config: ResolvedConfig, options: ResolvedOptions): void => {
  const words = new Uint32Array(exports.memory.buffer, BOOT, Boot.Count);
  words[Boot.Cpus] = config.cpus;
  words[Boot.Mbufs] = config.mbufs;
  words[Boot.ClusterBytes] = clusterBytes(config);
  const rings = engineRings(exports, config);
  words[Boot.Ports] = config.ports.length + rings.length;
  words[Boot.Bridges] = config.bridges.length;
  words[Boot.Members] = sum(config.bridges, (bridge) => bridge.members.length);
  words[Boot.Addresses] = sum(config.ports, (port) => port.ip.length);
  words[Boot.Routes] = config.limits.routes;
  words[Boot.Arp] = config.limits.arp;
  words[Boot.BridgeAddresses] = sum(config.bridges, (bridge) => bridge.maxaddr);
  words[Boot.RxSlots] = sum(config.ports, (port) => (port.kind === "interface" ? port.rxRing : 0)) + sum(rings, ({ slots }) => slots);
  words[Boot.InputBytes] = config.limits.input;
  words[Boot.OutputBytes] = config.limits.output;
  words[Boot.Seed] = config.seed;
  words[Boot.Burst] = options.burst;
  words[Boot.Reserve] = reserve(config);
  words[Boot.Collect] = options.collect ? 1 : 0;
  // Twice what one step can lose: the engine stops when less than one step's is free.
  words[Boot.LossBytes] = options.drops ? 2 * (words[Boot.Mbufs]! + words[Boot.RxSlots]! + MAX_BURST) * LOSS_RECORD : 0;
  words[Boot.TraceRecords] = options.trace;
  const { traffic } = config.virtual ?? { traffic: [] };
  words[Boot.Generators] = traffic.length;
  words[Boot.TrafficBytes] = tableBytes(traffic);
  const faults = (options.machine === "virtual" && config.virtual?.faults) || [];
  words[Boot.Faults] = faults.length;
  words[Boot.FaultFrames] = faults.filter(({ kind }) => kind === "reordering" || kind === "bitErrors").length;
  const work = options.machine === "virtual" ? (config.virtual?.work ?? []) : [];
  words[Boot.Work] = work.length;
  words[Boot.WorkSlots] = sum(work, ({ queue }) => queue);
  writeClosedBoot(words, config.virtual ?? { closed: [], tcp: [] });
};

const tableBytes = (traffic: readonly ResolvedTraffic[]): number => {
  const { bytes } = layTables(traffic);
  if (bytes >= 2 ** 32) throw new EngineError(`the tables of virtual.traffic need ${bytes} bytes of memory; an engine can have ${2 ** 32}`);
  return bytes;
};

/** Computes the layout; nothing is taken yet. */
export const planMemory = (exports: EngineExports): MemoryPlan => {
  const total = Number(exports.plan());
  if (total > 2 ** 32) throw new EngineError(`this configuration needs ${total} bytes of memory; an engine can have ${2 ** 32}`);
  const regions = Array.from({ length: Region.Count }, (_, region) => ({
    name: Region[region]!,
    base: exports.regionBase(region) >>> 0,
    bytes: exports.regionBytes(region) >>> 0,
  }));
  return { total: Math.ceil(total / PAGE) * PAGE, regions };
};

/** The IFF_* flags of a port as it is configured. */
export const flagsOf = (port: ResolvedPort, config: ResolvedConfig): number => {
  const parentIsPromisc = port.kind === "vlan" && config.ports[port.parent]!.promisc;
  return (
    IFF_BROADCAST |
    (port.up ? IFF_UP | IFF_RUNNING : 0) |
    (port.promisc || parentIsPromisc ? IFF_PPROMISC | IFF_PROMISC : 0) |
    (port.kind === "vlan" ? IFF_PROMISC : 0) |
    (port.mpsafe ? IFF_INTR_MPSAFE : 0) |
    (port.rss ? IFF_RSS : 0) |
    (port.monitor ? IFF_MONITOR : 0) |
    (port.noarp ? IFF_NOARP : 0) |
    (port.staticarp ? IFF_STATICARP : 0)
  );
};

/** Names a system: its configuration but for the knobs, and what else its memory depends on. Two engines of one name can exchange snapshots. */
export const systemOf = (config: ResolvedConfig, options: ResolvedOptions): string =>
  JSON.stringify([{ ...config, sysctl: undefined }, options], (_, value: unknown) => {
    if (value instanceof Uint8Array) return undefined; // a capture, which has a digest beside it
    return typeof value === "bigint" ? `${value}n` : value;
  });
