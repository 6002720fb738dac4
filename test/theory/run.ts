/**
 * npm run -s validate -- FILE [--json] [--only TEXT] [--seed N] [--jobs N]
 *
 * Puts the rows of a file of reference results to the virtual machine, and says of each whether what was measured agrees; at last "N passed, M failed".
 * --only: rows whose line has TEXT in it. --jobs: processes that share the rows, as many as there are CPUs if nothing is said. Exit code 0, 1 if a row failed, or 2
 * if it could not be asked.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { readTheory } from "./file.ts";
import { lineOf, titleOf } from "./print.ts";
import { labelOf, NOT_EXPRESSIBLE, type RowPlace, rowsOf } from "./row.ts";
import type { Outcome } from "./worker.ts";
import { runAll } from "./workers.ts";

const USAGE = "usage: npm run -s validate -- FILE [--json] [--only TEXT] [--seed N] [--jobs N]";

const readArguments = () => {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        json: { type: "boolean" },
        only: { type: "string" },
        seed: { type: "string" },
        jobs: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    // Node goes on with advice about arguments that begin with a dash.
    throw new Error(`${(error as Error).message.split(". ")[0]}\n${USAGE}`);
  }
};

async function main(): Promise<number> {
  const { values, positionals } = readArguments();
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const [file] = positionals;
  const [seed, jobs] = [Number(values.seed ?? 1), Number(values.jobs ?? availableParallelism())];
  if (file === undefined || !(jobs >= 1) || !Number.isInteger(seed)) throw new Error(USAGE);
  const say = (line: string): void => void (values.json || console.log(line));
  const chosen = rowsOf(readTheory(file)).filter((place) => labelOf(place).includes(values.only ?? ""));
  const [others, places] = [true, false].map((not) => chosen.filter(({ table }) => NOT_EXPRESSIBLE.includes(table) === not)) as [
    RowPlace[],
    RowPlace[],
  ];
  for (const place of others) say(`${titleOf(place)}: not expressible, not counted`);
  if (places.length === 0)
    throw new Error(`${file}: expected rows to run${values.only ? ` with "${values.only}" in their lines` : ""}, but there are none`);
  const results: Outcome[] = [];
  await runAll(places, seed, jobs, (place, outcome) => {
    results.push(outcome);
    if (values.json) console.log(JSON.stringify(outcome));
    say(outcome.comparisons ? lineOf(place, outcome) : `${titleOf(place)}: FAILED, ${outcome.faults[0]}`);
  });
  const failed = results.filter(({ passed }) => !passed).length;
  console.log(`${results.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error((error as Error).message);
  return 2;
});
