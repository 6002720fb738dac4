/** What the trace of the virtual machine costs: while it is off, for one packet in a thousand, and for everything. */
import { fileURLToPath } from "node:url";
import { type Bench, wanted } from "./support/bench.ts";
import { inChild } from "./support/child.ts";
import { DIST } from "./support/dist.ts";
import { SYSTEMS } from "./support/machine_systems.ts";
import { median, pairedRatio, spreadOf } from "./support/statistics.ts";
import type { Column, Row } from "./support/table.ts";
import type { TraceMeasured, TraceRequest } from "./trace_row.ts";

/** Built by run.mjs. */
export const UNTRACED = new URL("../build/virtual-untraced.wasm", DIST);

/** A trace that is off may cost this much more than none. */
const BAR = 1.01;
const OFF = "trace off";

const TRACE_SYSTEMS: readonly string[] = ["1 CPU, bridge, mode 1", "4 CPUs, fastforward, mode 1", "64 CPUs, bridge, mode 1"];

const COLUMNS: readonly Column[] = [
  { key: "system", heading: "system, at 60 %" },
  { key: "contestant", heading: "contestant" },
  { key: "cost", heading: "ns/packet", digits: 1 },
  { key: "q1", heading: "q1", digits: 1 },
  { key: "q3", heading: "q3", digits: 1 },
  { key: "cpuRate", heading: "M packets/CPU s", digits: 2 },
  { key: "ratio", heading: "× without a trace", digits: 3 },
  { key: "underBar", heading: `at most ${BAR}` },
  { key: "samples", heading: "samples" },
  { key: "records", heading: "records/packet", digits: 3 },
];

export const trace: Bench = async (context) => {
  const { settings, say } = context;
  const rows: Row[] = [];
  for (const name of TRACE_SYSTEMS) {
    if (!SYSTEMS.has(name) || !wanted(name, context)) continue;
    say(`trace: ${name}`);
    const all = await inChild<TraceMeasured[]>("trace_row", { name, settings, untraced: fileURLToPath(UNTRACED) } satisfies TraceRequest);
    rows.push(...all.map((one) => rowOf(name, one, all[0]!)));
  }
  if (rows.length === 0) return [];
  return [{ title: "The trace of the virtual machine (measured; records/packet simulated)", columns: COLUMNS, rows }];
};

const rowOf = (system: string, one: TraceMeasured, none: TraceMeasured): Row => {
  const { contestant, cost, cpuCost, records } = one;
  const ratio = pairedRatio(cpuCost, none.cpuCost);
  const { median: middle, q1, q3, samples } = spreadOf(cost);
  const row = { system, contestant, cost: middle, q1, q3, cpuRate: 1000 / median(cpuCost), ratio, samples, records };
  return contestant === OFF ? { ...row, underBar: ratio <= BAR } : row;
};
