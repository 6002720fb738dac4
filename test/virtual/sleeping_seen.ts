/** What the trace and the results say of a bed (sleeping_bed.ts) from `START` on. */
import type { Engine } from "../../src/engine.ts";
import type { Arrival, LockResult, LockShare, Results, VirtualConfig, WorkConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { US } from "../support/kernel_work.ts";
import type { Costs } from "../support/systems.ts";
import { at, type Bed } from "./sleeping_bed.ts";

/** When, who, did what with which lock. */
export type Event = [time: number, thread: string, what: string];
/** Of a lock; times in microseconds. */
export type Counts = Record<"gets" | "frees" | "contended" | "waits" | "handovers" | "wait" | "hold" | "handover", number>;

export interface Seen {
  engine: Engine;
  events: Event[];
  bgl: Counts;
  lock: Counts;
  /** Microseconds that packets waited for locks. */
  locked: number;
  /** Microseconds per CPU and class, those of 0 left out. */
  cpus: Record<string, number>[];
  /** How often and for how long each thread had the BGL, and each CPU. */
  shares: Record<string, [gets: number, hold: number]>;
  /** What A's thread counts. */
  thread: { gets: number; releases: number };
}

export interface Given {
  frames: Arrival[];
  work: WorkConfig[];
  /** Beside those of the bed. */
  costs?: Costs;
  policy?: VirtualConfig["lock"];
}

const micros = (time: bigint): number => Number(time) / Number(US);

export const seenOf = async (bed: Bed, { frames, work, costs, policy = "cas" }: Given): Promise<Seen> => {
  const { costs: table, ...virtual } = bed.config.virtual!;
  const all = { ...table, set: { ...table!.set, ...costs } };
  const engine = await makeEngine("virtual", { ...bed.config, virtual: { ...virtual, costs: all, lock: policy, work } }, { trace: { from: 0n } });
  engine.receive([...bed.before, ...frames].sort((a, b) => Number(a.time! - b.time!)));
  engine.run(at(0));
  const before = engine.results();
  const threadBefore = threadOf(engine, bed.a);
  engine.run();
  const after = engine.results();
  const { gets, releases } = threadOf(engine, bed.a);
  return {
    engine,
    events: eventsOf(engine, bed),
    bgl: countsOf(before, after, "BGL"),
    lock: countsOf(before, after, bed.lock),
    locked: micros(after.places.Lock.sum - before.places.Lock.sum),
    cpus: after.cpus.map((classes, cpu) => timesOf(before.cpus[cpu]!, classes)),
    shares: sharesOf(before.locks[0]!, after.locks[0]!),
    thread: { gets: gets - threadBefore.gets, releases: releases - threadBefore.releases },
  };
};

const threadOf = (engine: Engine, thread: string) => {
  const found = engine.counters().threads.find(({ name }) => name === thread);
  return { gets: found?.gets ?? 0, releases: found?.releases ?? 0 };
};

const KINDS: Record<string, string> = { Wait: "waits for", Got: "gets", Left: "leaves" };

const eventsOf = (engine: Engine, { lock, a, b }: Bed): Event[] => {
  const names: Record<string, string> = { [a]: "A", [b]: "B", "call2 2": "C", "call3 3": "D" };
  return engine
    .trace()
    .records.filter(({ time, kind, what }) => time >= at(0) && kind in KINDS && (what === "BGL" || what === lock))
    .map(({ time, thread, kind, what }) => [micros(time - at(0)), names[thread] ?? thread, `${KINDS[kind]} ${what === "BGL" ? "BGL" : "lock"}`]);
};

const countsOf = (before: Results, after: Results, lock: string): Counts => {
  const [old, now] = [before, after].map(({ locks }) => locks.find(({ name }) => name === lock));
  const change = (field: Exclude<keyof Counts, "frees">): bigint => now![field] - (old?.[field] ?? 0n);
  return {
    gets: Number(change("gets")),
    frees: Number(now!.holdTimes.count - (old?.holdTimes.count ?? 0n)),
    contended: Number(change("contended")),
    waits: Number(change("waits")),
    handovers: Number(change("handovers")),
    wait: micros(change("wait")),
    hold: micros(change("hold")),
    handover: micros(change("handover")),
  };
};

const timesOf = (before: Results["cpus"][number], after: Results["cpus"][number]): Record<string, number> => {
  const names = Object.keys(after) as (keyof typeof after)[];
  return Object.fromEntries(names.map((name) => [name, micros(after[name] - before[name])]).filter(([, time]) => time !== 0));
};

const sharesOf = (before: LockResult, after: LockResult): Seen["shares"] => {
  const all = ({ threads, cpus }: LockResult): LockShare[] => [...threads, ...cpus];
  const old = new Map(all(before).map((share) => [share.name, share]));
  const changes = all(after).map(({ name, gets, hold }): [string, [number, number]] => [
    name,
    [Number(gets - (old.get(name)?.gets ?? 0n)), micros(hold - (old.get(name)?.hold ?? 0n))],
  ]);
  return Object.fromEntries(changes.filter(([, [gets]]) => gets > 0));
};
