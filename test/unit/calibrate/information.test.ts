/** Noise of derivatives is no information. */
import * as algebra from "ml-matrix";
import { expect, test } from "vitest";
import { type Column, Information, product } from "../../../src/calibrate/information.ts";
import { Problem } from "../../../src/calibrate/problem.ts";
import { readTable } from "../../../src/calibrate/table.ts";
import { Random } from "../../model/random.ts";

const VALUES = 40;
const WEIGHTS = Array.from({ length: VALUES }, () => 50);
const problem = new Problem(
  readTable(["cpus,offered [pps],carried [pps]", ...Array.from({ length: VALUES }, (_, i) => `1,${i + 1},1`)].join("\n")),
  async () => [],
  () => {},
);

/** Eight samples of a column that is `height` on even and `other` on odd places, with noise of up to `noise`. */
const columnOf = (height: number, other: number, noise: number, seed: number): Column => {
  const random = new Random(seed);
  return Array.from({ length: 8 }, () =>
    Array.from({ length: VALUES }, (_, i) => (i % 2 === 0 ? height : other) + (noise * (random.below(2001) - 1000)) / 1000),
  );
};

test("the product of a column with itself is that of its mean without what noise adds", () => {
  const exact = product(columnOf(0.1, 0.1, 0, 1), columnOf(0.1, 0.1, 0, 1), WEIGHTS);
  expect(exact).toBeCloseTo(VALUES * (0.1 * 50) ** 2, 6);
  const products = Array.from({ length: 200 }, (_, seed) => columnOf(0.1, 0.1, 0.3, seed)).map((column) => product(column, column, WEIGHTS));
  const mean = products.reduce((sum, one) => sum + one, 0) / products.length;
  expect(Math.abs(mean / exact - 1)).toBeLessThan(0.05);
});

test("two columns that differ by noise alone leave one direction open, and that of costs that move in it is their error", () => {
  const columns = [columnOf(0.1, 0.1, 0.2, 1), columnOf(0.1, 0.1, 0.2, 2), columnOf(0.1, -0.1, 0.2, 3)];
  const information = new Information(problem, columns, WEIGHTS, algebra);
  expect(information.known()).toHaveLength(2);
  const zero = WEIGHTS.map(() => 0);
  const errors = information.errors({ values: zero, differences: zero, samples: [zero, zero] }, 1);
  expect(errors.map((error) => error > 0.25)).toEqual([true, true, false]);
});

test("noise of the model that all values of a run share adds up", () => {
  const column = columnOf(0.1, 0.1, 0, 1);
  const zero = WEIGHTS.map(() => 0);
  const errorWith = (noise: (value: number) => number): number => {
    const sample = zero.map((_, i) => noise(i));
    const samples = [sample, sample.map((value) => -value)];
    return new Information(shared, [column], WEIGHTS, algebra).errors({ values: zero, differences: zero, samples }, 1)[0]!;
  };
  const rows = Array.from({ length: VALUES }, () => "1,1,1");
  const shared = new Problem(
    readTable(["cpus,offered [pps],carried [pps]", ...rows].join("\n")),
    async () => [],
    () => {},
  );
  const measurements = 0.02 / (0.1 * Math.sqrt(VALUES));
  expect(errorWith(() => 0)).toBeCloseTo(measurements, 6);
  expect(errorWith((i) => (i % 2 === 0 ? 0.05 : -0.05))).toBeCloseTo(measurements, 6);
  expect(errorWith(() => 0.05)).toBeCloseTo(Math.hypot(measurements, 0.05 / 0.1), 6);
});
