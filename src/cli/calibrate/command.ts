import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { type Fit, fitCosts } from "../../calibrate/fit.ts";
import { DRAWS, ERROR, Problem, pointsIn } from "../../calibrate/problem.ts";
import { type Point, readTable } from "../../calibrate/table.ts";
import { TableError } from "../../calibrate/table_error.ts";
import { COST_BY_NAME, COSTS } from "../../costs.ts";
import { json } from "../../report/index.ts";
import { counted } from "../../report/numbers.ts";
import { knownWord } from "../../suggest.ts";
import { Exit, Failure, systemReason } from "../exit.ts";
import { STANDARD } from "../input/byte_source.ts";
import type { Io } from "../io.ts";
import { TextFiles } from "../output/text_files.ts";
import { ProgressLine } from "../progress_line.ts";
import { integerFrom } from "../run/arguments.ts";
import { versionOf } from "../version.ts";
import { modelOf, PACKETS } from "./measure.ts";
import { BAR, calibrationOf, calibrationText, presetOf } from "./report.ts";

interface Given {
  fit?: string[];
  out?: string;
  error: number;
  within: number;
  seed: number;
  packets: number;
  runs: number;
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
What cannot be is refused: more carried than offered by three times --error, loads above 100 %.
Each point is run as a made-up router or bridge (netisr run) with the costs that are tried, --runs
times with other random numbers; rows of equal settings are one point that was measured more than
once.

A cost is "determined" if its 95 % interval is within --within, and "weakly determined" if it is
wider. Else it is "not determined": its value means something only together with the others that
were fitted. Of costs that only ever occur together the sum is fitted; one that moves next to
nothing is kept. Intervals hold the truth in 95 of 100 cases if measurements are off by --error,
independently of each other, and the system is one that the model can be. If more is left between
points and model than that and the model's own noise explain, intervals are made as much wider.

What helps: low rates and high ones, up to four fifths of what the system carries; several values of
a point; points measured again. In overload a short run is not steady: more --packets.

Examples:
  netisr calibrate examples/measured.csv --fit RxFrame,Interrupt,BridgeLookup --out costs.json
  netisr run --costs costs.json --rate 2Mpps`;

/** A limit, no cost. */
const NOT_FITTED = ["AdaptiveSpin"];

const percentOption = (flags: string, description: string, share: number): Option =>
  new Option(flags, description).argParser(percent).default(share, `${100 * share}%`);

/** @returns a share */
const percent = (text: string): number => {
  const found = /^(\d{1,3}(?:\.\d{1,6})?)\s*%?$/.exec(text);
  const share = found ? Number(found[1]) / 100 : 0;
  if (share <= 0 || share > 1) throw new InvalidArgumentError("Expected per cent, above 0 and up to 100, as in 2%.");
  return share;
};

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
    .option(
      "--out <file>",
      "write the costs as JSON, for `virtual.costs` and `netisr run --costs`;\n- is standard output, and the report goes to standard error then",
    )
    .addOption(percentOption("--error <percent>", "standard deviation of what was measured", ERROR))
    .addOption(percentOption("--within <percent>", "interval within which a cost is called determined", BAR))
    .option("--seed <n>", "of everything that is drawn at random", integerFrom(0, 0xffff_ffff), 1)
    .option("--packets <n>", "packets of each run", integerFrom(500, 10_000_000), PACKETS)
    .option("--runs <n>", "runs of each point, which tell the model's own noise", integerFrom(2, 1000), DRAWS)
    .option("--json", "print the report as one JSON object")
    .addHelpText("after", HELP)
    .action(async (file: string, given: Given) => done(await calibrate(file, given, io)));
};

const calibrate = async (file: string, given: Given, io: Io): Promise<Exit> => {
  const { out, error, within: bar, json: asJson } = given;
  if (out === STANDARD && asJson) throw new Failure(Exit.Usage, "--out - and --json: expected standard output for one of them");
  const points = await readPoints(file, error);
  const files = await TextFiles.open({ "--out": out }, [file], io);
  try {
    const found = await fitTo(points, given, io);
    const report = calibrationOf({ version: await versionOf(io), file, error, bar }, points, START, found);
    await files.write("--out", [`${JSON.stringify(presetOf(report), null, 2)}\n`]);
    const exit = files.exitOf(Exit.Ok);
    const say = files.takeOutput ? io.err : io.out;
    say(asJson ? json(report) : calibrationText(report, out === STANDARD || exit !== Exit.Ok ? undefined : out));
    files.complain();
    return exit;
  } finally {
    await files.close();
  }
};

const START = COSTS.map((cost) => cost.default);

const fitTo = (points: readonly Point[], { fit: names, error, seed, packets, runs: draws, json: asJson }: Given, io: Io): Promise<Fit> => {
  const candidates = names ?? COSTS.map(({ name }) => name).filter((name) => !NOT_FITTED.includes(name));
  const line = io.terminal && !asJson ? new ProgressLine(io.terminal) : undefined;
  const onRun = (): void => line?.show(() => `${problem.runs} runs of ${counted(pointsIn(points), "point")}`);
  const problem = new Problem(points, modelOf(io, seed, packets), onRun, { error, draws });
  const costs = candidates.map((name) => COST_BY_NAME.get(name)!);
  return fitCosts(problem, START, costs).finally(() => line?.end());
};

/** @throws Failure with line and column */
const readPoints = async (file: string, deviation: number): Promise<Point[]> => {
  const text = await readFile(file, "utf8").catch((error) => {
    throw new Failure(Exit.Usage, `${file}: ${systemReason(error)}`);
  });
  try {
    return readTable(text, deviation);
  } catch (error) {
    if (error instanceof TableError) throw new Failure(Exit.Usage, `${file}:${error.message}`);
    throw error;
  }
};
