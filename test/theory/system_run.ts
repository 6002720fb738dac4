/** Runs a system until what is asked of it is known well enough. */
import type { Engine } from "../../src/engine.ts";
import { makeEngine } from "../support/engines.ts";
import { brokenIdentities, unrest } from "../support/identities.ts";
import { type Comparison, compare, ruleOf } from "./accept.ts";
import type { Row } from "./file.ts";
import { LEAST_PACKETS, PARTS, type System } from "./model.ts";
import { type Estimate, estimate } from "./statistics.ts";
import { between, combine, read, type Window } from "./window.ts";

export interface SystemRun {
  comparisons: Comparison[];
  packets: number;
  /** Picoseconds of all engines together. */
  virtualTime: bigint;
  /** What of the identities did not hold, or was dropped without a reason to. */
  faults: string[];
}

/** Beyond that a run does not become longer. */
export const MOST_PACKETS = 1e9;
/** Part of a round that is run before it is measured. */
const WARM_UP = 0.1;
const MOST_SETTLING = 12;

/** `fields`: those of the row that are to be compared, as far as the system has them. */
export const runSystem = async (system: System, row: Row, fields: readonly string[], seed: number): Promise<SystemRun> => {
  const run: SystemRun = { comparisons: [], packets: 0, virtualTime: 0n, faults: system.fifo ? await overtaken(system, seed) : [] };
  let parts: Window[] = [];
  let packets = LEAST_PACKETS;
  for (let round = 0; run.faults.length === 0; round++) {
    const found = await runRound(system, Math.ceil(packets / PARTS), seed + round);
    parts = parts.length === 0 ? found.parts : parts.map((part, i) => combine(part, found.parts[i]!, 1));
    run.packets += found.packets;
    run.virtualTime += found.time;
    run.faults.push(...found.faults);
    run.comparisons = comparisonsOf(system, row, fields, estimate(parts, system.quantities), run.packets);
    const more = Math.max(0, ...run.comparisons.map((one) => moreFor(one, run.packets)));
    packets = Math.min(more, MOST_PACKETS - run.packets);
    if (packets <= 0) break;
  }
  return run;
};

const comparisonsOf = (system: System, row: Row, fields: readonly string[], found: Record<string, Estimate>, packets: number): Comparison[] =>
  fields.flatMap((name) => {
    const estimated = found[name];
    if (!estimated) return [];
    const reference = row[name] as number;
    const exact = system.cycle !== undefined || (system.exact?.includes(name) ?? false);
    const rule = system.bounds?.includes(name) ? "bound" : ruleOf(name, reference, exact);
    return [compare(name, reference, rule, estimated, { packets, parts: PARTS, cluster: system.cluster })];
  });

/** How many packets more a quantity that is not known well enough needs: as many as there were, at most. */
const moreFor = ({ verdict, rule, reference, standardError }: Comparison, packets: number): number => {
  if (verdict !== "not accurate enough") return 0;
  const wanted = (rule === "rare" ? 0.25 : 0.005) * Math.abs(reference);
  const factor = wanted > 0 ? 1.1 * (standardError / wanted) ** 2 - 1 : 1;
  return packets * Math.min(1, Math.max(0.2, factor));
};

interface Round {
  parts: Window[];
  packets: number;
  time: bigint;
  faults: string[];
}

/** One engine, from empty to empty if it can be: `packets` in each part. */
const runRound = async (system: System, packets: number, seed: number): Promise<Round> => {
  const whole = system.cycle ?? system.period ?? 1n;
  const span = ((BigInt(Math.ceil(packets * system.pace)) + whole - 1n) / whole) * whole;
  for (let settling = 0; ; settling++) {
    const warm = (BigInt(Math.ceil(Number(span) * PARTS * WARM_UP)) << BigInt(settling)) + (system.start ?? 0n);
    const stop = warm + BigInt(PARTS) * span;
    const engine = await makeEngine("virtualRelease", system.config(seed, stop + 1n), { machine: "virtual", collect: false });
    engine.run(warm);
    if (system.settled && !system.settled(engine.results())) {
      if (settling === MOST_SETTLING) throw new Error("what should repeat itself does not begin to");
      continue;
    }
    const parts = measure(engine, system, warm, span);
    const faults = [...brokenIdentities(engine), ...finish(engine, system), ...strayDrops(engine, system)];
    const time = engine.now;
    engine.dispose();
    return { parts, packets: packets * PARTS, time, faults };
  }
};

const measure = (engine: Engine, { kept = [] }: System, from: bigint, span: bigint): Window[] => {
  let before = read(engine, kept);
  return Array.from({ length: PARTS }, (_, part) => {
    engine.run(from + BigInt(part + 1) * span);
    const after = read(engine, kept);
    const window = between(before, after);
    before = after;
    return window;
  });
};

/** Nothing arrives any more: lets the engine become empty, as it was at its start. Then the identities hold without what is still on its way. */
const finish = (engine: Engine, { flush }: System): string[] => {
  engine.run();
  flush?.(engine);
  engine.run();
  const { queues, work = [] } = engine.results();
  const { queued } = engine.counters().conservation;
  const unequal = queues.filter(({ integral, stays, puts, takes }) => integral !== stays || puts !== takes);
  return [
    ...unequal.map(({ name }) => `${name}: the integral of its length is not the sum of stays`),
    ...(queued === 0 ? [] : [`${queued} packets are left`]),
    ...work.filter(({ jobs, done }) => jobs !== done).map(({ name, jobs, done }) => `${name}: ${jobs} jobs came, ${done} were done`),
    ...brokenIdentities(engine),
    ...unrest(engine),
  ];
};

/** Rounds of a traced run. */
const TRACED = 2000;
const RECORDS = 2 ** 17;

/** Whether anybody got the BGL before somebody who had waited longer. */
const overtaken = async (system: System, seed: number): Promise<string[]> => {
  const stop = BigInt(Math.ceil(TRACED * system.pace));
  const engine = await makeEngine("virtualRelease", system.config(seed, stop), { machine: "virtual", trace: { from: 0n, records: RECORDS } });
  engine.run();
  const { records, lost } = engine.trace();
  engine.dispose();
  const waiting: string[] = [];
  let wrong = 0;
  for (const { kind, what, thread } of records) {
    if (what !== "BGL") continue;
    if (kind === "Wait") waiting.push(thread);
    if (kind !== "Got" || waiting.length === 0) continue;
    if (waiting[0] !== thread) wrong++;
    waiting.splice(Math.max(0, waiting.indexOf(thread)), 1);
  }
  return [...(lost ? [`${lost} records of the trace are lost`] : []), ...(wrong ? [`the BGL went ${wrong} times to one who had waited less`] : [])];
};

const strayDrops = (engine: Engine, { drops = [] }: System): string[] =>
  engine
    .results()
    .drops.filter(({ reason }) => !drops.includes(reason))
    .map(({ reason, packets }) => `${packets} packets dropped: ${reason}`);
