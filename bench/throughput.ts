/** The whole instant path: receive ring, chain, message port, service loop, bridge or router, output queue, transmit ring. */
import { barTable } from "./bars.ts";
import { type Bench, wanted } from "./support/bench.ts";
import { inChild } from "./support/child.ts";
import { costRatio, type Measured } from "./support/measure.ts";
import { median, spreadOf } from "./support/statistics.ts";
import type { Column, Row } from "./support/table.ts";
import { workloads } from "./support/workloads.ts";
import type { RowRequest, RowResult } from "./throughput_row.ts";

const COLUMNS: readonly Column[] = [
  { key: "workload", heading: "workload" },
  { key: "contestant", heading: "contestant" },
  { key: "rate", heading: "M packets/s", digits: 2 },
  { key: "q1", heading: "q1", digits: 2 },
  { key: "q3", heading: "q3", digits: 2 },
  { key: "best", heading: "best", digits: 2 },
  { key: "cost", heading: "ns/packet", digits: 1 },
  { key: "cpuRate", heading: "M packets/CPU s", digits: 2 },
  { key: "ratio", heading: "engine is × as fast", digits: 2 },
  { key: "samples", heading: "samples" },
  { key: "forwarded", heading: "sent/packet", digits: 3 },
  { key: "hitRate", heading: "cache hits", digits: 3 },
  { key: "digest", heading: "digest" },
];

/** Millions of packets per second at `cost` nanoseconds each. */
const rateOf = (cost: number): number => 1000 / cost;

export const throughput: Bench = async (context) => {
  const { settings, builds, oracle, say } = context;
  const rows: Row[] = [];
  const notes: string[] = [];
  for (const workload of workloads(oracle).keys()) {
    if (!wanted(workload, context)) continue;
    say(`throughput: ${workload}`);
    const result = await inChild<RowResult>("throughput_row", { workload, settings, builds, oracle } satisfies RowRequest);
    rows.push(...rowsOf(result.measured));
    notes.push(...result.absent.map((why) => `${workload}: ${why}`));
  }
  if (oracle === undefined) notes.push("larger captures left out: NETISR_ORACLE does not name their folder");
  const bars = barTable(rows);
  return [{ title: "Whole instant path, 60-byte frames but for captures (measured)", columns: COLUMNS, rows, notes }, ...(bars ? [bars] : [])];
};

const rowsOf = (measured: readonly Measured[]): Row[] => {
  const engine = measured[0]!;
  return measured.map((one) => {
    const { workload, contestant, cost, cpuCost, forwarded, hitRate, digest } = one;
    const spread = spreadOf(cost.map(rateOf));
    return {
      workload,
      contestant,
      rate: spread.median,
      q1: spread.q1,
      q3: spread.q3,
      best: rateOf(Math.min(...cost)),
      cost: rateOf(spread.median),
      cpuRate: cpuCost && rateOf(median(cpuCost)),
      ratio: costRatio(one, engine),
      samples: spread.samples,
      forwarded,
      hitRate,
      digest,
    };
  });
};
