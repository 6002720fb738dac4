/**
 * npm run -s validate -- FILE [--json] [--only TEXT] [--seed N]
 *
 * Puts the rows of a file of reference results to the virtual machine, and says of each whether what was measured agrees; at last "N passed, M failed".
 * --only: rows whose line has TEXT in it. Exit code 0, or 1 if a row failed.
 */
import { parseArgs } from "node:util";
import { readTheory } from "./file.ts";
import { lineOf, titleOf } from "./print.ts";
import { labelOf, NOT_EXPRESSIBLE, type RowResult, rowsOf, runRow } from "./row.ts";

const USAGE = "usage: npm run -s validate -- FILE [--json] [--only TEXT] [--seed N]";

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean" }, only: { type: "string" }, seed: { type: "string" } },
  });
  const [file] = positionals;
  if (file === undefined) throw new Error(USAGE);
  const say = (line: string): void => void (values.json || console.log(line));
  const places = rowsOf(readTheory(file)).filter((place) => labelOf(place).includes(values.only ?? ""));
  const results: (RowResult | { table: string; index: number; faults: string[]; passed: false })[] = [];
  for (const place of places) {
    if (NOT_EXPRESSIBLE.includes(place.table)) {
      say(`${titleOf(place)}: not expressible, not counted`);
      continue;
    }
    try {
      const result = await runRow(place, Number(values.seed ?? 1));
      results.push(result);
      say(lineOf(place, result));
    } catch (error) {
      const { message } = error as Error;
      results.push({ table: place.table, index: place.index, faults: [message], passed: false });
      say(`${titleOf(place)}: FAILED, ${message}`);
    }
  }
  const failed = results.filter(({ passed }) => !passed).length;
  if (values.json) console.log(JSON.stringify(results, null, 1));
  say(`${results.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error((error as Error).message);
  return 2;
});
