/** Device polling in a run. */
import type { PollingResult } from "../types.ts";
import { count, counted } from "./numbers.ts";
import type { RunReport } from "./run_report.ts";

/** CPUs that have a line each, all being in the JSON report. */
const MOST_LINES = 4;

const line = ({ cpu, ticks, polls, frames, burst, lost_polls, stalled, skipped }: PollingResult): string => {
  const faults = [
    ...(lost_polls > 0 ? [`${count(lost_polls)} ticks late`] : []),
    ...(stalled > 0 ? [`stalled ${counted(stalled, "time")}`] : []),
    ...(skipped > 0 ? [`${counted(skipped, "interface")} left out`] : []),
  ];
  return `  polling on CPU ${cpu}: ${[counted(ticks, "tick"), counted(polls, "poll"), counted(frames, "frame"), `burst ${burst}`, ...faults].join(", ")}`;
};

export const pollingLines = ({ polling = [] }: RunReport["simulated"]): string[] => {
  const lines = polling.slice(0, MOST_LINES).map(line);
  return polling.length > MOST_LINES ? [...lines, `  ... and on ${polling.length - MOST_LINES} more`] : lines;
};
