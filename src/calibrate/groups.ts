/** Costs that the data cannot tell apart: their columns point in one direction, so that only a sum of them is seen. */
import { type Column, MOST_ERROR, product } from "./information.ts";
import { type Prediction, type Problem, stepOf } from "./problem.ts";

/** A cost, or several of which only a weighted sum counts. */
export interface Group {
  costs: number[];
  /** What a nanosecond of each does, the first one's being 1. */
  weights: number[];
  /** ns by which the first one is moved to see what that changes. */
  step: number;
  /** Of the first one, at the costs of the beginning. */
  column: Column;
}

export interface Screened {
  groups: Group[];
  /** Costs that move nothing, or so little that no other knowledge would determine them. */
  without: number[];
}

/** Columns that are at least so near to each other, noise apart, are measured once more with one step; and then, noise and all, are taken for one. */
const SUSPECT = 0.9;
const SAME = 0.9995;
/** A step changes values by about so much, if that takes no more than this many times the cost: less is lost in what any change of order changes. */
const CHANGE = 0.01;
const LARGEST = 4;

export const screen = async (problem: Problem, costs: readonly number[], candidates: readonly number[], base: Prediction): Promise<Screened> => {
  const weights = problem.weights(base);
  const without: number[] = [];
  const groups: Group[] = [];
  for (const cost of candidates) {
    const { column, step } = await columnOf(problem, costs, cost, base, weights);
    if (product(column, column, weights) < MOST_ERROR ** -2) {
      without.push(cost);
      continue;
    }
    const own = groups.find((group) => likeness(group.column, column, weights) > SUSPECT);
    const weight = own && (await weightBeside(problem, costs, own, cost, base, weights, step));
    if (own && weight !== undefined) {
      own.costs.push(cost);
      own.weights.push(weight);
    } else groups.push({ costs: [cost], weights: [1], step, column });
  }
  return { groups, without };
};

const length = (column: Column, weights: readonly number[]): number => {
  const square = column.reduce((sum, sample) => sum + sample.reduce((of, value, i) => of + (value * weights[i]!) ** 2, 0), 0);
  return Math.sqrt(square / column.length);
};

/** Cosine of the angle between two columns, without their noise. */
const likeness = (a: Column, b: Column, weights: readonly number[]): number =>
  product(a, b, weights) / Math.sqrt(product(a, a, weights) * product(b, b, weights));

/** Of the angle between two columns, noise and all: columns of the same noise are the same. */
const cosine = (a: Column, b: Column, weights: readonly number[]): number => {
  const along = a.reduce((sum, sample, s) => sum + sample.reduce((of, value, i) => of + value * b[s]![i]! * weights[i]! ** 2, 0), 0);
  return along / a.length / (length(a, weights) * length(b, weights));
};

/** How a cost moves the values, with a step that is large enough. */
const columnOf = async (
  problem: Problem,
  costs: readonly number[],
  cost: number,
  base: Prediction,
  weights: readonly number[],
): Promise<{ column: Column; step: number }> => {
  const first = stepOf(costs[cost]!);
  const column = await problem.column(costs, cost, first, base);
  const change = ((problem.error * length(column, weights)) / Math.sqrt(weights.length)) * (first / costs[cost]!);
  // No change at all: nothing does what this costs.
  if (change === 0 || change > CHANGE / 2) return { column, step: first };
  const step = 2 ** Math.floor(Math.log2(Math.min(LARGEST * costs[cost]!, (first * CHANGE) / change)));
  return step > first ? { column: await problem.column(costs, cost, step, base), step } : { column, step: first };
};

/** What a nanosecond of a cost does against one of the group's first; undefined: something else. */
const weightBeside = async (
  problem: Problem,
  costs: readonly number[],
  group: Group,
  cost: number,
  base: Prediction,
  weights: readonly number[],
  own: number,
): Promise<number | undefined> => {
  const step = Math.max(own, group.step);
  const first = group.costs[0]!;
  const a = step === group.step ? group.column : await problem.column(costs, first, step, base);
  const b = await problem.column(costs, cost, step, base);
  if (cosine(a, b, weights) < SAME) return undefined;
  return length(b, weights) / costs[cost]! / (length(a, weights) / costs[first]!);
};
