/**
 * Fits costs to measured points: Levenberg-Marquardt on the logarithms of the costs, so that none gets below zero, with the virtual machine as the model and
 * finite differences as its derivatives (the same random numbers in all runs keep those clean). Directions that the data do not determine are found by singular
 * values and not moved in.
 */
import type { SingularValueDecomposition } from "ml-matrix";
import { type Group, screen } from "./groups.ts";
import { ERROR, norm, type Problem } from "./problem.ts";

/** A standard error above this, of a cost or a direction, determines nothing. */
export const MOST_ERROR = 0.25;
/** A singular value below this share of the largest one is noise of the differences. */
const LEAST_SHARE = 1e-3;
const ITERATIONS = 8;
const TRIALS = 6;
/** Largest change of a logarithm in one step; and one that is none. */
const LARGEST = 0.7;
const SETTLED = 0.003;

export interface Fitted {
  group: Group;
  /** Factor against the costs at the beginning. */
  factor: number;
  /** Relative standard error; undefined: not determined. */
  error: number | undefined;
}

export interface Fit {
  /** ns, by number. */
  costs: number[];
  fitted: Fitted[];
  /** Costs that move nothing in these points. */
  without: number[];
  /** Directions that are open: how much each group takes part, largest first. */
  open: { group: Group; part: number }[][];
  predicted: number[];
  residuals: number[];
  /** Root of the mean square of the residuals, over the degrees of freedom. */
  sigma: number;
  iterations: number;
  runs: number;
}

/** `onProgress`: what it is at. */
export const fitCosts = async (problem: Problem, start: readonly number[], candidates: readonly number[]): Promise<Fit> => {
  const { Matrix, SingularValueDecomposition: Svd } = await import("ml-matrix");
  const decompose = (columns: number[][]): SingularValueDecomposition => new Svd(new Matrix(columns).transpose(), { autoTranspose: true });
  const { groups, without } = await screen(problem, start, candidates, ERROR / MOST_ERROR);
  const search = new Search(problem, start, groups, decompose);
  await search.run();
  return { ...search.outcome(), without, runs: problem.runs };
};

class Search {
  readonly #problem: Problem;
  readonly #start: readonly number[];
  readonly #groups: Group[];
  readonly #decompose: (columns: number[][]) => SingularValueDecomposition;
  /** Logarithms of the factors. */
  #logs: number[];
  #predicted: number[] = [];
  #residuals: number[] = [];
  #svd: SingularValueDecomposition | undefined;
  #damping = 1e-3;
  #iterations = 0;

  constructor(problem: Problem, start: readonly number[], groups: Group[], decompose: (columns: number[][]) => SingularValueDecomposition) {
    this.#problem = problem;
    this.#start = start;
    this.#groups = groups;
    this.#decompose = decompose;
    this.#logs = groups.map(() => 0);
  }

