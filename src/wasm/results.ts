import {
  COARSE_BITS,
  CpuClass,
  Drop,
  FINE_BITS,
  GENERATOR_RECORD,
  IFF_POLLING,
  LockField,
  Path,
  Place,
  POLL_RECORD,
  PollField,
  PortCounter,
  QueueField,
  Region,
} from "../../assembly/abi.ts";
import type { DropResult, LockResult, LockShare, PollingResult, QueueResult, ResolvedConfig, Results, TrafficResult } from "../types.ts";
import { closedMade, readClosed, readTcp } from "./closed_results.ts";
import type { VirtualExports } from "./exports.ts";
import { readFaults } from "./faults.ts";
import { type Histogram, histogramBytes, mergeHistograms, readHistogram } from "./histogram.ts";
import { lockNames, queueNames, threadNames } from "./names.ts";
import { readQueueStat } from "./queue_stat.ts";
import { recordNames } from "./rings.ts";
import { readWork } from "./work.ts";

const WORD = 8;
/** Of a thread's share of a lock: gets, time. */
const SHARE_WORDS = 2;

/** Reads everything that the virtual machine measures. */
export const readResults = (exports: VirtualExports, config: ResolvedConfig): Omit<Results, "changes"> => {
  const reader = new Reader(exports, config);
  const polling = reader.polling();
  const latency = reader.histograms(Region.Latencies, 0, Path, FINE_BITS);
  const closed = readClosed(exports, config, reader.now);
  const tcp = readTcp(exports, config, reader.now);
  return {
    elapsed: reader.now,
    steps: BigInt.asUintN(64, exports.steps()),
    events: BigInt.asUintN(64, exports.events()),
    reordered: BigInt.asUintN(64, exports.reordered()),
    cpus: Array.from({ length: config.cpus }, (_, cpu) => reader.words(Region.CpuTimes, cpu * CpuClass.Count, CpuClass)),
    locks: reader.locks(),
    queues: reader.queues(),
    latency: { ...latency, all: mergeHistograms(Object.values(latency) as [Histogram, ...Histogram[]]) },
    places: reader.histograms(Region.Latencies, Path.Count, Place, FINE_BITS),
    drops: reader.drops(),
    traffic: reader.traffic(),
    ...(polling.length > 0 && { polling }),
    faults: readFaults(exports, config),
    work: readWork(exports, config),
    ...(closed && { closed }),
    ...(tcp && { tcp }),
  };
};

/** An enum of numbers whose last member is Count. */
type Names = Record<number, string> & { Count: number };
type NameOf<E> = Exclude<keyof E & string, "Count">;

class Reader {
  readonly now: bigint;
  readonly #exports: VirtualExports;
  readonly #config: ResolvedConfig;
  readonly #memory: ArrayBufferLike;
  readonly #threads: string[];

  constructor(exports: VirtualExports, config: ResolvedConfig) {
    this.#exports = exports;
    this.#config = config;
    this.#memory = exports.memory.buffer;
    this.now = BigInt.asUintN(64, exports.now());
    this.#threads = threadNames(exports, config);
  }

