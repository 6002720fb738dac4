import type { Counters } from "../types.ts";
import { left, right, table } from "./layout.ts";
import { count } from "./numbers.ts";
import { isInterrupt, LOCK_COLUMNS, lockCells, totalOf } from "./threads.ts";

/** One run of a comparison. */
export interface LockRow {
  capture: string;
  mode: string;
  counters: Counters;
  /** Frames sent. */
  sent: number;
  /** Whether the bytes, ports and times sent are those of the capture's first run. */
  same: boolean;
}

/** Lock decisions of the protocol threads, one row per run; the capture is named where it changes. */
export const lockTable = (rows: readonly LockRow[]): string[] =>
  table(
    [left("capture"), left("lock mode"), ...LOCK_COLUMNS, right("sent"), left("bytes")],
    rows.map(({ capture, mode, counters, sent, same }, i) => [
      rows[i - 1]?.capture === capture ? "" : capture,
      mode,
      ...lockCells(totalOf(counters.threads.filter((thread) => !isInterrupt(thread)))),
      count(sent),
      same ? "same" : "DIFFER",
    ]),
  );
