import { Counter, Drop, Path, PortCounter, Region, ThreadCounter, ThreadKind } from "../../assembly/abi.ts";
import type { Conservation, Counters, PortCounters, ResolvedConfig, ThreadCounters } from "../types.ts";
import type { EngineExports } from "./exports.ts";
import { engineRings, recordNames } from "./rings.ts";
import { firstWork, interruptThread, portOfThread, protocolThreads } from "./threads.ts";
import { workOf } from "./work.ts";

/** Reads every counter of an engine. Counts beyond 2^53 lose their last digits. */
export const readCounters = (exports: EngineExports, config: ResolvedConfig): Counters => {
  const tables = readTables(exports, config);
  const ports = config.ports.map((port) => readPort(exports, tables, port.index, port.name, port.kind));
  const paths = addUp(tables.ends);
  const drops = addUp(tables.drops);
  const stats = named(Counter, (counter) => tables.stats[counter]!);
  return {
    now: BigInt.asUintN(64, exports.now()),
    ports,
    threads: readThreads(exports, config),
    stats,
    drops,
    paths,
    bridges: config.bridges.map((bridge, number) => ({
      name: config.ports[bridge.port]!.name,
      addresses: exports.bridgeCount(number),
      maxaddr: exports.bridgeMaxaddr(number),
    })),
    flows: Array.from({ length: config.cpus }, (_, cpu) => exports.flowsInUse(cpu)),
    locks: readLocks(exports, config),
    conservation: conserve(ports, stats, paths, drops, exports.packetsWaiting()),
  };
};

/** Counters by name, from a numeric enum whose last member is Count. */
const named = (names: Record<number, string>, value: (index: number) => number): Record<string, number> => {
  const result: Record<string, number> = {};
  for (let index = 0; names[index] !== "Count"; index++) result[names[index]!] = value(index);
  return result;
};

interface Tables {
  stats: number[];
  /** One row per port, row 0 for packets made here. */
  drops: Record<string, number>[];
  ends: Record<string, number>[];
}

const readTables = (exports: EngineExports, config: ResolvedConfig): Tables => {
  const view = (region: Region): BigUint64Array =>
    new BigUint64Array(exports.memory.buffer, exports.regionBase(region), exports.regionBytes(region) >> 3);
  const stats = view(Region.Counters);
  const drops = view(Region.Drops);
  const ends = view(Region.Ends);
  const rows = recordNames(exports, config).length + 1;
  const overCpus = (table: BigUint64Array, block: number, index: number): number => {
    let total = 0n;
    for (let cpu = 0; cpu < config.cpus; cpu++) total += table[cpu * block + index]!;
    return Number(total);
  };
  return {
    stats: Array.from({ length: Counter.Count }, (_, counter) => overCpus(stats, Counter.Count, counter)),
    drops: Array.from({ length: rows }, (_, row) => named(Drop, (reason) => overCpus(drops, rows * Drop.Count, row * Drop.Count + reason))),
    ends: Array.from({ length: rows }, (_, row) => named(Path, (path) => Number(ends[row * Path.Count + path]!))),
  };
};

const readPort = (exports: EngineExports, tables: Tables, index: number, name: string, kind: PortCounters["kind"]): PortCounters => ({
  name,
  kind,
  counters: named(PortCounter, (counter) => Number(exports.portCounter(index, counter))),
  drops: withoutZeros(tables.drops[index + 1]!),
  ends: tables.ends[index + 1]!,
});

const withoutZeros = (counts: Record<string, number>): Record<string, number> => Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0));

const addUp = (rows: Record<string, number>[]): Record<string, number> => {
  const total: Record<string, number> = {};
  for (const row of rows) for (const [name, n] of Object.entries(row)) total[name] = (total[name] ?? 0) + n;
  return total;
};

const THREAD_NAMES: Partial<Record<ThreadKind, string>> = {
  [ThreadKind.Netisr]: "netisr_cpu",
  [ThreadKind.Tcp]: "tcp_thread",
  [ThreadKind.Udp]: "udp_thread",
  [ThreadKind.Ifnet]: "ifnet",
};

/** The name of a thread by its place in the table: four per CPU, softclock and control, one per interface and per ring of those with several, then other kernel work. */
export const threadName = (exports: EngineExports, config: ResolvedConfig, thread: number): string => {
  const kind = exports.threadKind(thread) as ThreadKind;
  if (kind > ThreadKind.Control) return config.virtual!.work[thread - firstWork(exports, config)]!.name;
  if (kind === ThreadKind.Softclock) return "softclock 0";
  if (kind === ThreadKind.Control) return "control 0";
  if (kind === ThreadKind.Interrupt) return `ithread ${recordNames(exports, config)[portOfThread(config, thread)]!}`;
  return `${THREAD_NAMES[kind]!} ${exports.threadCpu(thread)}`;
};

/** Protocol and ifnet threads of each CPU, then the interrupt threads of interfaces, then other kernel work. */
const readThreads = (exports: EngineExports, config: ResolvedConfig): ThreadCounters[] => {
  const ncpus2 = 2 ** Math.floor(Math.log2(config.cpus));
  const threads: ThreadCounters[] = [];
  for (let thread = 0; thread < protocolThreads(config); thread++) {
    const kind = exports.threadKind(thread) as ThreadKind;
    const cpu = exports.threadCpu(thread);
    if ((kind === ThreadKind.Tcp || kind === ThreadKind.Udp) && cpu >= ncpus2) continue;
    threads.push(readThread(exports, thread, threadName(exports, config, thread)));
  }
  const interfaces = config.ports.filter(({ kind }) => kind === "interface").map(({ index }) => index);
  for (const index of [...interfaces, ...engineRings(exports, config).map(({ port }) => port)]) {
    const thread = interruptThread(config, index);
    threads.push(readThread(exports, thread, threadName(exports, config, thread)));
  }
  for (const [index, { name }] of workOf(exports, config).entries()) threads.push(readThread(exports, firstWork(exports, config) + index, name));
  return threads;
};

const readThread = (exports: EngineExports, thread: number, name: string): ThreadCounters => {
  const counts = named(ThreadCounter, (counter) => Number(exports.threadCounter(thread, counter)));
  return { name, cpu: exports.threadCpu(thread), highWater: exports.threadHighWater(thread), ...counts } as ThreadCounters;
};

const readLocks = (exports: EngineExports, config: ResolvedConfig): Record<string, number> => {
  const locks: Record<string, number> = { BGL: Number(exports.lockGets(0)) };
  for (const [index, name] of recordNames(exports, config).entries()) {
    const serializer = Number(exports.lockGets(1 + 2 * index));
    const queue = Number(exports.lockGets(2 + 2 * index));
    if (serializer) locks[`serializer ${name}`] = serializer;
    if (queue) locks[`queue ${name}`] = queue;
  }
  return locks;
};

const conserve = (
  ports: PortCounters[],
  stats: Record<string, number>,
  paths: Record<string, number>,
  drops: Record<string, number>,
  queued: number,
): Conservation => {
  const received = ports.reduce((total, port) => total + port.counters.received!, 0);
  const generated = stats.generated!;
  const cloned = stats.cloned!;
  const delivered = paths.Delivered!;
  const forwarded = paths.Fastforwarded! + paths.Forwarded! + paths.Originated!;
  const bridged = paths.Bridged!;
  const dropped = Object.values(drops).reduce((total, n) => total + n, 0);
  const holds = received + generated + cloned === delivered + forwarded + bridged + dropped + queued;
  return { received, generated, cloned, delivered, forwarded, bridged, dropped, queued, holds };
};
