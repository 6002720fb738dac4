/** `netisr replay`, from checked options to the exit code. */
import { json, printable, replayText } from "../../report/index.ts";
import { Exit } from "../exit.ts";
import { STANDARD } from "../input/byte_source.ts";
import type { CaptureSource } from "../input/capture_source.ts";
import type { Io } from "../io.ts";
import { formatFor } from "../output/format.ts";
import { Output } from "../output/output.ts";
import { versionOf } from "../version.ts";
import { type Result, runJob } from "./job.ts";
import type { Options } from "./options.ts";
import { Progress } from "./progress.ts";
import { reportOf } from "./report.ts";
import { closeAll, openSystem, type System } from "./system.ts";

/** @throws Failure */
export const replay = async (captures: string[], options: Options, io: Io): Promise<Exit> => {
  const version = await versionOf(io);
  const system = await openSystem(captures, options, io);
  const output = await openOutput(options, system, version, io);
  const { sources } = system;
  const progress = io.terminal && !options.json && !options.quiet ? new Progress(io.terminal, sources, options.loop) : undefined;
  const { loop, period, dropped } = options;
  const onProgress = progress && ((pass: number) => progress.show(pass));
  const result = await runJob({ ...system, loop, period, dropped, sink: output, onProgress }, io).finally(() => {
    progress?.end();
    return output?.close();
  });
  const exitCode = exitOf(result, sources, io.signal);
  const report = reportOf({ version, captures, options, system, output, result, exitCode });
  // What goes to standard output is the capture then, and nothing else.
  const say = options.write === STANDARD ? io.err : io.out;
  if (!options.quiet) say(options.json ? json(report) : replayText(report));
  complain(result, sources, io);
  return exitCode;
};

const openOutput = async ({ write: file, format: name, comments }: Options, system: System, version: string, io: Io): Promise<Output | undefined> => {
  if (file === undefined) return undefined;
  const { sources, loaded, unplugged } = system;
  try {
    const format = formatFor(name, loaded.resolved, unplugged, version);
    return await Output.open({ file, format: name, comments, inputs: sources.map((source) => source.file), standard: io, signal: io.signal }, format);
  } catch (error) {
    await closeAll(sources);
    throw error;
  }
};

const exitOf = ({ failure, refusal, interrupted, counters }: Result, sources: readonly CaptureSource[], { reason }: AbortSignal): Exit => {
  if (failure !== undefined || !counters.conservation.holds) return Exit.Check;
  if (refusal) return refusal.exit;
  if (interrupted) return reason === "SIGTERM" ? Exit.Terminated : Exit.Interrupted;
  return sources.some(({ fault }) => fault !== undefined) ? Exit.Partial : Exit.Ok;
};

const complain = ({ failure, refusal, interrupted }: Result, sources: readonly CaptureSource[], io: Io): void => {
  if (failure !== undefined) io.err(`netisr: a check failed: ${failure}\n`);
  if (refusal) io.err(`${refusal.message}\n`);
  for (const { fault } of sources) if (fault !== undefined) io.err(`${printable(fault)}\n`);
  if (interrupted) io.err(io.signal.reason === "SIGTERM" ? "netisr: terminated\n" : "netisr: interrupted\n");
};
