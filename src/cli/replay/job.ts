/** One replay from open files to closed ones. The commands `replay` and `demo` are made of it. */
import type { Engine } from "../../engine.ts";
import { EngineError } from "../../errors.ts";
import type { Counters, EngineOptions, MemoryPlan } from "../../types.ts";
import type { Loaded } from "../config_file.ts";
import { Exit, Failure } from "../exit.ts";
import { earliest } from "../input/merge.ts";
import type { Io } from "../io.ts";
import type { Sink } from "../output/sink.ts";
import { type Outcome, Replay, type ReplayJob } from "./run.ts";
import { closeAll, type System } from "./system.ts";

const NS_PER_MS = 1_000_000n;
const MS_PER_DAY = 86_400_000n;

export interface Job extends System, Pick<ReplayJob, "loop" | "period" | "dropped" | "onProgress"> {
  sink: Sink | undefined;
}

export interface Result extends Outcome {
  counters: Counters;
  memory: MemoryPlan;
}

/** Runs the job and closes its captures. @throws Failure */
export const runJob = async (job: Job, io: Io): Promise<Result> => {
  const { sources, loaded, sink } = job;
  try {
    const epochMs = Number(((earliest(sources)?.head?.time ?? 0n) / NS_PER_MS) % MS_PER_DAY);
    const engine = await makeEngine(loaded, { epochMs, collect: sink !== undefined, drops: job.dropped }, io);
    const outcome = await new Replay({ ...job, engine, signal: io.signal }).run();
    const counters = engine.counters();
    const { memory } = engine;
    engine.dispose();
    return { ...outcome, counters, memory };
  } finally {
    await closeAll(sources);
  }
};

/** An engine that cannot be made, for lack of memory, is a matter of the configuration. */
const makeEngine = async ({ name, given }: Loaded, options: EngineOptions, io: Io): Promise<Engine> => {
  try {
    return await io.createEngine(given, options);
  } catch (error) {
    if (error instanceof EngineError) throw new Failure(Exit.Usage, `${name}: ${error.message}`);
    throw error;
  }
};
