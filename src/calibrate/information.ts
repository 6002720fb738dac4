/**
 * What the points tell of costs: the information matrix, its directions, and how far off a fit can be. Derivatives are differences of runs and have noise, the
 * more so where a queue is near its limit. Multiplied with itself that noise would look like information; so products are only taken of different samples, whose
 * noise is independent and cancels.
 */
import type { EigenvalueDecomposition, Matrix as MatrixType } from "ml-matrix";
import { meanOf, type Prediction, type Problem } from "./problem.ts";

/** A standard error above this, of a cost or a direction, determines nothing. */
export const MOST_ERROR = 0.25;
/** Standard error, as a logarithm, of what stays as it was because nothing determines it: costs may be off by a factor of e. */
const OPEN_ERROR = 1;

/** By sample and value. */
export type Column = readonly (readonly number[])[];

const dot = (a: readonly number[], b: readonly number[], weights: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]! * weights[i]! ** 2, 0);

/** Product of two weighted columns, without that of noise: that of their means, less what each sample adds by itself. */
export const product = (a: Column, b: Column, weights: readonly number[]): number => {
  const count = a.length;
  const own = a.reduce((sum, sample, s) => sum + dot(sample, b[s]!, weights), 0);
  return (count ** 2 * dot(meanOf(a), meanOf(b), weights) - own) / (count * (count - 1));
};

export class Information {
  readonly #problem: Problem;
  readonly #weights: readonly number[];
  readonly #means: number[][];
  readonly #values: number[] = [];
  readonly #directions: MatrixType | undefined;

  constructor(
    problem: Problem,
    columns: readonly Column[],
    weights: readonly number[],
    { Matrix, EigenvalueDecomposition: Evd }: { Matrix: typeof MatrixType; EigenvalueDecomposition: typeof EigenvalueDecomposition },
  ) {
    this.#problem = problem;
    this.#weights = weights;
    this.#means = columns.map(meanOf);
    if (columns.length === 0) return;
    const found = new Evd(new Matrix(columns.map((a) => columns.map((b) => product(a, b, weights)))), { assumeSymmetric: true });
    this.#values = found.realEigenvalues;
    this.#directions = found.eigenvectorMatrix;
  }

  part(group: number, direction: number): number {
    return this.#directions!.get(group, direction);
  }

  /** Directions that are known well enough, if errors are `scale` times those that are expected. */
  known(scale = 1): number[] {
    return [...this.#values.keys()].filter((k) => this.#values[k]! >= (scale / MOST_ERROR) ** 2);
  }

  /** Along the directions that are known, damped. `inErrors`: the longest part, in standard errors. */
  step({ differences }: Prediction, damping: number): { step: number[]; inErrors: number } {
    const step = this.#means.map(() => 0);
    const slope = this.#means.map((column) => dot(column, differences, this.#weights));
    const most = Math.max(...this.#values);
    let inErrors = 0;
    for (const k of this.known()) {
      const value = this.#values[k]!;
      const along = -slope.reduce((sum, one, g) => sum + one * this.part(g, k), 0) / (value + damping * most);
      inErrors = Math.max(inErrors, Math.abs(along) * Math.sqrt(value));
      for (const g of step.keys()) step[g]! += along * this.part(g, k);
    }
    return { step, inErrors };
  }

  /**
   * Standard errors of the logarithms, by group: what the errors of the measurements and the model's own noise at the end do to the fit, and what is open.
   * Values of one run are not independent (all of them have its packets), so the noise is summed over those of a run before it is squared.
   */
  errors({ samples, differences }: Prediction, scale: number): number[] {
    const known = this.known(scale);
    return this.#means.map((_, g) => {
      const pull = differences.map((_, i) => this.#pull(g, i, known));
      let variance = pull.reduce((sum, one) => sum + (one * this.#problem.error) ** 2, 0);
      for (const sample of samples) {
        const byRun: number[] = [];
        for (const [i, run] of this.#problem.runOf.entries()) byRun[run] = (byRun[run] ?? 0) + pull[i]! * (sample[i]! - differences[i]!);
        variance += byRun.reduce((sum, one) => sum + one ** 2, 0) / (samples.length * (samples.length - 1));
      }
      const open = this.#means.reduce((sum, _, k) => sum + (known.includes(k) ? 0 : this.part(g, k) ** 2), 0);
      return Math.sqrt(variance * scale ** 2 + open * OPEN_ERROR ** 2);
    });
  }

  /** How much a group's fitted logarithm moves with one value's difference. */
  #pull(group: number, value: number, known: readonly number[]): number {
    const weight = this.#weights[value]! ** 2;
    return known.reduce((sum, k) => {
      const along = this.#means.reduce((total, column, g) => total + column[value]! * this.part(g, k), 0);
      return sum + (this.part(group, k) * along * weight) / this.#values[k]!;
    }, 0);
  }
}
