/** One row of the throughput bench, in a process of its own. */
import { serveChild } from "./support/child.ts";
import { fieldFor } from "./support/contestants.ts";
import { type Measured, race, type Settings } from "./support/measure.ts";
import { workloads } from "./support/workloads.ts";

export interface RowRequest {
  workload: string;
  settings: Settings;
  builds: readonly string[];
  oracle: string | undefined;
}

export interface RowResult {
  measured: Measured[];
  absent: string[];
}

await serveChild(async ({ workload: name, settings, builds, oracle }: RowRequest): Promise<RowResult> => {
  const workload = workloads(oracle).get(name)!();
  const { contestants, absent } = await fieldFor(workload, builds);
  return {
    measured: await race(
      contestants.map((contestant) => ({ contestant, workload })),
      settings,
    ),
    absent,
  };
});
