/** From entries of `virtual.work` to threads. */
import { PS_PER_SECOND } from "../../assembly/abi.ts";
import type { ResolvedDuration, ResolvedWork } from "../types/work.ts";
import { cpusOf } from "./check_work.ts";
import { END_OF_TIME, NO_LIMIT } from "./quantities.ts";
import type { WorkShape } from "./work_shape.ts";

const QUEUE = 1024;
const NOTHING: ResolvedDuration = { ps: 0n, exponential: false };

const durationOf = (given: WorkShape["work"]): ResolvedDuration => {
  if (given === undefined) return NOTHING;
  return typeof given === "bigint" ? { ps: given, exponential: false } : { ps: given.value, exponential: given.law === "exponential" };
};

/** Between two arrivals, rounded to picoseconds; or how long the thread thinks. */
const gapOf = ({ rate, interval, arrivals, think }: WorkShape): ResolvedDuration => {
  if (think !== undefined) return durationOf(think);
  const ps = interval ?? (BigInt(PS_PER_SECOND) + rate! / 2n) / rate!;
  return { ps, exponential: arrivals !== "constant" };
};

export const completeWork = (entry: WorkShape, cpus: number): ResolvedWork[] => {
  const { name, threads, class: kind, phase, start, stop = END_OF_TIME, count, queue = QUEUE } = entry;
  const closed = entry.think !== undefined;
  const one = {
    class: kind,
    closed,
    gap: gapOf(entry),
    outside: durationOf(entry.work ?? entry.outside),
    hold: durationOf(entry.hold),
    locked: entry.hold !== undefined,
    start: start + (phase ?? 0n),
    early: phase !== undefined,
    stop,
    count: count === undefined ? NO_LIMIT : BigInt(count),
    queue: closed ? 1 : queue,
  };
  return cpusOf(entry, cpus).flatMap((cpu) =>
    Array.from({ length: threads }, (_, n) => ({ ...one, cpu, name: threads === 1 ? `${name} ${cpu}` : `${name} ${cpu}.${n}` })),
  );
};
