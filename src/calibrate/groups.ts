/** Costs that the data cannot tell apart: their columns point in one direction, so that only a sum of them is seen. */
import { cosine, norm, type Problem, stepOf } from "./problem.ts";

/** A cost, or several of which only a weighted sum counts. */
export interface Group {
  costs: number[];
  /** What a nanosecond of each does, the first one's being 1. */
  weights: number[];
  /** ns by which the first one is moved to see what that changes. */
  step: number;
}

export interface Screened {
  groups: Group[];
  /** Costs that move nothing. */
  without: number[];
}

/** Columns at least so near to each other are measured once more with one step; and then are taken for one. */
const SUSPECT = 0.97;
const SAME = 0.9995;
/** A step changes values by so much, if that takes no more than this many times the cost: less is lost in what any change of order changes. */
const CHANGE = 0.03;
const LARGEST = 4;

/** `least`: columns shorter than that have no effect. */
export const screen = async (problem: Problem, costs: readonly number[], candidates: readonly number[], least: number): Promise<Screened> => {
  const base = await problem.predict(costs);
  await problem.weigh(costs, base);
  const columns = new Map<number, number[]>();
  const steps = new Map<number, number>();
  const without: number[] = [];
  for (const cost of candidates) {
    const { column, step } = await columnOf(problem, costs, cost, base);
    steps.set(cost, step);
    if (norm(column) < least) without.push(cost);
    else columns.set(cost, column);
  }
  const groups: Group[] = [];
  for (const [cost, column] of columns) {
    const own = groups.find(({ costs: [first] }) => cosine(columns.get(first!)!, column) > SUSPECT);
    const step = Math.max(steps.get(cost)!, own?.step ?? 0);
    const weight = own && (await weightBeside(problem, costs, own.costs[0]!, cost, base, step));
    if (own && weight !== undefined) {
      own.costs.push(cost);
      own.weights.push(weight);
    } else groups.push({ costs: [cost], weights: [1], step });
  }
  return { groups, without };
};

/** How a cost moves the values, with a step that is large enough. */
const columnOf = async (
  problem: Problem,
  costs: readonly number[],
  cost: number,
  base: readonly number[],
): Promise<{ column: number[]; step: number }> => {
  const first = stepOf(costs[cost]!);
  const column = await problem.column(costs, cost, first, base);
  const change = ((norm(column) / Math.sqrt(base.length)) * first) / costs[cost]!;
  if (change > CHANGE / 2) return { column, step: first };
  const step = 2 ** Math.floor(Math.log2(Math.min(LARGEST * costs[cost]!, (first * CHANGE) / Math.max(change, 1e-6))));
  return { column: await problem.column(costs, cost, step, base), step };
};

/** What a nanosecond of a cost does against one of the first; undefined: something else. */
const weightBeside = async (
  problem: Problem,
  costs: readonly number[],
  first: number,
  cost: number,
  base: readonly number[],
  step: number,
): Promise<number | undefined> => {
  const [a, b] = [await problem.column(costs, first, step, base), await problem.column(costs, cost, step, base)];
  if (cosine(a, b) < SAME) return undefined;
  return norm(b) / costs[cost]! / (norm(a) / costs[first]!);
};
