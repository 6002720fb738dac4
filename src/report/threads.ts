import type { ThreadCounters } from "../types.ts";
import { type Column, left, right, table } from "./layout.ts";
import { count } from "./numbers.ts";

const LOCK_COUNTS = ["messages", "gets", "releases", "keeps", "recursiveGets", "violations"] as const;
export type LockCounts = Pick<ThreadCounters, (typeof LOCK_COUNTS)[number]>;

export const LOCK_COLUMNS: readonly Column[] = [
  right("messages"),
  right("BGL gets"),
  right("releases"),
  right("keeps"),
  right("recursive"),
  right("violations"),
];

export const LOCK_LEGEND: readonly string[] = [
  "  BGL: the Big Giant Lock.  messages: served by the thread; interrupts by all interrupt threads.",
  "  gets, releases: times the lock was taken, given back.  keeps: messages after which it was kept.",
  "  recursive: asked for by a handler whose thread had it.  violations: messages that need it and",
  "  ran without it.",
];

export const lockCells = (counts: LockCounts): string[] => LOCK_COUNTS.map((name) => count(counts[name]));

export const totalOf = (threads: readonly LockCounts[]): LockCounts => {
  const total = { messages: 0, gets: 0, releases: 0, keeps: 0, recursiveGets: 0, violations: 0 };
  for (const thread of threads) for (const name of LOCK_COUNTS) total[name] += thread[name];
  return total;
};

export const isInterrupt = ({ name }: ThreadCounters): boolean => name.startsWith("ithread ");

const isBusy = (thread: ThreadCounters): boolean => LOCK_COUNTS.some((name) => thread[name] > 0);

/** A row per protocol thread that did something, one row for all interrupt threads, one for everything. */
export const threadLines = (threads: readonly ThreadCounters[]): string[] => {
  const busy = threads.filter(isBusy);
  const protocol = busy.filter((thread) => !isInterrupt(thread));
  const interrupts = busy.filter(isInterrupt);
  const rows = protocol.map((thread) => [thread.name, String(thread.cpu), ...lockCells(thread), count(thread.highWater)]);
  if (interrupts.length > 0) rows.push([`interrupts (${interrupts.length})`, "", ...lockCells(totalOf(interrupts))]);
  const waiting = "  waiting: most messages that the thread's port ever held.";
  return [...table([left("thread"), right("CPU"), ...LOCK_COLUMNS, right("waiting")], rows), ...LOCK_LEGEND, waiting];
};
