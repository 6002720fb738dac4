/** Measures runners in turns: virtual machines at their loads, and the instant machine at the same work for comparison. */
import { CheckError } from "./checks.ts";
import type { Settings } from "./measure.ts";
import type { Lap } from "./stopwatch.ts";

/** Someone who does more work the more rounds he is given. `packets`: those whose work is done. */
export interface Runner<S extends Lap & { packets: number }> {
  take(rounds: number): Promise<S>;
}

/** A sample that came out too short is taken again with more rounds, at most so often. */
const ATTEMPTS = 20;
/** Rounds are chosen for this much more than the least time. */
const MARGIN = 1.3;

/** Samples of each runner; those with the same place were taken one after the other. @throws CheckError */
export const inTurns = async <S extends Lap & { packets: number }>(runners: readonly Runner<S>[], settings: Settings): Promise<S[][]> => {
  const all = runners.map((runner) => new Sampler(runner, settings));
  for (const one of all) await one.warmUp();
  globalThis.gc?.();
  for (let n = 0; n < settings.samples; n++) for (const one of all) await one.sample();
  return all.map(({ samples }) => samples);
};

class Sampler<S extends Lap & { packets: number }> {
  readonly samples: S[] = [];
  readonly #runner: Runner<S>;
  readonly #settings: Settings;
  #rounds = 1;

  constructor(runner: Runner<S>, settings: Settings) {
    this.#runner = runner;
    this.#settings = settings;
  }

  async warmUp(): Promise<void> {
    for (let warm = 0; warm < this.#settings.warmUp * 1e6; ) warm += (await this.#take()).nanoseconds;
  }

  async sample(): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const sample = await this.#take();
      if (sample.nanoseconds >= this.#settings.sample * 1e6) return void this.samples.push(sample);
    }
    throw new CheckError(`no sample of ${this.#settings.sample} ms in ${ATTEMPTS} attempts`);
  }

  /** The next one has as many rounds as a sample needs, going by this one; at most eight times as many, as short ones tell little. */
  async #take(): Promise<S> {
    const sample = await this.#runner.take(this.#rounds);
    const needed = Math.ceil((this.#settings.sample * 1e6 * MARGIN * this.#rounds) / Math.max(1, sample.nanoseconds));
    this.#rounds = Math.max(1, Math.min(needed, this.#rounds * 8));
    return sample;
  }
}
