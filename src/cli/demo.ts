import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { demoText, type LockRow, sentComment } from "../report/index.ts";
import { complain, interruption } from "./complain.ts";
import { type Loaded, loadConfig } from "./config_file.ts";
import { Exit, Failure, interruptedExit, systemReason } from "./exit.ts";
import type { Io } from "./io.ts";
import { type Destination, openDestinations } from "./output/destination.ts";
import { makeFolder } from "./output/folder.ts";
import { type CaptureFormat, formatFor } from "./output/format.ts";
import type { Batch, Sink } from "./output/sink.ts";
import { type Result, runJob } from "./replay/job.ts";
import { configured, openCaptures } from "./replay/system.ts";
import { versionOf } from "./version.ts";

const EXAMPLES = ["bridge", "router"] as const;
const MODES = ["0 BGL", "1 adaptive", "2 no BGL"] as const;
const LOCK_KNOB = "net.netisr.mpsafe_thread";
/** The mode whose output is kept, the kernel's default. */
const KEPT = 1;

interface Run {
  row: LockRow;
  result: Result;
  /** What was sent, as a capture file. */
  sent: Buffer;
  /** The same, with the decisions beside each frame. */
  commented: Buffer;
}

export const addDemo = (program: Command, io: Io, done: (exit: Exit) => void): void => {
  program
    .command("demo")
    .summary("replay the examples in all three lock modes and compare")
    .description(
      "Replays the example captures in the three modes of the lock, compares what the lock cost and what was sent, and writes what was sent.",
    )
    .option("-o, --out <folder>", "where bridge.pcapng and router.pcapng go", "out")
    .action(async (options: { out: string }) => done(await demo(options.out, io)));
};

const demo = async (folder: string, io: Io): Promise<Exit> => {
  await makeFolder(folder).catch((error) => {
    throw new Failure(Exit.Usage, `--out ${folder}: ${systemReason(error)}`);
  });
  const targets = EXAMPLES.map((example) => ({ option: "--out", file: join(folder, `${example}.pcapng`), isText: false }));
  const inputs = EXAMPLES.map((example) => pathOf(`captures/${example}.pcapng`, io));
  const outputs = await openDestinations(targets, inputs, io);
  try {
    const version = await versionOf(io);
    const runs: Run[] = [];
    for (const [i, example] of EXAMPLES.entries()) runs.push(...(await runModes(example, outputs[i]!, version, io)));
    return conclude(
      runs,
      targets.map(({ file }) => file),
      version,
      io,
    );
  } finally {
    for (const output of outputs) await output.close();
  }
};

/** In all modes of the lock; what is sent in one of them is kept. */
const runModes = async (example: string, output: Destination, version: string, io: Io): Promise<Run[]> => {
  const runs: Run[] = [];
  for (const mode of MODES.keys()) {
    const run = await runExample(example, mode, version, runs[0]?.sent, io);
    runs.push(run);
    if (run.result.interrupted) throw new Failure(interruptedExit(io.signal), interruption(io.signal));
    if (mode === KEPT) await output.write(run.commented);
  }
  return runs;
};

const conclude = (runs: readonly Run[], written: readonly string[], version: string, io: Io): Exit => {
  const good = runs.every(({ row, result }) => row.same && result.failure === undefined && result.counters.conservation.holds);
  const examples = relative(".", fileURLToPath(new URL("examples", io.root)));
  io.out(demoText({ version, rows: runs.map(({ row }) => row), written, examples }));
  for (const { row, result } of runs) if (result.failure !== undefined) complain(io, `${row.capture}, mode ${row.mode}: ${result.failure}`);
  if (!runs.every(({ row }) => row.same)) complain(io, "a check failed: the lock modes sent different bytes");
  return good ? Exit.Ok : Exit.Check;
};

const pathOf = (name: string, io: Io): string => fileURLToPath(new URL(`examples/${name}`, io.root));

const runExample = async (example: string, mode: number, version: string, first: Buffer | undefined, io: Io): Promise<Run> => {
  const loaded = await loadConfig(pathOf(`${example}.json`, io), { set: [{ name: LOCK_KNOB, value: String(mode) }], cpus: undefined });
  const sources = await openCaptures([pathOf(`captures/${example}.pcapng`, io)], { signal: io.signal, stdin: io.stdin, outbound: false });
  const kept = new Kept(loaded, version);
  const once = { loop: 1, period: undefined, dropped: false, onProgress: undefined };
  const result = await runJob({ ...configured(loaded, sources), ...once, sink: kept }, io);
  const sent = Buffer.concat(kept.chunks);
  const row = {
    capture: example,
    mode: MODES[mode]!,
    counters: result.counters,
    sent: kept.chunks.length - 1,
    same: first === undefined || first.equals(sent),
  };
  return { row, result, sent, commented: Buffer.concat(kept.commented) };
};

/** What was sent, as pieces of a capture file: the header, then the frames. Lock modes differ in the comments, and in nothing else. */
class Kept implements Sink {
  readonly isGone = false;
  readonly chunks: Uint8Array[];
  readonly commented: Uint8Array[];
  readonly #format: CaptureFormat;

  constructor({ resolved }: Loaded, version: string) {
    this.#format = formatFor("pcapng", resolved, new Set(), version);
    this.chunks = [this.#format.header()];
    this.commented = [this.#format.header()];
  }

  async take({ departures, nsOf }: Batch): Promise<void> {
    for (const departure of departures) {
      const { port, time, data } = departure;
      const frame = { interface: port, time: nsOf(time), data, direction: "out" } as const;
      this.chunks.push(this.#format.frames([frame]));
      this.commented.push(this.#format.frames([{ ...frame, comment: sentComment(departure) }]));
    }
  }

  async plugged(): Promise<void> {}
}
