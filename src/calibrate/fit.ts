/**
 * Fits costs to measured points: Gauss-Newton with damping on the logarithms of the costs, so that none gets below zero, with the virtual machine as the model
 * and finite differences as its derivatives. Each point is run with several streams of random numbers, the same ones for all costs that are tried: so
 * differences are clean, and what the streams differ by tells how far off the model itself may be. Directions that the data do not determine are not moved in.
 */
import { type Group, screen } from "./groups.ts";
import { type Column, Information, MOST_ERROR } from "./information.ts";
import type { Prediction, Problem } from "./problem.ts";
import { halfWidth } from "./quantile.ts";

const ITERATIONS = 12;
const TRIALS = 6;
/** Largest change of a logarithm in one step. A step of less than so many standard errors is none. */
const LARGEST = 0.7;
const SETTLED = 0.1;
/** Derivatives are taken anew when a logarithm has moved by more than this since they were; until then they are per ns what they were. */
const FRESH = 0.3;

export interface Fitted {
  group: Group;
  /** Factor against the costs at the beginning. */
  factor: number;
  /** 95 % interval: from exp(-half) to exp(half) times the fitted value. undefined: not determined. */
  half: number | undefined;
}

export interface Fit {
  /** ns, by number. */
  costs: number[];
  fitted: Fitted[];
  /** Costs that move nothing in these points, or too little. */
  without: number[];
  /** Directions that are open: how much each group takes part, largest first. */
  open: { group: Group; part: number }[][];
  predicted: number[];
  /** Root of the mean square of what is left, against what was expected of measurements and model, over the degrees of freedom. */
  sigma: number;
  free: number;
  iterations: number;
  runs: number;
}

type Algebra = Pick<typeof import("ml-matrix"), "Matrix" | "EigenvalueDecomposition">;

export const fitCosts = async (problem: Problem, start: readonly number[], candidates: readonly number[]): Promise<Fit> => {
  const algebra = await import("ml-matrix");
  const base = await problem.predict(start);
  const { groups, without } = await screen(problem, start, candidates, base);
  const search = new Search(problem, start, groups, base, algebra);
  await search.run();
  return { ...search.outcome(), without, runs: problem.runs };
};

const times = (column: Column, factor: number): Column => column.map((sample) => sample.map((value) => value * factor));

class Search {
  readonly #problem: Problem;
  readonly #start: readonly number[];
  readonly #groups: Group[];
  readonly #algebra: Algebra;
  /** Logarithms of the factors, and those at which the columns were taken. */
  #logs: number[];
  #columnsAt: number[];
  #columns: Column[];
  #prediction: Prediction;
  #weights: number[];
  #information: Information;
  #damping = 1e-4;
  #iterations = 0;

  constructor(problem: Problem, start: readonly number[], groups: Group[], base: Prediction, algebra: Algebra) {
    this.#problem = problem;
    this.#start = start;
    this.#groups = groups;
    this.#algebra = algebra;
    this.#logs = groups.map(() => 0);
    this.#columnsAt = this.#logs;
    this.#columns = groups.map((group) => this.#whole(group, group.column));
    this.#prediction = base;
    this.#weights = problem.weights(base);
    this.#information = this.#inform();
  }

  async run(): Promise<void> {
    while (this.#groups.length > 0 && this.#iterations < ITERATIONS && (await this.#improve())) {
      this.#iterations++;
      this.#weights = this.#problem.weights(this.#prediction);
      if (this.#logs.some((value, g) => Math.abs(value - this.#columnsAt[g]!) > FRESH)) await this.#look();
      this.#information = this.#inform();
    }
  }

  #inform(): Information {
    const columns = this.#columns.map((column, g) => times(column, Math.exp(this.#logs[g]! - this.#columnsAt[g]!)));
    return new Information(this.#problem, columns, this.#weights, this.#algebra);
  }

  /** ns by number, at some factors. */
  #costs(logs: readonly number[]): number[] {
    const costs = [...this.#start];
    for (const [g, group] of this.#groups.entries()) for (const cost of group.costs) costs[cost]! *= Math.exp(logs[g]!);
    return costs;
  }

  async #look(): Promise<void> {
    const costs = this.#costs(this.#logs);
    this.#columns = [];
    for (const group of this.#groups)
      this.#columns.push(this.#whole(group, await this.#problem.column(costs, group.costs[0]!, group.step, this.#prediction)));
    this.#columnsAt = this.#logs;
  }

  /** A group's column, which is the sum of those of its costs. */
  #whole({ costs, weights }: Group, column: Column): Column {
    const share = costs.reduce((sum, cost, i) => sum + (weights[i]! * this.#start[cost]!) / this.#start[costs[0]!]!, 0);
    return times(column, share);
  }

  /** A step that makes the differences smaller. False: there is none, or it is too small to matter. */
  async #improve(): Promise<boolean> {
    const before = this.#length(this.#prediction);
    for (let trial = 0; trial < TRIALS; trial++) {
      const { step, inErrors } = this.#information.step(this.#prediction, this.#damping);
      if (inErrors < SETTLED) return false;
      const most = Math.max(...step.map(Math.abs));
      const logs = this.#logs.map((value, g) => value + step[g]! * Math.min(1, LARGEST / most));
      const prediction = await this.#problem.predict(this.#costs(logs));
      if (this.#length(prediction) < before) {
        [this.#logs, this.#prediction] = [logs, prediction];
        this.#damping /= 10;
        return true;
      }
      this.#damping *= 30;
    }
    return false;
  }

  /** Of the weighted differences. */
  #length({ differences }: Prediction): number {
    return Math.hypot(...differences.map((value, i) => value * this.#weights[i]!));
  }

  outcome(): Omit<Fit, "without" | "runs"> {
    const free = Math.max(0, this.#weights.length - this.#information.known().length);
    const sigma = free > 0 ? this.#length(this.#prediction) / Math.sqrt(free) : 1;
    const scale = Math.max(1, sigma);
    const errors = this.#information.errors(this.#prediction, scale);
    const half = (error: number): number | undefined => (error > MOST_ERROR ? undefined : (error / scale) * halfWidth(sigma, free));
    return {
      costs: this.#costs(this.#logs),
      fitted: this.#groups.map((group, g) => ({ group, factor: Math.exp(this.#logs[g]!), half: half(errors[g]!) })),
      open: this.#open(this.#information.known(scale)),
      predicted: this.#prediction.values,
      sigma,
      free,
      iterations: this.#iterations,
    };
  }

  #open(known: number[]): Fit["open"] {
    const open = [...this.#groups.keys()].filter((k) => !known.includes(k));
    return open.map((k) =>
      this.#groups
        .map((group, g) => ({ group, part: this.#information.part(g, k) }))
        .filter(({ part }) => Math.abs(part) > 0.2)
        .sort((a, b) => Math.abs(b.part) - Math.abs(a.part)),
    );
  }
}
