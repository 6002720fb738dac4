import { readFile, writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { fitCosts } from "../../calibrate/fit.ts";
import { Problem } from "../../calibrate/problem.ts";
import { type Point, readTable } from "../../calibrate/table.ts";
import { TableError } from "../../calibrate/table_error.ts";
import { knownWord } from "../../config/suggest.ts";
import { COST_BY_NAME, COSTS } from "../../costs.ts";
import { json } from "../../report/index.ts";
import { Exit, Failure, systemReason } from "../exit.ts";
import type { Io } from "../io.ts";
import { ProgressLine } from "../progress_line.ts";
import { integerFrom } from "../run/arguments.ts";
import { versionOf } from "../version.ts";
import { modelOf, PACKETS } from "./measure.ts";
import { calibrationOf, calibrationText, presetOf } from "./report.ts";

interface Given {
  fit?: string[];
  out?: string;
  seed: number;
  packets: number;
  json?: true;
}

const HELP = `
The table has a header with units, commas between values, and # before comments:
  cpus, offered [pps|kpps|Mpps]          needed
  mode, system, fastforward, frame [bytes], flows, arrivals, interfaces
                                         1, router, 1, 60, 256, poisson, one per CPU (2 at least)
  carried [pps|kpps|Mpps]                measured, one of these at least; empty: it was not
  load [%|share], load Protocol [%], ... of the time of all CPUs: all but idle, or a class
  latency [ns|us|ms]                     mean, from the last bit in to the last bit out
Each point is a run of a made-up router or bridge (netisr run) with the costs that are tried. A cost
that moves nothing stays; of costs whose sum alone counts the sum is fitted, and the report says so.

Examples:
  netisr calibrate examples/measured.csv --fit RxFrame,Service,Interrupt --out costs.json
  netisr run --costs costs.json --rate 2Mpps`;

/** A limit, no cost. */
const NOT_FITTED = ["AdaptiveSpin"];

const costNames = (text: string, before: string[] = []): string[] => {
  const legal = COSTS.map(({ name }): string => name).filter((name) => !NOT_FITTED.includes(name));
  const names = text.split(",");
  const odd = names.find((name) => !legal.includes(name));
  if (odd !== undefined) throw new InvalidArgumentError(`Expected ${knownWord("names of costs", odd, legal)}.`);
  return [...new Set([...before, ...names])];
};

export const addCalibrate = (program: Command, io: Io, done: (exit: Exit) => void): void => {
  program
    .command("calibrate")
    .summary("fit what things cost to measured points")
    .description("Finds the costs with which the virtual machine comes nearest to what was measured, and says how well the points determine them.")
    .argument("<file>", "measured points, as CSV")
    .option("--fit <costs>", "which costs, as in RxFrame,Service (default: all that move something)", costNames)
    .option("--out <file>", "write the costs as JSON, for `virtual.costs` and `netisr run --costs`")
    .option("--seed <n>", "of everything that is drawn at random", integerFrom(0, 0xffff_ffff), 1)
    .option("--packets <n>", "packets of each run", integerFrom(500, 10_000_000), PACKETS)
    .option("--json", "print the report as one JSON object")
    .addHelpText("after", HELP)
    .action(async (file: string, given: Given) => done(await calibrate(file, given, io)));
};

const calibrate = async (file: string, { fit: names, out, seed, packets, json: asJson }: Given, io: Io): Promise<Exit> => {
  const points = await readPoints(file);
  const candidates = names ?? COSTS.map(({ name }) => name).filter((name) => !NOT_FITTED.includes(name));
  const line = io.terminal && !asJson ? new ProgressLine(io.terminal) : undefined;
  const problem: Problem = new Problem(points, modelOf(io, seed, packets), () => {
    if (io.signal.aborted) throw new Failure(io.signal.reason === "SIGTERM" ? Exit.Terminated : Exit.Interrupted, "netisr: interrupted");
    line?.show(() => `${problem.runs} runs of ${points.length} points`);
  });
  const start = COSTS.map((cost) => cost.default);
  const found = await fitCosts(
    problem,
    start,
    candidates.map((name) => COST_BY_NAME.get(name)!),
  ).finally(() => line?.end());
  const report = calibrationOf(await versionOf(io), file, points, start, found);
  if (out !== undefined) await write(out, `${JSON.stringify(presetOf(report), null, 2)}\n`);
  io.out(asJson ? json(report) : calibrationText(report, out));
  return Exit.Ok;
};

/** @throws Failure with line and column */
const readPoints = async (file: string): Promise<Point[]> => {
  const text = await readFile(file, "utf8").catch((error) => {
    throw new Failure(Exit.Usage, `${file}: ${systemReason(error)}`);
  });
  try {
    return readTable(text);
  } catch (error) {
    if (error instanceof TableError) throw new Failure(Exit.Usage, `${file}:${error.message}`);
    throw error;
  }
};

const write = async (file: string, text: string): Promise<void> => {
  await writeFile(file, text).catch((error) => {
    throw new Failure(Exit.Usage, `${file}: ${systemReason(error)}`);
  });
};
