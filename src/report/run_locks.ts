/** The lock table of a run. */
import { left, listed, right, table } from "./layout.ts";
import { count, counted } from "./numbers.ts";
import { percent, time } from "./quantities.ts";
import type { RunLock, RunReport } from "./run_report.ts";

/** Beside the BGL, all being in the JSON report: those that were waited for most, then those that were held most. */
const MOST_LOCKS = 3;
const MOST_TAKERS = 5;

const row = ({ name, gets, kept, handovers, waits, holds, held }: RunLock): string[] => [
  name,
  count(gets + kept),
  gets === 0n ? "-" : percent(Number(waits.count) / Number(gets + kept)), // those that still wait have not got it
  time(waits.mean),
  holds.count === 0n ? "-" : time(holds.mean), // who has it has not given it back
  percent(held),
  count(handovers),
];

export const lockLines = ({ locks }: RunReport["simulated"]): string[] => {
  const [bgl, ...others] = locks;
  const waited = ({ waits }: RunLock): number => Number(waits.mean * waits.count);
  others.sort((a, b) => waited(b) - waited(a) || b.held - a.held);
  return table(
    [left("lock"), right("gets"), right("waited"), right("mean wait"), right("mean hold"), right("held"), right("hand-overs")],
    [bgl!, ...others.slice(0, MOST_LOCKS)].map(row),
  );
};

/** How many are not in the table. */
export const lockTitle = ({ locks }: RunReport["simulated"]): string => {
  const more = locks.length - 1 - MOST_LOCKS;
  return `Locks, simulated${more > 0 ? `; ${counted(more, "lock")} that packets waited less for ${more > 1 ? "are" : "is"} left out` : ""}`;
};

/** Who has the BGL most, where more than one has it: a lock that is not queued may stay with one. */
export const shareLine = ({ locks }: RunReport["simulated"]): string | undefined => {
  const { cpus } = locks[0]!;
  const gets = cpus.reduce((sum, one) => sum + one.gets, 0n);
  if (cpus.length < 2) return undefined;
  const sorted = [...cpus].sort((a, b) => Number(b.gets - a.gets));
  const text = sorted.map((one) => `${one.name} ${percent(Number(one.gets) / Number(gets))}`);
  return listed("  BGL taken by", text, MOST_TAKERS);
};
