/** Measured values beside what the model makes of the same points: how far apart they are, and how a cost moves that. */
import type { Point } from "./table.ts";

/** Runs a point with costs in ns, by their number; `draw`: which random numbers. @returns what it measures, in the order of the point's values */
export type Model = (point: Point, costs: readonly number[], draw: number) => Promise<number[]>;

/** Relative error that measurements are taken to have until the fit says better. */
export const ERROR = 0.02;
/** How often a point is run with other random numbers to see how much its values are a matter of chance. */
const DRAWS = 3;
/** A change of costs that should change nothing, and how much more a value counts that is changed by it. */
const NUDGE = 2e-4;
const CHAOS = 100;

const variance = (rows: readonly (readonly number[])[], i: number): number => {
  const mean = rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length;
  return rows.reduce((sum, row) => sum + (row[i]! - mean) ** 2, 0) / (rows.length - 1);
};

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

export class Problem {
  readonly points: readonly Point[];
  /** Runs of the model so far. */
  runs = 0;
  readonly #model: Model;
  readonly #onRun: () => void;
  readonly #values: Point["measured"];
  /** Of each value: 1, or less where chance moves it by more than measurements are off. */
  #weights: number[];

  constructor(points: readonly Point[], model: Model, onRun: () => void) {
    this.points = points;
    this.#model = model;
    this.#onRun = onRun;
    this.#values = points.flatMap(({ measured }) => measured);
    this.#weights = this.#values.map(() => 1);
  }

  /** All values of the model. */
  async predict(costs: readonly number[], draw = 0): Promise<number[]> {
    const all: number[] = [];
    for (const point of this.points) {
      all.push(...(await this.#model(point, costs, draw)));
      this.runs++;
      this.#onRun();
    }
    return all;
  }

  /** How far the model's values are from the measured ones, each with its weight. */
  residuals(predicted: readonly number[]): number[] {
    return this.#differences(predicted).map((value, i) => value * this.#weights[i]!);
  }

  #differences(predicted: readonly number[]): number[] {
    return this.#values.map(({ measure, value }, i) => difference(measure.kind, predicted[i]!, value));
  }

  /**
   * Gives values less weight that are a matter of chance: that other random numbers move, and above all those that the least change of costs moves, as the
   * latency of a system near its limit, for what they say of a cost is noise.
   */
  async weigh(costs: readonly number[], predicted: readonly number[]): Promise<void> {
    const [draws, nudges] = [[this.#differences(predicted)], [this.#differences(predicted)]];
    for (let n = 1; n < DRAWS; n++) {
      draws.push(this.#differences(await this.predict(costs, n)));
      const factor = 1 + (n % 2 ? n : -n) * NUDGE;
      nudges.push(
        this.#differences(
          await this.predict(
            costs.map((cost) => cost * factor),
            0,
          ),
        ),
      );
    }
    this.#weights = this.#weights.map((_, i) => ERROR / Math.sqrt(ERROR ** 2 + variance(draws, i) + CHAOS * variance(nudges, i)));
  }

  /** How the residuals change per relative change of one cost: that cost is `step` ns larger, with the same random numbers. */
  async column(costs: readonly number[], cost: number, step: number, base: readonly number[]): Promise<number[]> {
    const moved = this.residuals(await this.predict(costs.with(cost, costs[cost]! + step)));
    return this.residuals(base).map((value, i) => ((moved[i]! - value) / step) * costs[cost]!);
  }
}

/** A step of about five per cent, a power of two in ns, so that costs of about one size have the same: what they do is then the same to the last digit if only their sum counts. */
export const stepOf = (cost: number): number => 2 ** Math.round(Math.log2(cost * 0.06));

export const norm = (vector: readonly number[]): number => Math.hypot(...vector);
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
/** Cosine of the angle between two columns. */
export const cosine = (a: readonly number[], b: readonly number[]): number => dot(a, b) / (norm(a) * norm(b));
