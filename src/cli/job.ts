/** One replay from open files to closed ones. The commands `replay` and `demo` are made of it. */
import type { Engine } from "../engine.ts";
import { EngineError } from "../errors.ts";
import type { Counters, EngineOptions, MemoryPlan } from "../types.ts";
import { CaptureSource } from "./capture_source.ts";
import type { Loaded } from "./config_file.ts";
import { Exit, Failure } from "./exit.ts";
import type { Io } from "./io.ts";
import { PortMatcher, splitCapture } from "./port_matcher.ts";
import { earliest, type Outcome, Replay, type Sink } from "./run.ts";

const NS_PER_MS = 1_000_000n;
const MS_PER_DAY = 86_400_000n;

export interface Job {
  sources: readonly CaptureSource[];
  loaded: Loaded;
  sink: Sink | undefined;
}

export interface Result extends Outcome {
  counters: Counters;
  memory: MemoryPlan;
}

/** Opens all captures. @throws Failure for the first of which no frame can be read */
export const openCaptures = async (captures: readonly string[], { resolved }: Loaded, signal: AbortSignal): Promise<CaptureSource[]> => {
  const sources: CaptureSource[] = [];
  for (const argument of captures) {
    const { file, told } = splitCapture(argument, resolved.ports);
    sources.push(await CaptureSource.open(file, new PortMatcher(resolved.ports, told), signal));
  }
  const rejected = sources.find(({ head, fault }) => !head && fault !== undefined);
  if (!rejected) return sources;
  await closeAll(sources);
  throw new Failure(Exit.Rejected, rejected.fault!);
};

export const closeAll = async (sources: readonly CaptureSource[]): Promise<void> => {
  for (const source of sources) await source.close();
};

/** Runs the job and closes its captures. */
export const runJob = async ({ sources, loaded, sink }: Job, io: Io): Promise<Result> => {
  try {
    const epochMs = Number(((earliest(sources)?.head?.time ?? 0n) / NS_PER_MS) % MS_PER_DAY);
    const engine = await makeEngine(loaded, { epochMs, collect: sink !== undefined }, io);
    const outcome = await new Replay(engine, sources, io.signal, sink).run();
    const counters = engine.counters();
    const { memory } = engine;
    engine.dispose();
    return { ...outcome, counters, memory };
  } finally {
    await closeAll(sources);
  }
};

/** An engine that cannot be made, for lack of memory, is a matter of the configuration. */
const makeEngine = async ({ file, given }: Loaded, options: EngineOptions, io: Io): Promise<Engine> => {
  try {
    return await io.createEngine(given, options);
  } catch (error) {
    if (error instanceof EngineError) throw new Failure(Exit.Usage, `${file}: ${error.message}`);
    throw error;
  }
};
