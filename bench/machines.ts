/** The virtual machine: how many simulated packets a second of the host carries, and of how many steps and turns of the event loop they consist. */
import { machineBarTable } from "./bars.ts";
import type { MachineMeasured, MachineRequest, MachineResult } from "./machines_row.ts";
import { type Bench, wanted } from "./support/bench.ts";
import { inChild } from "./support/child.ts";
import { type MachineSystem, SYSTEMS } from "./support/machine_systems.ts";
import { median, spreadOf } from "./support/statistics.ts";
import type { Column, Row } from "./support/table.ts";

const COLUMNS: readonly Column[] = [
  { key: "cpus", heading: "CPUs" },
  { key: "path", heading: "path" },
  { key: "mode", heading: "mode" },
  { key: "load", heading: "load" },
  { key: "contestant", heading: "contestant" },
  { key: "rate", heading: "M packets/s", digits: 2 },
  { key: "q1", heading: "q1", digits: 2 },
  { key: "q3", heading: "q3", digits: 2 },
  { key: "best", heading: "best", digits: 2 },
  { key: "cost", heading: "ns/packet", digits: 1 },
  { key: "cpuRate", heading: "M packets/CPU s", digits: 2 },
  { key: "ratio", heading: "× instant", digits: 2 },
  { key: "speed", heading: "virtual s/s", digits: 2 },
  { key: "samples", heading: "samples" },
  { key: "steps", heading: "steps/packet", digits: 2 },
  { key: "events", heading: "events/packet", digits: 2 },
  { key: "offered", heading: "M offered/virtual s", digits: 3 },
  { key: "carried", heading: "M carried/virtual s", digits: 3 },
];

export const machines: Bench = async (context) => {
  const { settings, builds, say } = context;
  const rows: Row[] = [];
  const absent = new Set<string>();
  for (const [name, system] of SYSTEMS) {
    if (!wanted(name, context)) continue;
    say(`machines: ${name}`);
    const result = await inChild<MachineResult>("machines_row", { name, settings, builds } satisfies MachineRequest);
    rows.push(...result.measured.map((one) => rowOf(system, one)));
    for (const one of result.absent) absent.add(one);
  }
  if (rows.length === 0) return [];
  const title = "Virtual machine, 60-byte frames; packets are those carried (measured; from steps/packet on simulated)";
  const bars = machineBarTable(rows);
  return [{ title, columns: COLUMNS, rows, notes: [...absent] }, ...(bars ? [bars] : [])];
};

const rowOf = ({ cpus, path, mode }: MachineSystem, one: MachineMeasured): Row => {
  const { contestant, load, cost, cpuCost, ratio, speed, steps, events, offered, carried } = one;
  const spread = spreadOf(cost.map((nanoseconds) => 1000 / nanoseconds));
  return {
    cpus,
    path,
    mode,
    load,
    contestant,
    rate: spread.median,
    q1: spread.q1,
    q3: spread.q3,
    best: 1000 / Math.min(...cost),
    cost: 1000 / spread.median,
    cpuRate: 1000 / median(cpuCost),
    ratio: median(ratio),
    speed: median(speed),
    samples: spread.samples,
    steps,
    events,
    offered: offered / 1e6,
    carried: carried / 1e6,
  };
};
