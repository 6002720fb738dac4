/** Measures contestants side by side, in turns, so that what disturbs the machine disturbs all of them. */
import { CheckError, checkDigests, checkSample, checkSent } from "./checks.ts";
import type { Contestant, Sample, Workload } from "./contestant.ts";
import { pairedRatio } from "./statistics.ts";

export interface Settings {
  /** Least time for which a contestant runs before it is measured, in milliseconds. */
  warmUp: number;
  /** Least time of a sample, in milliseconds. */
  sample: number;
  /** Samples of each contestant. */
  samples: number;
}

export const FULL: Settings = { warmUp: 40, sample: 20, samples: 25 };
/** To see that everything works. Its figures are not for a table. */
export const QUICK: Settings = { warmUp: 20, sample: 5, samples: 5 };

/** Someone with something to do. */
export interface Entry {
  contestant: Contestant;
  workload: Workload;
}

export interface Measured {
  contestant: string;
  workload: string;
  /** Nanoseconds per packet, sample by sample; those with the same place were taken one after the other. */
  cost: number[];
  /** The same by CPU time, if the contestant knows it. */
  cpuCost: number[] | undefined;
  /** Frames sent and packets that the flow cache answered, per packet, over all samples. */
  forwarded: number;
  hitRate: number;
  digest: string;
}

/** How many times as much a packet costs with one as with the other: by CPU time if both know theirs, since a busy machine does not change that much. */
export const costRatio = (above: Measured, below: Measured): number =>
  above.cpuCost && below.cpuCost ? pairedRatio(above.cpuCost, below.cpuCost) : pairedRatio(above.cost, below.cost);

/** A sample that came out too short is taken again with more rounds, at most so often. */
const ATTEMPTS = 20;
/** Rounds are chosen for this much more than the least time, since code gets faster and machines quieter. */
const MARGIN = 1.3;

/** Prepares, checks, warms up and measures. @throws CheckError */
export const race = async (entries: readonly Entry[], settings: Settings): Promise<Measured[]> => {
  const runners: Runner[] = [];
  try {
    for (const entry of entries) runners.push(await Runner.start(entry, settings));
    compareDigests(runners);
    globalThis.gc?.();
    for (let n = 0; n < settings.samples; n++) for (const runner of runners) await runner.sample();
    for (const runner of runners) await runner.checkAgain();
    const all = runners.map((runner) => runner.measured());
    compareSent(all);
    return all;
  } finally {
    for (const runner of runners) await runner.close();
  }
};

const compareDigests = (runners: readonly Runner[]): void => {
  for (const workload of new Set(runners.map(({ workload }) => workload))) {
    const same = runners.filter((runner) => runner.workload === workload);
    checkDigests(workload.name, new Map(same.map(({ contestant, digest }) => [contestant.name, digest])));
  }
};

const compareSent = (all: readonly Measured[]): void => {
  for (const workload of new Set(all.map((one) => one.workload))) {
    const same = all.filter((one) => one.workload === workload);
    checkSent(workload, new Map(same.map(({ contestant, forwarded }) => [contestant, forwarded])));
  }
};

class Runner {
  readonly contestant: Contestant;
  readonly workload: Workload;
  readonly #settings: Settings;
  readonly #samples: Sample[] = [];
  digest = "";
  #rounds = 1;

  private constructor({ contestant, workload }: Entry, settings: Settings) {
    this.contestant = contestant;
    this.workload = workload;
    this.#settings = settings;
  }

  /** Ready to be sampled: prepared, digested, warm, and the number of rounds found. */
  static async start(entry: Entry, settings: Settings): Promise<Runner> {
    const runner = new Runner(entry, settings);
    await runner.contestant.prepare(runner.workload);
    runner.digest = await runner.contestant.digest();
    let warm = 0;
    while (warm < settings.warmUp * 1e6) {
      const { nanoseconds } = await runner.#take();
      warm += nanoseconds;
      runner.#fit(nanoseconds);
    }
    return runner;
  }

  async sample(): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const sample = await this.#take();
      if (sample.nanoseconds >= this.#settings.sample * 1e6) {
        this.#samples.push(sample);
        return;
      }
      this.#fit(sample.nanoseconds);
    }
    throw new CheckError(`${this.contestant.name}: no sample of ${this.#settings.sample} ms in ${ATTEMPTS} attempts`);
  }

  /** A workload whose rounds are all the same still gives the same frames after the measurement. */
  async checkAgain(): Promise<void> {
    if (this.workload.span !== 0n) return;
    checkDigests(
      this.workload.name,
      new Map(
        [
          ["before", this.digest],
          ["after", await this.contestant.digest()],
        ].map(([when, digest]) => [`${this.contestant.name} ${when}`, digest!]),
      ),
    );
  }

  measured(): Measured {
    const total = (of: (sample: Sample) => number): number => this.#samples.reduce((sum, sample) => sum + of(sample), 0);
    const packets = total((sample) => sample.packets);
    return {
      contestant: this.contestant.name,
      workload: this.workload.name,
      cost: this.#samples.map(({ nanoseconds, packets }) => nanoseconds / packets),
      cpuCost: this.#samples.every(({ cpu }) => cpu !== undefined) ? this.#samples.map(({ cpu, packets }) => cpu! / packets) : undefined,
      forwarded: total((sample) => sample.forwarded) / packets,
      hitRate: total((sample) => sample.hits) / packets,
      digest: this.digest,
    };
  }

  async close(): Promise<void> {
    await this.contestant.close();
  }

  async #take(): Promise<Sample> {
    const sample = await this.contestant.sample(this.#rounds);
    checkSample(this.contestant.name, this.workload, this.#rounds, sample);
    return sample;
  }

  /** As many rounds as a sample needs, going by the last one; at most eight times as many, as short ones tell little. */
  #fit(nanoseconds: number): void {
    const perRound = nanoseconds / this.#rounds;
    const needed = Math.ceil((this.#settings.sample * 1e6 * MARGIN) / Math.max(1, perRound));
    this.#rounds = Math.max(1, Math.min(needed, this.#rounds * 8));
  }
}
