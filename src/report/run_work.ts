/** Other kernel work of a run: a line for each thread, and who had the BGL. */
import { left, listed, right, table } from "./layout.ts";
import { count, counted } from "./numbers.ts";
import { percent, time } from "./quantities.ts";
import type { RunLock, RunReport, RunWork } from "./run_report.ts";

/** All being in the JSON report: those that were waited for most. */
const MOST_THREADS = 8;
const MOST_HOLDERS = 4;

const row = ({ name, class: kind, jobs, done, refused, wait, response }: RunWork): string[] => [
  name,
  kind,
  count(done),
  count(jobs - done - refused), // one of them may be begun
  count(refused),
  time(wait.mean),
  time(response.mean),
  time(response.p99),
];

const responded = ({ response }: RunWork): number => Number(response.mean * response.count);

/** Nothing for a system without any. */
export const workLines = ({ work, locks, elapsed }: RunReport["simulated"]): string[] => {
  if (work.length === 0) return [];
  const shown = work.length > MOST_THREADS ? [...work].sort((a, b) => responded(b) - responded(a)).slice(0, MOST_THREADS) : work;
  const columns = [
    left("thread"),
    left("class"),
    right("done"),
    right("not yet"),
    right("refused"),
    right("mean wait"),
    right("mean response"),
    right("p99"),
  ];
  return [
    "Other kernel work, simulated",
    ...table(columns, shown.map(row)),
    ...(work.length > MOST_THREADS ? [`  ... and ${counted(work.length - MOST_THREADS, "more thread")}`] : []),
    ...holderLine(locks[0]!, elapsed),
  ];
};

/** Whom the BGL belonged to longest. */
const holderLine = ({ threads }: RunLock, elapsed: bigint): string[] => {
  const held = threads.filter(({ hold }) => hold > 0n).sort((a, b) => Number(b.hold - a.hold));
  if (held.length === 0) return [];
  const text = held.map(({ name, hold }) => `${name} ${percent(Number(hold) / Number(elapsed))}`);
  return [listed("  BGL held by", text, MOST_HOLDERS)];
};
