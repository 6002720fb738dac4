/** What it costs to cross between host and engine: calls, frames in, frames out, handlers. */
import { packetHandlers } from "./boundary_handlers.ts";
import { framesIn, framesOut, packetsPerCall } from "./boundary_ways.ts";
import type { Bench } from "./support/bench.ts";
import { bridgeWorkload } from "./support/bridge_workload.ts";
import type { Workload } from "./support/contestant.ts";
import { EngineContestant, type EngineSetup } from "./support/engine_contestant.ts";
import { costRatio, type Measured, race, type Settings } from "./support/measure.ts";
import { median, spreadOf } from "./support/statistics.ts";
import type { Column, Row, Table } from "./support/table.ts";

const COLUMNS: readonly Column[] = [
  { key: "way", heading: "way" },
  { key: "cost", heading: "ns/packet", digits: 1 },
  { key: "q1", heading: "q1", digits: 1 },
  { key: "q3", heading: "q3", digits: 1 },
  { key: "more", heading: "more than the first row", digits: 1 },
  { key: "ratio", heading: "× the first row", digits: 2 },
  { key: "samples", heading: "samples" },
];

interface Way extends EngineSetup {
  workload: Workload;
}

export const boundary: Bench = async ({ settings, say }) => {
  const workload = bridgeWorkload({ stations: 1024 });
  const bridged = (setups: readonly EngineSetup[]): Way[] => setups.map((setup) => ({ ...setup, workload }));
  const tables: [title: string, ways: Way[]][] = [
    ["Packets per call of run(), frames in the input area already", bridged(packetsPerCall())],
    ["Frames in: 4,096 per call of run()", bridged(framesIn(workload))],
    ["Frames out: 4,096 per call of run()", bridged(framesOut())],
    ["A protocol handler in JavaScript: one call per packet", packetHandlers()],
  ];
  const done: Table[] = [];
  for (const [title, ways] of tables) {
    say(`boundary: ${title}`);
    done.push({ title: `${title} (measured)`, columns: COLUMNS, rows: await rowsOf(ways, settings) });
  }
  return done;
};

/** The engine knows its CPU time. */
const timeOf = ({ cpuCost, cost }: Measured): number[] => cpuCost ?? cost;

const rowsOf = async (ways: readonly Way[], settings: Settings): Promise<Row[]> => {
  const measured = await race(
    ways.map(({ workload, ...setup }) => ({ contestant: new EngineContestant(setup), workload })),
    settings,
  );
  const first = measured[0]!;
  return measured.map((row) => {
    const { contestant, cost } = row;
    const spread = spreadOf(cost);
    const more = median(timeOf(row).map((value, i) => value - timeOf(first)[i]!));
    return { way: contestant, cost: spread.median, q1: spread.q1, q3: spread.q3, more, ratio: costRatio(row, first), samples: spread.samples };
  });
};
