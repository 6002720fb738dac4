/** What the engine has to reach in the throughput bench and in that of the virtual machine. */
import type { Column, Row, Table } from "./support/table.ts";

interface Bar {
  workload: string;
  /** Millions of packets per second, if no contestant is named; else how many times its rate. */
  least: number;
  contestant?: string;
  /** What it is the rate of, if it is where we want to be one day. */
  goal?: string;
}

export const BARS: readonly Bar[] = [
  { workload: "bridge", least: 30 },
  { workload: "fastforward", least: 25 },
  { workload: "bridge", least: 1.2, contestant: "JavaScript" },
  { workload: "fastforward", least: 1, contestant: "JavaScript" },
  { workload: "bridge", least: 0.6, contestant: "C" },
  { workload: "fastforward", least: 0.6, contestant: "C" },
  // The fastest others that do this on one core, on a Xeon: bench/peers.
  { workload: "bridge", least: 62.5, goal: "XDP with one packet in the cache" },
  { workload: "fastforward", least: 47.9, goal: "DPDK's l3fwd" },
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
  const met = BARS.flatMap(({ workload, least, contestant, goal }): Row[] => {
    const row = rows.find((one) => one.workload === workload && one.contestant === (contestant ?? "engine"));
    if (!row) return [];
    const reached = (contestant === undefined ? row.rate : row.ratio) as number;
    const what = contestant === undefined ? `M packets/s${goal ? `, the goal: ${goal}` : ""}` : `× that of ${contestant}`;
    return [{ workload, what, least, reached, met: reached >= least }];
  });
  return met.length === 0 ? undefined : { title: "Bars", columns: COLUMNS, rows: met };
};

/** What the bare work gave on a Xeon, in millions of packets per second: a yardstick that was slow here would flatter the engine. 256 frames stay in the caches. */
export const BARE_BARS: readonly { work: string; frames: number; elsewhere: number }[] = [
  { work: "bridge", frames: 4096, elsewhere: 126 },
  { work: "router", frames: 4096, elsewhere: 73.6 },
  { work: "bridge", frames: 256, elsewhere: 363 },
  { work: "router", frames: 256, elsewhere: 220 },
];

const BARE_COLUMNS: readonly Column[] = [
  { key: "work", heading: "work" },
  { key: "frames", heading: "frames" },
  { key: "elsewhere", heading: "M packets/s on a Xeon", digits: 1 },
  { key: "here", heading: "here", digits: 1 },
  { key: "ratio", heading: "×", digits: 2 },
  { key: "near", heading: "within 20 %" },
];

/** `rows`: those of the table of the bare work, of which the first with that work and so many frames counts. */
export const bareBarTable = (rows: readonly Row[]): Table => {
  const met = BARE_BARS.flatMap(({ work, frames, elsewhere }): Row[] => {
    const here = rows.find((row) => row.work === work && row.frames === frames)?.median as number | undefined;
    if (here === undefined) return [];
    const ratio = here / elsewhere;
    return [{ work, frames, elsewhere, here, ratio, near: ratio >= 0.8 && ratio <= 1.2 }];
  });
  return { title: "Is the bare work the same as elsewhere?", columns: BARE_COLUMNS, rows: met };
};

interface MachineBar {
  cpus: number;
  load: string;
  /** Millions of packets carried per second of the host's CPU time, on both paths in every mode. */
  least: number;
}

export const MACHINE_BARS: readonly MachineBar[] = [
  { cpus: 4, load: "60 %", least: 8 },
  { cpus: 64, load: "60 %", least: 5 },
  { cpus: 4, load: "1.5 ×", least: 6 },
  { cpus: 64, load: "1.5 ×", least: 3 },
];

const MACHINE_COLUMNS: readonly Column[] = [
  { key: "cpus", heading: "CPUs" },
  { key: "load", heading: "load" },
  { key: "least", heading: "M packets/CPU s at least", digits: 1 },
  { key: "reached", heading: "slowest of all", digits: 2 },
  { key: "where", heading: "which is" },
  { key: "met", heading: "met" },
];

/** `rows`: those of the table of machines. The slowest path and mode of each number of CPUs and load is held against its bar. */
export const machineBarTable = (rows: readonly Row[]): Table | undefined => {
  const met = MACHINE_BARS.flatMap(({ cpus, load, least }): Row[] => {
    const of = rows.filter((row) => row.cpus === cpus && row.load === load && row.contestant === "engine");
    const [slowest] = of.sort((a, b) => (a.cpuRate as number) - (b.cpuRate as number));
    if (!slowest) return [];
    const reached = slowest.cpuRate as number;
    return [{ cpus, load, least, reached, where: `${slowest.path}, mode ${slowest.mode}`, met: reached >= least }];
  });
  return met.length === 0 ? undefined : { title: "Bars of the virtual machine", columns: MACHINE_COLUMNS, rows: met };
};
