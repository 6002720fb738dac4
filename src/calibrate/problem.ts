/** Measured values beside what the model makes of the same points: how far apart they are, and how a cost moves that. */
import type { Point } from "./table.ts";

/**
 * Runs a point with costs in ns, by their number; `draw`: which random numbers. @returns what it measures, in the order of the point's values, in each of as
 * many equal parts of the run as it always has: what they differ by is the model's own noise
 */
export type Model = (point: Point, costs: readonly number[], draw: number) => Promise<number[][]>;

/** Relative standard deviation that measurements are taken to have. */
export const ERROR = 0.02;
/** How often each point is run, with random numbers of its own each time. */
export const DRAWS = 2;

/** Below this share of the time a load's error does not get smaller with it. */
const LEAST_LOAD = 0.01;
/** Nothing is further away than this factor: where nothing is carried there is no latency. */
const FURTHEST = 1000;

/**
 * How far a value is from the measured one, about the relative difference. Rates and latencies by their logarithms, as a queue that begins to build up has
 * ten times the latency; loads, which may be none, by their difference.
 */
const difference = (kind: string, value: number, measured: number): number => {
  if (kind === "load") return (value - measured) / Math.max(measured, LEAST_LOAD);
  const ratio = value / Math.max(measured, Number.MIN_VALUE);
  return Math.log(Math.min(Math.max(ratio, 1 / FURTHEST), FURTHEST));
};

/** What the model makes of all points. */
export interface Prediction {
  /** By value: means of the samples, which are the parts of all draws. */
  values: number[];
  /** By sample and value: how far the model is from what was measured. */
  samples: number[][];
  /** By value: means of `samples`. */
  differences: number[];
}

/** Rows of equal settings are one point, which was measured more than once. */
const keyOf = ({ settings }: Point): string => JSON.stringify(settings);
export const pointsIn = (rows: readonly Point[]): number => new Set(rows.map(keyOf)).size;

export interface Options {
  error: number;
  draws: number;
}

export class Problem {
  readonly error: number;
  readonly draws: number;
  /** Of each value, which runs it comes from: points of the same settings, which were measured more than once, share theirs. */
  readonly runOf: readonly number[];
  /** Runs of the model so far. */
  runs = 0;
  readonly #model: Model;
  readonly #onRun: () => void;
  readonly #values: Point["measured"];
  /** What is run: a point for all of one setting. */
  readonly #settings: Point[] = [];
  /** Of each value, where it stands among those of its runs. */
  readonly #placeOf: readonly number[];

  constructor(points: readonly Point[], model: Model, onRun: () => void, { error, draws }: Options = { error: ERROR, draws: DRAWS }) {
    this.error = error;
    this.draws = draws;
    this.#model = model;
    this.#onRun = onRun;
    this.#values = points.flatMap(({ measured }) => measured);
    const runs = points.map((point) => this.#sharedRun(point));
    this.runOf = runs.flatMap(({ run, places }) => places.map(() => run));
    this.#placeOf = runs.flatMap(({ places }) => places);
  }

  #sharedRun(point: Point): { run: number; places: number[] } {
    const found = this.#settings.findIndex((other) => keyOf(other) === keyOf(point));
    const run = found < 0 ? this.#settings.push({ ...point, measured: [] }) - 1 : found;
    return { run, places: point.measured.map((one) => this.#settings[run]!.measured.push(one) - 1) };
  }

  /** The same draws whatever the costs are, so that only the costs make a difference between two predictions. */
  async predict(costs: readonly number[]): Promise<Prediction> {
    const samples: number[][] = [];
    for (let draw = 0; draw < this.draws; draw++) {
      const all: number[][][] = [];
      for (const point of this.#settings) {
        all.push(await this.#model(point, costs, draw));
        this.runs++;
        this.#onRun();
      }
      samples.push(...all[0]!.map((_, part) => this.runOf.map((run, i) => all[run]![part]![this.#placeOf[i]!]!)));
    }
    const differences = samples.map((values) => this.#values.map(({ measure, value }, i) => difference(measure.kind, values[i]!, value)));
    return { values: meanOf(samples), samples: differences, differences: meanOf(differences) };
  }

  /** Of each value, one over the standard deviation of its difference: the measurement's, and that of the mean of the samples. */
  weights({ samples, differences }: Prediction): number[] {
    return differences.map((mean, i) => {
      const variance = samples.reduce((sum, sample) => sum + (sample[i]! - mean) ** 2, 0) / (samples.length - 1);
      return 1 / Math.sqrt(this.error ** 2 + variance / samples.length);
    });
  }

  /** By sample and value: how the differences change per relative change of one cost, which is made `step` ns larger. */
  async column(costs: readonly number[], cost: number, step: number, base: Prediction): Promise<number[][]> {
    const moved = await this.predict(costs.with(cost, costs[cost]! + step));
    return moved.samples.map((sample, s) => sample.map((value, i) => ((value - base.samples[s]![i]!) / step) * costs[cost]!));
  }
}

export const meanOf = (rows: readonly (readonly number[])[]): number[] =>
  rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);

/** A step of about an eighth, a power of two in ns, so that costs of about one size have the same: what they do is then the same to the last digit if only their sum counts. */
export const stepOf = (cost: number): number => 2 ** Math.round(Math.log2(cost * 0.12));
