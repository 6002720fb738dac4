/** What the engine has to reach in the throughput bench. */
import type { Column, Row, Table } from "./support/table.ts";

interface Bar {
  workload: string;
  /** Millions of packets per second, if no contestant is named; else how many times its rate. */
  least: number;
  contestant?: string;
}

export const BARS: readonly Bar[] = [
  { workload: "bridge", least: 30 },
  { workload: "fastforward", least: 25 },
  { workload: "bridge", least: 1.2, contestant: "JavaScript" },
  { workload: "fastforward", least: 1, contestant: "JavaScript" },
  { workload: "bridge", least: 0.6, contestant: "C" },
  { workload: "fastforward", least: 0.6, contestant: "C" },
];

const COLUMNS: readonly Column[] = [
  { key: "workload", heading: "workload" },
  { key: "what", heading: "the engine's rate" },
  { key: "least", heading: "at least", digits: 1 },
  { key: "reached", heading: "reached", digits: 2 },
  { key: "met", heading: "met" },
];

/** `rows`: those of the throughput table. A bar of what was not measured is left out; undefined: of none was. */
export const barTable = (rows: readonly Row[]): Table | undefined => {
  const met = BARS.flatMap(({ workload, least, contestant }): Row[] => {
    const row = rows.find((one) => one.workload === workload && one.contestant === (contestant ?? "engine"));
    if (!row) return [];
    const reached = (contestant === undefined ? row.rate : row.ratio) as number;
    return [{ workload, what: contestant === undefined ? "M packets/s" : `× that of ${contestant}`, least, reached, met: reached >= least }];
  });
  return met.length === 0 ? undefined : { title: "Bars", columns: COLUMNS, rows: met };
};
