/** What the trace of the virtual machine costs: switched off, for one packet in a thousand, and for everything; beside the module that has none. */
import { type Bench, wanted } from "./support/bench.ts";
import { inChild } from "./support/child.ts";
import { SYSTEMS } from "./support/machine_systems.ts";
import { median, pairedRatio, spreadOf } from "./support/statistics.ts";
import type { Column, Row } from "./support/table.ts";
import type { TraceMeasured, TraceRequest } from "./trace_row.ts";

/** Of each system: where the code of two builds happens to lie makes one of them up to 4 % faster throughout a process, and another one in the next. */
const PROCESSES = 8;

const TRACE_SYSTEMS: readonly string[] = ["1 CPU, bridge, mode 1", "4 CPUs, fastforward, mode 1", "64 CPUs, bridge, mode 1"];

const COLUMNS: readonly Column[] = [
  { key: "system", heading: "system, at 60 %" },
  { key: "contestant", heading: "contestant" },
  { key: "cost", heading: "ns/packet", digits: 1 },
  { key: "q1", heading: "q1", digits: 1 },
  { key: "q3", heading: "q3", digits: 1 },
  { key: "cpuRate", heading: "M packets/CPU s", digits: 2 },
  { key: "ratio", heading: "× without a trace", digits: 3 },
  { key: "least", heading: "q1", digits: 3 },
  { key: "most", heading: "q3", digits: 3 },
  { key: "samples", heading: "samples" },
  { key: "records", heading: "records/packet", digits: 3 },
];

export const trace: Bench = async (context) => {
  const { settings, quick, say } = context;
  const rows: Row[] = [];
  for (const name of TRACE_SYSTEMS) {
    if (!SYSTEMS.has(name) || !wanted(name, context)) continue;
    say(`trace: ${name}`);
    const request: TraceRequest = { name, settings: { ...settings, samples: Math.ceil(settings.samples / 3) } };
    const processes: TraceMeasured[][] = [];
    for (let n = 0; n < (quick ? 1 : PROCESSES); n++) processes.push(await inChild<TraceMeasured[]>("trace_row", request));
    rows.push(...processes[0]!.map((_, i) => rowOf(name, i, processes)));
  }
  if (rows.length === 0) return [];
  return [{ title: "The trace of the virtual machine (measured; records/packet simulated)", columns: COLUMNS, rows }];
};

/** Of the contestant with a number; the first one has no trace. */
const rowOf = (system: string, number: number, processes: readonly TraceMeasured[][]): Row => {
  const own = processes.map((all) => all[number]!);
  const [{ contestant, records }] = own as [TraceMeasured];
  const { median: cost, q1, q3, samples } = spreadOf(own.flatMap((one) => one.cost));
  const ratios = spreadOf(own.map(({ cpuCost }, i) => pairedRatio(cpuCost, processes[i]![0]!.cpuCost)));
  const row = { system, contestant, cost, q1, q3, cpuRate: 1000 / median(own.flatMap((one) => one.cpuCost)), samples, records };
  return { ...row, ratio: ratios.median, least: ratios.q1, most: ratios.q3 };
};
