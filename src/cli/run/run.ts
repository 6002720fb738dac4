/** `netisr run`, from checked options to the exit code. */
import type { Engine } from "../../engine.ts";
import { ConfigError, EngineError } from "../../errors.ts";
import { count, json, runText, seriesCsv, time } from "../../report/index.ts";
import { complain, interruption } from "../complain.ts";
import type { Loaded } from "../config_file.ts";
import { Exit, Failure, interruptedExit } from "../exit.ts";
import { STANDARD } from "../input/byte_source.ts";
import type { Io } from "../io.ts";
import { TextFiles } from "../output/text_files.ts";
import { ProgressLine } from "../progress_line.ts";
import type { Typed } from "../typed.ts";
import { versionOf } from "../version.ts";
import { type CheckedChange, checkChanges } from "./changes.ts";
import { type RunOutcome, runJob } from "./job.ts";
import type { Options } from "./options.ts";
import { reportOf } from "./report.ts";
import { openSystem, readBy } from "./system.ts";
import { traceText } from "./trace.ts";
import { unpolled } from "./unpolled.ts";

/** @throws Failure */
export const run = async (options: Options & { typed: Typed }, io: Io): Promise<Exit> => {
  const version = await versionOf(io);
  const loaded = await openSystem(options, io);
  const changes = checkChanges(options.at, loaded.resolved);
  const files = await TextFiles.open({ "--csv": options.csv, "--trace-out": options.traceOut }, readBy(options), io);
  try {
    const engine = await makeEngine(loaded, options, io);
    const without = options.polling ? unpolled(engine) : undefined;
    const outcome = await simulate(engine, changes, options, io);
    await files.write("--csv", [seriesCsv(outcome.series)]);
    const remarks = await writeTrace(files, engine, options);
    const exitCode = files.exitOf(exitOf(outcome, engine, io.signal));
    const report = reportOf({ version, options, loaded, engine, outcome, exitCode });
    const say = files.takeOutput ? io.err : io.out;
    say(options.json ? json(report) : runText(report));
    if (outcome.failure !== undefined) complain(io, `a check failed: ${outcome.failure}`);
    files.complain();
    for (const remark of remarks) complain(io, remark);
    if (without !== undefined) complain(io, `--polling ${without}`);
    for (const { text, what } of outcome.vain) complain(io, `--at ${text} ${what}`);
    if (outcome.interrupted) complain(io, interruption(io.signal));
    engine.dispose();
    return exitCode;
  } finally {
    await files.close();
  }
};

const simulate = async (engine: Engine, changes: readonly CheckedChange[], options: Options, io: Io): Promise<RunOutcome> => {
  const { time: end, every, stop, json: asJson } = options;
  const line = io.terminal && !asJson ? new ProgressLine(io.terminal) : undefined;
  const onProgress = line && (() => line.show((seconds) => progress(engine, end, seconds)));
  return runJob({ engine, end, changes, stop, every, onProgress, signal: io.signal, now: () => io.now() })
    .catch((error) => explainStop(error, stop))
    .finally(() => line?.end());
};

/** What there is to say of it, if it is not all that was asked for. */
const writeTrace = async (files: TextFiles, engine: Engine, { traceOut: file, trace: choice }: Options): Promise<string[]> => {
  if (file === undefined) return [];
  const trace = engine.trace();
  await files.write("--trace-out", traceText(file, choice!, trace));
  const name = file === STANDARD ? "standard output" : file;
  if (trace.written === 0) return [`${name} is empty: nothing in the run is what --trace says`];
  return trace.lost > 0 ? [`${name} has the last ${trace.records.length} of ${trace.written} records; --trace records=N keeps more`] : [];
};

const progress = (engine: Engine, end: bigint, seconds: number): string => {
  const { time: now, generated } = engine.sample();
  const percent = Math.floor((100 * Number(now)) / Number(end));
  return `${time(now)} of ${time(end)}, ${percent} %   ${count(generated)} packets   ${count(Math.round(generated / seconds))} packets/s`;
};

/** An engine that cannot be made, for lack of memory, is a matter of the configuration. */
const makeEngine = async ({ name, given }: Loaded, { trace }: Options, io: Io): Promise<Engine> => {
  try {
    return await io.createEngine(given, { machine: "virtual", collect: false, ...(trace && { trace }) });
  } catch (error) {
    if (error instanceof ConfigError && error.path.startsWith("options.trace"))
      throw new Failure(Exit.Usage, `--trace: expected ${error.expected}, but got ${error.received}`);
    if (error instanceof ConfigError || error instanceof EngineError) throw new Failure(Exit.Usage, `${name}: ${error.message}`);
    throw error;
  }
};

/** A condition that the system cannot come to. */
const explainStop = (error: unknown, stop: readonly string[]): never => {
  const place = error instanceof ConfigError ? /^stop\[(\d+)\]/.exec(error.path) : null;
  if (!place) throw error;
  throw new Failure(Exit.Usage, `--stop ${JSON.stringify(stop[Number(place[1])])}: ${(error as ConfigError).message.slice(place[0].length + 2)}`);
};

const exitOf = ({ failure, interrupted }: RunOutcome, engine: Engine, signal: AbortSignal): Exit => {
  if (failure !== undefined || !engine.counters().conservation.holds) return Exit.Check;
  if (interrupted) return interruptedExit(signal);
  return Exit.Ok;
};
