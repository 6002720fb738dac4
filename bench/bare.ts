/** The same work in C without queues, messages, locks and counters: the yardstick of the yardstick, and what tells one core from another. */
import { bareBarTable } from "./bars.ts";
import { BARE_ROWS, runBare } from "./native/bare.ts";
import { noCompiler } from "./native/build.ts";
import type { Bench } from "./support/bench.ts";
import type { Column, Row } from "./support/table.ts";

const COLUMNS: readonly Column[] = [
  { key: "work", heading: "work" },
  { key: "frames", heading: "frames" },
  { key: "flows", heading: "flows" },
  { key: "routes", heading: "routes" },
  { key: "stride", heading: "stride" },
  { key: "hugePages", heading: "huge pages" },
  { key: "prefetch", heading: "prefetch" },
  { key: "median", heading: "M packets/s", digits: 1 },
  { key: "q1", heading: "q1", digits: 1 },
  { key: "q3", heading: "q3", digits: 1 },
  { key: "samples", heading: "samples" },
];

export const bare: Bench = async ({ settings, say }) => {
  const title = "Bare work in C, gcc -O2 (measured)";
  const why = noCompiler();
  if (why !== undefined) return [{ title, columns: COLUMNS, rows: [], notes: [`left out: ${why}`] }];
  say("bare");
  const rows = BARE_ROWS.map((row): Row => {
    const { work, frames, flows, routes, stride, hugePages, prefetch } = row;
    return {
      work,
      frames,
      flows,
      routes: work === "router" ? routes : undefined,
      stride,
      hugePages,
      prefetch,
      ...runBare(row, settings.samples).rate,
    };
  });
  return [{ title, columns: COLUMNS, rows }, bareBarTable(rows)];
};
