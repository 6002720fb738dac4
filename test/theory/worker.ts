/** A process that runs the rows it is sent, one after the other: run.ts has several. */
import { type RowPlace, type RowResult, runRow } from "./row.ts";

export interface Job {
  place: RowPlace;
  seed: number;
}

/** A row that could not be run has no more than its faults. */
export type Outcome = RowResult | (Pick<RowResult, "table" | "index" | "faults" | "passed"> & { comparisons?: undefined });

process.on("message", async ({ place, seed }: Job) => {
  const outcome: Outcome = await runRow(place, seed).catch((error: Error) => {
    const { table, index } = place;
    return { table, index, faults: [error.message], passed: false };
  });
  process.send!(outcome);
});