  async run(): Promise<void> {
    await this.#look(this.#logs);
    if (this.#groups.length === 0) return;
    for (;;) {
      await this.#problem.weigh(this.#costs(this.#logs), this.#predicted);
      this.#residuals = this.#problem.residuals(this.#predicted);
      this.#svd = this.#decompose(await this.#columns());
      if (this.#iterations === ITERATIONS || !(await this.#improve())) return;
      this.#iterations++;
    }
  }

  /** ns by number, at some factors. */
  #costs(logs: readonly number[]): number[] {
    const costs = [...this.#start];
    for (const [g, group] of this.#groups.entries()) for (const cost of group.costs) costs[cost]! *= Math.exp(logs[g]!);
    return costs;
  }

  async #look(logs: number[]): Promise<void> {
    this.#logs = logs;
    this.#predicted = await this.#problem.predict(this.#costs(logs));
    this.#residuals = this.#problem.residuals(this.#predicted);
  }

  /** Of a group, the sum of those of its costs. */
  async #columns(): Promise<number[][]> {
    const costs = this.#costs(this.#logs);
    const columns: number[][] = [];
    for (const group of this.#groups) {
      const first = group.costs[0]!;
      const column = await this.#problem.column(costs, first, group.step, this.#predicted);
      const share = group.costs.reduce((sum, cost, i) => sum + (group.weights[i]! * costs[cost]!) / costs[first]!, 0);
      columns.push(column.map((value) => value * share));
    }
    return columns;
  }

  /** A step that makes the differences smaller. False: there is none, or it is too small to matter. */
  async #improve(): Promise<boolean> {
    const [before, logs, predicted, residuals] = [norm(this.#residuals), this.#logs, this.#predicted, this.#residuals];
    for (let trial = 0; trial < TRIALS; trial++) {
      const step = this.#step();
      if (Math.max(...step.map(Math.abs)) < SETTLED) return false;
      await this.#look(logs.map((value, g) => value + step[g]!));
      if (norm(this.#residuals) < before) {
        this.#damping /= 10;
        return norm(this.#residuals) < before * (1 - 1e-4);
      }
      [this.#logs, this.#predicted, this.#residuals] = [logs, predicted, residuals];
      this.#damping *= 30;
    }
    return false;
  }

  /** Damped, in the directions that the data determine only. */
  #step(): number[] {
    const { diagonal: values, leftSingularVectors: u, rightSingularVectors: v } = this.#svd!;
    const step = this.#groups.map(() => 0);
    for (const k of this.#determined(ERROR)) {
      const value = values[k]!;
      const along = this.#residuals.reduce((sum, residual, i) => sum - residual * u.get(i, k), 0);
      const length = (along * value) / (value * value + this.#damping * values[0]! ** 2);
      for (const g of step.keys()) step[g]! += length * v.get(g, k);
    }
    const most = Math.max(...step.map(Math.abs));
    return most > LARGEST ? step.map((change) => (change * LARGEST) / most) : step;
  }

  /** Numbers of the singular values whose directions are known to a quarter, with values of that relative error. */
  #determined(error: number): number[] {
    const values = this.#svd!.diagonal;
    const least = Math.max(error / MOST_ERROR, values[0]! * LEAST_SHARE);
    return [...values.keys()].filter((k) => values[k]! >= least);
  }

  outcome(): Omit<Fit, "without" | "runs"> {
    const free = Math.max(1, this.#residuals.length - (this.#svd ? this.#determined(ERROR).length : 0));
    const sigma = norm(this.#residuals) / Math.sqrt(free);
    const known = this.#svd ? this.#determined(Math.max(sigma, ERROR / 10)) : [];
    return {
      costs: this.#costs(this.#logs),
      fitted: this.#groups.map((group, g) => ({ group, factor: Math.exp(this.#logs[g]!), error: this.#error(g, known, sigma) })),
      open: this.#open(known),
      predicted: this.#predicted,
      residuals: this.#residuals,
      sigma,
      iterations: this.#iterations,
    };
  }

  /** Undefined: a direction that is open has a part of it, or it is not known well enough. */
  #error(g: number, known: number[], sigma: number): number | undefined {
    const { diagonal, rightSingularVectors: v } = this.#svd!;
    const inside = known.reduce((sum, k) => sum + v.get(g, k) ** 2, 0);
    const error = sigma * Math.sqrt(known.reduce((sum, k) => sum + (v.get(g, k) / diagonal[k]!) ** 2, 0));
    return inside < 0.95 || error > MOST_ERROR ? undefined : error;
  }

  #open(known: number[]): Fit["open"] {
    const svd = this.#svd;
    if (!svd) return [];
    const open = [...this.#groups.keys()].filter((k) => !known.includes(k));
    return open.map((k) =>
      this.#groups
        .map((group, g) => ({ group, part: svd.rightSingularVectors.get(g, k) }))
        .filter(({ part }) => Math.abs(part) > 0.2)
        .sort((a, b) => Math.abs(b.part) - Math.abs(a.part)),
    );
  }
}
