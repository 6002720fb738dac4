/** `netisr replay`, from checked options to the exit code. */
import { json, replayText } from "../../report/index.ts";
import { complain, interruption } from "../complain.ts";
import { Exit, interruptedExit } from "../exit.ts";
import { STANDARD } from "../input/byte_source.ts";
import type { CaptureSource } from "../input/capture_source.ts";
import type { Io } from "../io.ts";
import { formatFor } from "../output/format.ts";
import { Output } from "../output/output.ts";
import type { Typed } from "../typed.ts";
import { versionOf } from "../version.ts";
import { type Result, runJob } from "./job.ts";
import type { Options } from "./options.ts";
import { Progress } from "./progress.ts";
import { reportOf } from "./report.ts";
import { closeAll, openSystem, type System } from "./system.ts";

/** @throws Failure */
export const replay = async (captures: string[], options: Options & { typed: Typed }, io: Io): Promise<Exit> => {
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
  complainOf(result, sources, io);
  return exitCode;
};

const openOutput = async (
  { config, write: file, format: name, comments }: Options,
  system: System,
  version: string,
  io: Io,
): Promise<Output | undefined> => {
  if (file === undefined) return undefined;
  const { sources, loaded, unplugged } = system;
  try {
    const format = formatFor(name, loaded.resolved, unplugged, version);
    const inputs = [...sources.map((source) => source.file), ...(config === undefined ? [] : [config])];
    return await Output.open({ file, format: name, comments, inputs, standard: io, signal: io.signal }, format);
  } catch (error) {
    await closeAll(sources);
    throw error;
  }
};

const exitOf = ({ failure, refusal, interrupted, counters }: Result, sources: readonly CaptureSource[], signal: AbortSignal): Exit => {
  if (failure !== undefined || !counters.conservation.holds) return Exit.Check;
  if (refusal) return refusal.exit;
  if (interrupted) return interruptedExit(signal);
  return sources.some(({ fault }) => fault !== undefined) ? Exit.Partial : Exit.Ok;
};

const complainOf = ({ failure, refusal, interrupted }: Result, sources: readonly CaptureSource[], io: Io): void => {
  if (failure !== undefined) complain(io, `a check failed: ${failure}`);
  if (refusal) complain(io, refusal.message);
  for (const { fault } of sources) if (fault !== undefined) complain(io, fault);
  if (interrupted) complain(io, interruption(io.signal));
};
