import type { Engine } from "../../engine.ts";
import { EngineError } from "../../errors.ts";
import { bucketBetween } from "../../report/index.ts";
import type { Bucket, StopCondition } from "../../types.ts";
import type { CheckedChange } from "./changes.ts";
import { earlier, Slices } from "./slices.ts";

export interface RunJob {
  engine: Engine;
  /** Picoseconds. */
  end: bigint;
  changes: readonly CheckedChange[];
  /** Conditions that end it before that. */
  stop: readonly string[];
  /** Length of the parts of the time series. */
  every: bigint | undefined;
  onProgress: (() => void) | undefined;
  signal: AbortSignal;
  /** Milliseconds of a clock that only goes on. */
  now(): number;
}

export interface RunOutcome {
  /** Of changes that found nothing to change, or could not be made everywhere: as they were typed, and what became of them. */
  vain: { text: string; what: string }[];
  series: Bucket[];
  /** Measured: for which the engine ran. */
  seconds: number;
  interrupted: boolean;
  /** The condition that ended it. */
  stopped: StopCondition | undefined;
  /** What the engine found wrong with itself. */
  failure: string | undefined;
}

/** Runs an engine to the end, with the changes at their times. */
export const runJob = async (job: RunJob): Promise<RunOutcome> => {
  const run = new Run(job);
  let failure: string | undefined;
  try {
    await run.toEnd();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    failure = error.message;
  }
  return { vain: run.vain, series: run.series, seconds: run.ms / 1000, interrupted: job.signal.aborted, stopped: run.stopped, failure };
};

class Run {
  readonly vain: RunOutcome["vain"] = [];
  readonly series: Bucket[] = [];
  stopped: StopCondition | undefined;
  readonly #job: RunJob;
  readonly #slices: Slices;

  constructor(job: RunJob) {
    this.#job = job;
    this.#slices = new Slices(job, job.onProgress);
  }

  get ms(): number {
    return this.#slices.ms;
  }

  async toEnd(): Promise<void> {
    const { engine, end, every, changes } = this.#job;
    const pending = [...changes];
    let before = every === undefined ? undefined : engine.sample();
    let partEnd = every ?? end;
    for (;;) {
      const stop = earlier(earlier(partEnd, end), pending[0]?.time ?? end);
      const goesOn = await this.#advance(stop);
      // A part ends before what changes at its end; the last one where the run does.
      if (before && (goesOn ? stop === partEnd || stop === end : engine.now > before.time || this.stopped)) {
        const after = engine.sample();
        this.series.push(bucketBetween(before, after));
        before = after;
        partEnd += every!;
      }
      if (!goesOn) return;
      while (pending[0]?.time === stop) this.#apply(pending.shift()!);
      if (stop === end) return;
    }
  }

  #apply({ text, apply, unless, lacks }: CheckedChange): void {
    const { engine } = this.#job;
    const before = engine.changes.length;
    apply(engine);
    const what = lacks?.(engine) ?? (engine.changes.length === before ? `changed nothing: ${unless}` : undefined);
    if (what !== undefined) this.vain.push({ text, what });
  }

  /** False: the user wants to stop, or a condition has come true. */
  async #advance(until: bigint): Promise<boolean> {
    const { engine, signal, stop } = this.#job;
    this.stopped = await this.#slices.run(engine, until, stop);
    return !signal.aborted && this.stopped === undefined;
  }
}
