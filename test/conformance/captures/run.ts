/**
 * npm run -s conformance:captures -- [DIR]
 *
 * Reads every capture that DIR/index.json and DIR/mutated/index.json list, in chunks, and compares with what tshark and tcpdump made of it; also what the
 * reading costs. Prints a line for each capture that is judged wrong, then "N passed, M failed". Without DIR, the captures of the oracle are taken, and
 * where they are not, the check is skipped. Exit codes: 0 all passed (or skipped), 1 some failed, 2 the folder cannot be used.
 */
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { NetisrError } from "../../../src/errors.ts";
import { chunksOf, judgeCost } from "./cost.ts";
import { type Entry, loadEntries } from "./entry.ts";
import { judge } from "./judge.ts";
import { oracleCaptures } from "./oracle.ts";
import { readChunks } from "./reading.ts";

function main(): number {
  const [given, ...more] = process.argv.slice(2);
  if (more.length > 0) return refuse("usage: npm run -s conformance:captures -- [DIR]");
  const oracle = oracleCaptures();
  const folder = given === undefined ? oracle.folder : resolve(given);
  if (folder === undefined) {
    console.log(`SKIPPED: ${oracle.why}; let NETISR_ORACLE name the folder of the oracle, or give a folder of captures`);
    return 0;
  }
  if (globalThis.gc === undefined) return withCollector();
  try {
    return check(folder, loadEntries(folder));
  } catch (error) {
    if (error instanceof NetisrError) return refuse(error.message);
    throw error;
  }
}

function check(folder: string, entries: readonly Entry[]): number {
  // The first file would otherwise pay for what is loaded and compiled once.
  if (entries[0] !== undefined) judgeFile(folder, entries[0]);
  let failed = 0;
  for (const entry of entries) {
    const wrong = judgeFile(folder, entry);
    if (wrong === undefined) continue;
    failed++;
    console.log(`${entry.name}: ${wrong}`);
  }
  console.log(`${entries.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function judgeFile(folder: string, entry: Entry): string | undefined {
  const path = resolve(folder, entry.name);
  try {
    const strict = readChunks(chunksOf(path), {});
    const any = readChunks(chunksOf(path), { linkTypes: "any" });
    return judge(entry, strict, any) ?? judgeCost(path, statSync(path).size);
  } catch (error) {
    return `an error that is not a CaptureError: ${error}`;
  }
}

function refuse(message: string): number {
  console.error(message);
  return 2;
}

/** The same again, with the flag that lets memory be measured. */
function withCollector(): number {
  const args = ["--expose-gc", ...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  return spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 1;
}

process.exitCode = main();