  #base(region: Region): number {
    return this.#exports.regionBase(region) >>> 0;
  }

  #words(region: Region, first: number, count: number): BigUint64Array {
    return new BigUint64Array(this.#memory, this.#base(region) + first * WORD, count);
  }

  /** As many words as the enum has members, by their names. */
  words<E extends object>(region: Region, first: number, names: E): Record<NameOf<E>, bigint> {
    const { Count } = names as unknown as Names;
    const words = this.#words(region, first, Count);
    return named(names, (index) => words[index]!);
  }

  /** One histogram for each member, from the `first` of the region on. */
  histograms<E extends object>(region: Region, first: number, names: E, bits: number): Record<NameOf<E>, Histogram> {
    return named(names, (index) => this.#histogram(region, first + index, bits));
  }

  #histogram(region: Region, index: number, bits: number): Histogram {
    return readHistogram(this.#memory, this.#base(region) + index * histogramBytes(bits), bits);
  }

  locks(): LockResult[] {
    const all = lockNames(this.#exports, this.#config).map((name, number) => this.#lock(number, name));
    return all.filter(({ gets }, number) => number === 0 || gets > 0n);
  }

  #lock(number: number, name: string): LockResult {
    const first = number * LockField.Count;
    const { since, waiting: _, waitSquares: __, holdSquares: ___, ...fields } = this.words(Region.LockStats, first, LockField);
    const floats = new Float64Array(this.#memory, this.#base(Region.LockStats) + first * WORD, LockField.Count);
    const holdTimes = this.#histogram(Region.LockHistograms, 2 * number + 1, COARSE_BITS);
    // Kept for a thread that has not got it yet, a lock has an owner, and as many holds as gets are over.
    const held = fields.gets > holdTimes.count;
    const holding = held ? this.now - since : 0n;
    return {
      name,
      ...fields,
      holding,
      waitSquares: floats[LockField.waitSquares]!,
      holdSquares: floats[LockField.holdSquares]!,
      waitTimes: this.#histogram(Region.LockHistograms, 2 * number, COARSE_BITS),
      holdTimes,
      ...this.#shares(number, held ? this.#exports.lockOwner(number) - 1 : undefined, holding),
    };
  }

  /** Of holds that are over, and of the one that goes on: its thread, and for how long. */
  #shares(lock: number, holder: number | undefined, holding: bigint): Pick<LockResult, "cpus" | "threads"> {
    const cpus = Array.from({ length: this.#config.cpus }, (_, cpu): LockShare => ({ name: `CPU ${cpu}`, gets: 0n, hold: 0n }));
    const words = this.#words(Region.LockShares, lock * this.#threads.length * SHARE_WORDS, this.#threads.length * SHARE_WORDS);
    const threads: LockShare[] = [];
    for (const [thread, name] of this.#threads.entries()) {
      const mine = thread === holder;
      const gets = words[thread * SHARE_WORDS]! + (mine ? 1n : 0n);
      if (gets === 0n) continue;
      const hold = words[thread * SHARE_WORDS + 1]! + (mine ? holding : 0n);
      threads.push({ name, gets, hold });
      const cpu = cpus[this.#exports.threadCpu(thread)]!;
      cpu.gets += gets;
      cpu.hold += hold;
    }
    return { cpus: cpus.filter(({ gets }) => gets > 0n), threads };
  }

  queues(): QueueResult[] {
    const all = queueNames(this.#exports, this.#config, this.#threads).map((name, index) => this.#queue(index, name));
    return all.filter(({ puts }) => puts > 0n);
  }

  #queue(index: number, name: string): QueueResult {
    const stat = readQueueStat(this.#memory, this.#base(Region.QueueStats) + index * QueueField.Count * WORD, this.now);
    return { name, ...stat, meanLength: this.now === 0n ? 0 : Number(stat.integral) / Number(this.now) };
  }

  drops(): DropResult[] {
    const { cpus, ports } = this.#config;
    const rows = recordNames(this.#exports, this.#config).length + 1; // row 0: made here
    const words = this.#words(Region.Drops, 0, cpus * rows * Drop.Count);
    const drops: DropResult[] = [];
    for (const [index, packets] of words.entries()) {
      if (packets === 0n) continue;
      const row = Math.floor(index / Drop.Count) % rows;
      const cpu = Math.floor(index / (rows * Drop.Count));
      drops.push({ reason: Drop[index % Drop.Count]!, interface: ports[row - 1]?.name, cpu, packets: Number(packets) });
    }
    return drops;
  }

  #generators(port: number): TrafficResult["generators"] {
    return this.#config.virtual!.traffic.flatMap((one, index) => {
      if (one.port !== port) return [];
      const [frames, bytes] = this.#words(Region.Generators, (index * GENERATOR_RECORD) / WORD, 2);
      return [{ index, frames: frames!, bytes: bytes! }];
    });
  }

  polling(): PollingResult[] {
    const interfaces = this.#config.ports.filter(({ index }) => this.#exports.portFlags(index) & IFF_POLLING);
    const all = Array.from({ length: this.#config.cpus }, (_, cpu) => {
      const fields = Object.entries(this.words(Region.Polling, (cpu * POLL_RECORD) / WORD, PollField));
      const counts = Object.fromEntries(fields.map(([name, value]) => [name, Number(value)])) as Record<NameOf<typeof PollField>, number>;
      return { cpu, interfaces: interfaces.filter((port) => port.cpu === cpu).map(({ name }) => name), ...counts };
    });
    return all.filter(({ handlers, polls }) => handlers > 0 || polls > 0);
  }

  traffic(): TrafficResult[] {
    const interfaces = this.#config.ports.filter(({ kind }) => kind === "interface");
    return interfaces.map(({ index, name }) => {
      const generators = this.#generators(index);
      const closed = closedMade(this.#exports, this.#config, index).map(([frames, bytes]) => ({ frames: frames!, bytes: bytes! }));
      const made = [...generators, ...closed];
      const ends = this.words(Region.Ends, (index + 1) * Path.Count, Path);
      const frames = ends.Bridged + ends.Fastforwarded + ends.Forwarded + ends.Originated;
      return {
        interface: name,
        generated: { frames: total(made, "frames"), bytes: total(made, "bytes") },
        generators,
        carried: { frames, bytes: BigInt.asUintN(64, this.#exports.portCounter(index, PortCounter.if_obytes)) },
      };
    });
  }
}

const total = (made: { frames: bigint; bytes: bigint }[], what: "frames" | "bytes"): bigint => made.reduce((sum, one) => sum + one[what], 0n);

const named = <E extends object, T>(names: E, value: (index: number) => T): Record<NameOf<E>, T> => {
  const enumeration = names as unknown as Names;
  return Object.fromEntries(Array.from({ length: enumeration.Count }, (_, index) => [enumeration[index]!, value(index)])) as Record<NameOf<E>, T>;
};
