/** Device polling in a run. */
import type { PollingResult } from "../types.ts";
import { wrap } from "./layout.ts";
import { count, counted } from "./numbers.ts";
import type { RunReport } from "./run_report.ts";

/** CPUs that have a line each (two if numbers are long), all being in the JSON report. */
const MOST_LINES = 4;

const linesOf = ({ cpu, ticks, polls, frames, burst, lost_polls, stalled, skipped }: PollingResult): string[] => {
  const faults = [
    ...(lost_polls > 0 ? [`${count(lost_polls)} ticks late`] : []),
    ...(stalled > 0 ? [`stalled ${counted(stalled, "time")}`] : []),
    ...(skipped > 0 ? [`${counted(skipped, "interface")} left out`] : []),
  ];
  const figures = [counted(ticks, "tick"), counted(polls, "poll"), counted(frames, "frame"), `burst ${burst}`, ...faults];
  return wrap(`polling on CPU ${cpu}: ${figures.join(", ")}`);
};

export const pollingLines = ({ polling = [] }: RunReport["simulated"]): string[] => {
  const lines = polling.slice(0, MOST_LINES).flatMap(linesOf);
  return polling.length > MOST_LINES ? [...lines, `  ... and on ${polling.length - MOST_LINES} more`] : lines;
};
