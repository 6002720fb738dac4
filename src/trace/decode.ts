/** Reads the records of a trace. */
import { At, BOOT, Boot, CAUSE_SHIFT, Drop, NO_PORT, Path, Region, TRACE_RECORD, TraceKind } from "../../assembly/abi.ts";
import type { AtName, ResolvedConfig, Trace, TraceKindName, TraceRecord } from "../types.ts";
import type { VirtualExports } from "../wasm/exports.ts";
import { lockDecision } from "../wasm/lock_decision.ts";
import { lockNames, queueNames, threadNames } from "../wasm/names.ts";

const NO_CPU = 255;
/** As assembly/kern/trace/ring.ts has it. */
const NO_CAUSE = -2n;
const PORT_SHIFT = BigInt(CAUSE_SHIFT);
/** Numbers of frames of closed loops: assembly/kern/closed_cause.ts. */
const CLOSED_CAUSES = 1n << 52n;
const OWNER_BITS = 17n;

/** All records that there are. */
export const readTrace = (exports: VirtualExports, config: ResolvedConfig): Trace => {
  const view = new DataView(exports.memory.buffer);
  const capacity = view.getUint32(BOOT + 4 * Boot.TraceRecords, true);
  const written = Number(exports.traceWritten());
  const kept = Math.min(written, capacity);
  const base = exports.regionBase(Region.Trace) >>> 0;
  const reader = new Reader(view, exports, config);
  const records = Array.from({ length: kept }, (_, i) => reader.read(base + ((written - kept + i) % capacity) * TRACE_RECORD));
  return { records: inTime(records), written, lost: written - kept };
};

/**
 * By time. What happens at one time stays as it was written, but for arrivals, which come first and by number, and departures, which come last: when
 * somebody looks at rings decides when those are written.
 */
const inTime = (records: TraceRecord[]): TraceRecord[] =>
  records
    .map((record, index) => ({ record, index, rank: record.kind === "Arrival" ? 0 : record.kind === "Departure" ? 2 : 1 }))
    .sort((a, b) => {
      if (a.record.time !== b.record.time) return a.record.time < b.record.time ? -1 : 1;
      if (a.rank !== b.rank || a.rank === 1) return a.rank - b.rank || a.index - b.index;
      return (a.record.cause ?? 0) - (b.record.cause ?? 0) || a.index - b.index;
    })
    .map(({ record }) => record);

class Reader {
  readonly #view: DataView;
  readonly #ports: string[];
  readonly #threads: string[];
  readonly #queues: string[];
  readonly #locks: string[];

  constructor(view: DataView, exports: VirtualExports, config: ResolvedConfig) {
    this.#view = view;
    this.#ports = config.ports.map(({ name }) => name);
    this.#threads = threadNames(exports, config);
    this.#queues = queueNames(exports, config, this.#threads);
    this.#locks = lockNames(exports, config);
  }

  read(at: number): TraceRecord {
    const view = this.#view;
    const kind = view.getUint8(at + 24) as TraceKind;
    const place = view.getUint8(at + 25);
    const cpu = view.getUint8(at + 26);
    const cause = view.getBigInt64(at + 8, true);
    const subject = view.getUint16(at + 30, true);
    return {
      time: view.getBigUint64(at, true),
      kind: TraceKind[kind] as TraceKindName,
      cause: cause === NO_CAUSE ? undefined : Number(cause),
      packet: this.#packet(cause),
      cpu: cpu === NO_CPU ? -1 : cpu,
      thread: this.#thread(view.getUint16(at + 28, true)),
      place: ABOUT_THREADS.has(kind) && place ? (At[place] as AtName) : "",
      lock: lockDecision(view.getUint8(at + 27)),
      what: this.#what(kind, subject, place),
      interface: this.#interface(kind, subject, place),
      value: view.getBigUint64(at + 16, true),
    };
  }

  #thread(id: number): string {
    return id ? this.#threads[id - 1]! : "";
  }

  #packet(cause: bigint): string {
    if (cause < 0n) return "";
    if (cause >= CLOSED_CAUSES) return `closed #${(cause - CLOSED_CAUSES) >> OWNER_BITS}`;
    const port = Number(cause >> PORT_SHIFT);
    const count = `#${BigInt.asUintN(Number(PORT_SHIFT), cause)}`;
    return port ? `${this.#ports[port - 1]!} ${count}` : count;
  }

  #what(kind: TraceKind, subject: number, place: number): string {
    if (OF_QUEUES.has(kind)) return this.#queues[subject]!;
    if (OF_LOCKS.has(kind)) return this.#locks[subject]!;
    if (kind === TraceKind.Ipi) return `CPU ${subject}`;
    if (kind === TraceKind.Preempt) return this.#thread(subject);
    if (kind === TraceKind.Drop) return Drop[subject]!;
    return kind === TraceKind.Departure || kind === TraceKind.Delivered ? Path[place]! : "";
  }

  #interface(kind: TraceKind, subject: number, place: number): string {
    const port = kind === TraceKind.Drop ? place : OF_PORTS.has(kind) ? subject : NO_PORT;
    return port === NO_PORT ? "" : this.#ports[port]!;
  }
}

const { Arrival, Queued, Taken, Step, Wait, Spin, Got, Kept, Left, Switch, Preempt, Resume, Served, Interrupt, Copied } = TraceKind;
const OF_QUEUES = new Set([Queued, Taken]);
const OF_LOCKS = new Set([Wait, Spin, Got, Kept, Left]);
const OF_PORTS = new Set([Arrival, Interrupt, Copied, TraceKind.Departure, TraceKind.Delivered]);
const ABOUT_THREADS = new Set([Step, Wait, Spin, Got, Kept, Switch, Preempt, Resume, Served]);
