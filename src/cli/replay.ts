import type { Command } from "commander";
import { json, printable, type ReplayReport, replayText } from "../report/index.ts";
import { cpuCount, type Setting, setting } from "./arguments.ts";
import type { CaptureSource } from "./capture_source.ts";
import { type Loaded, loadConfig } from "./config_file.ts";
import { EXIT_CODES, Exit } from "./exit.ts";
import type { Io } from "./io.ts";
import { closeAll, openCaptures, type Result, runJob } from "./job.ts";
import { Output, writerFor } from "./output.ts";
import { versionOf } from "./version.ts";

interface Options {
  config: string;
  write?: string;
  set?: Setting[];
  cpus?: number;
  json?: true;
}

const HELP = `
Each frame arrives at the interface of the configuration that has the name of the interface it was
captured on; if there is none, at the one in the same place of the list; with PORT=FILE, at PORT.
Several captures are merged by time. Engine time 0 is the time of the first frame.

${EXIT_CODES}

Examples:
  netisr replay examples/captures/router.pcapng -c examples/router.json -w out.pcapng
  netisr replay em0=left.pcap em1=right.pcap -c lan.json
  netisr replay trace.pcapng -c router.json --cpus 4 --set net.netisr.mpsafe_thread=0
  netisr replay trace.pcapng -c router.json --json | jq .counters.drops`;

export const addReplay = (program: Command, io: Io, done: (exit: Exit) => void): void => {
  program
    .command("replay")
    .summary("run captures through a configured system")
    .description("Runs the frames of captures (pcap, pcapng) through a configured system and reports what became of them.")
    .argument("<capture...>", "files to read, or PORT=FILE")
    .requiredOption("-c, --config <file>", "the system, as JSON")
    .option("-w, --write <file>", "write what the system sends, as pcapng with nanoseconds")
    .option("-s, --set <knob=value>", "change a knob of the configuration (repeatable; see `netisr knobs`)", setting)
    .option("--cpus <n>", "number of CPUs, in place of the configuration's", cpuCount)
    .option("--json", "print the report as one JSON object; times in ns and ps are strings")
    .addHelpText("after", HELP)
    .action(async (captures: string[], options: Options) => done(await replay(captures, options, io)));
};

const replay = async (captures: string[], options: Options, io: Io): Promise<Exit> => {
  const loaded = await loadConfig(options.config, { set: options.set ?? [], cpus: options.cpus });
  const sources = await openCaptures(captures, loaded, io.signal);
  const version = await versionOf(io);
  const output = await openOutput(options.write, sources, loaded, version);
  const result = await runJob({ sources, loaded, sink: output?.sink }, io).finally(() => output?.close());
  const exitCode = exitOf(result, sources);
  const report = reportOf({ version, captures, options, loaded, sources, output, result, exitCode });
  io.out(options.json ? json(report) : replayText(report));
  if (result.failure !== undefined) io.err(`netisr: a check failed: ${result.failure}\n`);
  for (const { fault } of sources) if (fault !== undefined) io.err(`${printable(fault)}\n`);
  if (result.interrupted) io.err("netisr: interrupted\n");
  return exitCode;
};

const openOutput = async (file: string | undefined, sources: CaptureSource[], loaded: Loaded, version: string): Promise<Output | undefined> => {
  if (file === undefined) return undefined;
  const inputs = sources.map((source) => source.file);
  try {
    return await Output.open(file, inputs, writerFor(loaded.resolved, version));
  } catch (error) {
    await closeAll(sources);
    throw error;
  }
};

const exitOf = ({ failure, interrupted, counters }: Result, sources: readonly CaptureSource[]): Exit => {
  if (failure !== undefined || !counters.conservation.holds) return Exit.Check;
  if (interrupted) return Exit.Interrupted;
  return sources.some(({ fault }) => fault !== undefined) ? Exit.Partial : Exit.Ok;
};

interface Parts {
  version: string;
  captures: string[];
  options: Options;
  loaded: Loaded;
  sources: readonly CaptureSource[];
  output: Output | undefined;
  result: Result;
  exitCode: Exit;
}

const reportOf = ({ version, captures, options, loaded, sources, output, result, exitCode }: Parts): ReplayReport => {
  const files = sources.map((source) => source.report);
  const total = (key: "frames" | "bytes"): number => files.reduce((sum, file) => sum + file[key], 0);
  const { cpus, mbufs, seed, sysctl } = loaded.resolved;
  return {
    version,
    command: "replay",
    options: {
      captures,
      config: options.config,
      set: Object.fromEntries((options.set ?? []).map(({ name }) => [name, sysctl[name]!])),
      cpus: options.cpus ?? null,
      write: options.write ?? null,
    },
    system: { cpus, mbufs, seed, sysctl },
    input: { frames: total("frames"), bytes: total("bytes"), firstNs: result.first ?? null, durationNs: result.durationNs, files },
    output: output ? { file: output.file, frames: output.frames, bytes: output.bytes } : null,
    memory: result.memory,
    counters: result.counters,
    interrupted: result.interrupted,
    exitCode,
  };
};
