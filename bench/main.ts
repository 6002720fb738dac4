/** `npm run bench`: runs benches and prints their tables. Bundled and started by run.mjs. */
import { bare } from "./bare.ts";
import { boundary } from "./boundary.ts";
import { capture } from "./capture.ts";
import { machines } from "./machines.ts";
import { SCALING_TABLES, scaling } from "./scaling.ts";
import { start } from "./start.ts";
import { checkOnly, readArguments, UsageError, usage } from "./support/arguments.ts";
import type { Bench, Context } from "./support/bench.ts";
import { environment, environmentLine } from "./support/environment.ts";
import { SYSTEMS } from "./support/machine_systems.ts";
import { FULL, QUICK } from "./support/measure.ts";
import { asMarkdown, asText, type Table } from "./support/table.ts";
import { workloads } from "./support/workloads.ts";
import { throughput } from "./throughput.ts";
import { trace } from "./trace.ts";

const BENCHES: Readonly<Record<string, Bench>> = { throughput, bare, boundary, start, scaling, capture, machines, trace };
const NOT_FOR_TABLES = "--quick: few short samples, not for comparison";

const main = async (argv: readonly string[]): Promise<void> => {
  const names = Object.keys(BENCHES);
  const { benches, format, quick, only, builds, samples, help } = readArguments(argv, names);
  const oracle = process.env.NETISR_ORACLE;
  checkOnly(only, [...workloads(oracle).keys(), ...Object.keys(SCALING_TABLES), ...SYSTEMS.keys()]);
  if (help) return void process.stdout.write(usage(names));
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const usual = quick ? QUICK : FULL;
  const settings = samples === undefined ? usual : { ...usual, samples };
  const context: Context = { settings, quick, builds, only, oracle, say };
  const where = environment();
  const done: { name: string; tables: Table[] }[] = [];
  if (format !== "json") process.stdout.write(`${environmentLine(where)}\n${quick ? `${NOT_FOR_TABLES}\n` : ""}\n`);
  for (const name of benches) {
    const tables = await BENCHES[name]!(context);
    done.push({ name, tables });
    if (format !== "json") for (const table of tables) process.stdout.write(`${(format === "text" ? asText : asMarkdown)(table)}\n`);
  }
  if (format === "json") process.stdout.write(`${JSON.stringify({ ...where, quick, settings: context.settings, benches: done }, undefined, 2)}\n`);
};

try {
  await main(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError;
  process.stderr.write(`bench: ${error instanceof Error ? error.message : error}\n${isUsage ? `\n${usage(Object.keys(BENCHES))}` : ""}`);
  process.exitCode = isUsage ? 2 : 1;
}
