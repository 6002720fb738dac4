import {
  COARSE_BITS,
  CpuClass,
  FINE_BITS,
  GENERATOR_RECORD,
  HISTOGRAM_HEAD,
  LockField,
  Path,
  QueueField,
  Region,
  TIME_BITS,
} from "../../assembly/abi.ts";
import type { CpuClassName, ResolvedConfig, Sample } from "../types.ts";
import { closedMade } from "./closed_results.ts";
import type { VirtualExports } from "./exports.ts";
import { queueNames, threadNames } from "./names.ts";
import { integralOf } from "./queue_stat.ts";

const BUCKETS = (TIME_BITS + 1 - FINE_BITS) * 2 ** FINE_BITS;
const WORDS = HISTOGRAM_HEAD / 8 + BUCKETS;
/** Place of the number of holds of the BGL, behind the histogram of waits for it. */
const HOLDS = HISTOGRAM_HEAD / 8 + (TIME_BITS + 1 - COARSE_BITS) * 2 ** COARSE_BITS;
/** Paths whose packets leave. */
const LEAVING = [Path.Bridged, Path.Fastforwarded, Path.Forwarded, Path.Originated];
/** Words of a generator's record, the first of which is the number of its frames. */
const GENERATOR_WORDS = GENERATOR_RECORD / 8;

export const readSample = (exports: VirtualExports, config: ResolvedConfig): Sample => {
  const { cpus, ports } = config;
  const words = (region: Region): BigUint64Array => {
    const bytes = exports.regionBytes(region) >>> 0;
    return new BigUint64Array(exports.memory.buffer, exports.regionBase(region) >>> 0, bytes >>> 3);
  };
  const ends = words(Region.Ends);
  const made = words(Region.Generators);
  const [lock, times] = [words(Region.LockStats), words(Region.CpuTimes)];
  const sum = (items: readonly number[], of: (item: number) => bigint): number => Number(items.reduce((total, item) => total + of(item), 0n));
  const now = BigInt.asUintN(64, exports.now());
  const over = words(Region.LockHistograms)[HOLDS]!; // holds that are
  const holding = lock[LockField.gets] === over ? 0n : now - lock[LockField.since]!;
  const indices = ports.map(({ index }) => index);
  const generators = Array.from(config.virtual!.traffic.keys());
  return {
    time: now,
    generated: sum(generators, (number) => made[number * GENERATOR_WORDS]!) + sum(indices, (port) => closedMade(exports, config, port)[0]?.[0] ?? 0n),
    carried: sum(indices, (port) => LEAVING.reduce((total, path) => total + ends[(port + 1) * Path.Count + path]!, 0n)),
    dropped: totalOf(exports, Region.Drops),
    cpus: Array.from({ length: cpus }, (_, cpu) => cpuTimes(times, cpu)),
    bgl: { gets: Number(lock[LockField.gets]!), contended: Number(lock[LockField.contended]!), hold: lock[LockField.hold]! + holding },
    queues: readQueues(exports, config, now),
    latency: readLatencySums(exports),
    latencies: readLatencies(exports),
  };
};

/** Of all words of a region. There is a count for each reason, interface and CPU: as big integers they would take most of the time of a sample. */
const totalOf = (exports: VirtualExports, region: Region): number => {
  const halves = new Uint32Array(exports.memory.buffer, exports.regionBase(region) >>> 0, exports.regionBytes(region) >>> 2);
  let [low, high] = [0, 0];
  for (let i = 0; i < halves.length; i += 2) {
    low += halves[i]!;
    high += halves[i + 1]!;
  }
  return high * 2 ** 32 + low;
};

const cpuTimes = (times: BigUint64Array, cpu: number): Record<CpuClassName, bigint> =>
  Object.fromEntries(Array.from({ length: CpuClass.Count }, (_, one) => [CpuClass[one]!, times[cpu * CpuClass.Count + one]!])) as Record<
    CpuClassName,
    bigint
  >;

/** Names take longer to find than all else; an engine's never change. */
const namesOf = new WeakMap<VirtualExports, readonly string[]>();

const readQueues = (exports: VirtualExports, config: ResolvedConfig, now: bigint): Sample["queues"] => {
  const names = namesOf.get(exports) ?? queueNames(exports, config, threadNames(exports, config));
  namesOf.set(exports, names);
  const stats = new BigUint64Array(exports.memory.buffer, exports.regionBase(Region.QueueStats) >>> 0, names.length * QueueField.Count);
  return { names, integrals: BigUint64Array.from(names, (_, queue) => integralOf(stats, queue * QueueField.Count, now)) };
};

/** The first two words of each histogram. */
const readLatencySums = (exports: VirtualExports): Sample["latency"] => {
  const all = new BigUint64Array(exports.memory.buffer, exports.regionBase(Region.Latencies) >>> 0, Path.Count * WORDS);
  const add = (word: number): bigint => LEAVING.reduce((total, path) => total + all[path * WORDS + word]!, 0n);
  return { count: add(0), sum: BigInt.asUintN(64, add(1)) };
};

/** The low halves of all counts, over the paths that leave. */
const readLatencies = (exports: VirtualExports): Uint32Array => {
  const halves = new Uint32Array(exports.memory.buffer, exports.regionBase(Region.Latencies) >>> 0, Path.Count * WORDS * 2);
  const counts = new Uint32Array(BUCKETS);
  for (const path of LEAVING) {
    if (halves[path * WORDS * 2] === 0) continue; // nothing has left this way; 2^32 packets exactly are not told from none
    const first = (path * WORDS + HISTOGRAM_HEAD / 8) * 2;
    for (let i = 0; i < BUCKETS; i++) counts[i]! += halves[first + 2 * i]!;
  }
  return counts;
};
