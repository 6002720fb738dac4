/** How the cost per packet grows with what is in flight and with the tables. */
import { type Bench, wanted } from "./support/bench.ts";
import { inChild } from "./support/child.ts";
import { costRatio, type Measured, type Settings } from "./support/measure.ts";
import { spreadOf } from "./support/statistics.ts";
import type { Column, Row, Table } from "./support/table.ts";

/** Cost of the last row over that of the first: below this. */
const BAR = 2;

export interface ScalingRequest {
  table: string;
  settings: Settings;
}

/** Names of the tables, and what grows in each. The workloads: scaling_table.ts. */
export const SCALING_TABLES: Readonly<Record<string, { title: string; size: string }>> = {
  "bridge, in flight": { title: "Bridge: frames in flight (posted receive buffers, and different frames)", size: "frames" },
  "fastforward, in flight": { title: "Fastforward: frames in flight (posted receive buffers, and different frames)", size: "frames" },
  addresses: { title: "Bridge: addresses in its table", size: "addresses" },
  routes: { title: "Slow path: routes in the table", size: "routes" },
};

const columnsOf = (size: string): Column[] => [
  { key: "size", heading: size },
  { key: "cost", heading: "ns/packet", digits: 1 },
  { key: "q1", heading: "q1", digits: 1 },
  { key: "q3", heading: "q3", digits: 1 },
  { key: "ratio", heading: "× the first row", digits: 2 },
  { key: "underBar", heading: `under ${BAR} ×` },
  { key: "samples", heading: "samples" },
];

export const scaling: Bench = async (context) => {
  const { settings, say } = context;
  const tables: Table[] = [];
  for (const [table, { title, size }] of Object.entries(SCALING_TABLES)) {
    if (!wanted(table, context)) continue;
    say(`scaling: ${table}`);
    const measured = await inChild<Measured[]>("scaling_table", { table, settings } satisfies ScalingRequest);
    tables.push({ title: `${title} (measured)`, columns: columnsOf(size), rows: rowsOf(measured) });
  }
  return tables;
};

const rowsOf = (measured: readonly Measured[]): Row[] => {
  const first = measured[0]!;
  return measured.map((row) => {
    const { workload, cost } = row;
    const spread = spreadOf(cost);
    const ratio = costRatio(row, first);
    return { size: Number(workload), cost: spread.median, q1: spread.q1, q3: spread.q3, ratio, underBar: ratio < BAR, samples: spread.samples };
  });
};
