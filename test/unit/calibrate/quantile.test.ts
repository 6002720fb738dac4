import { expect, test } from "vitest";
import { halfWidth, studentQuantile } from "../../../src/calibrate/quantile.ts";

/** Of any table of Student's distribution, 95 % on both sides. */
test.each([
  [1, 12.706],
  [2, 4.303],
  [3, 3.182],
  [5, 2.571],
  [10, 2.228],
  [30, 2.042],
  [1e6, 1.96],
])("Student's distribution with %d degrees of freedom: %d", (free, expected) => {
  expect(Math.abs(studentQuantile(free) / expected - 1)).toBeLessThan(0.01);
});

test("errors that are larger than declared widen an interval, smaller ones do not narrow it", () => {
  expect(halfWidth(2, 5)).toBeCloseTo(2 * studentQuantile(5), 12);
  expect(halfWidth(0.3, 5)).toBeCloseTo(1.96, 4);
  expect(halfWidth(1, 0)).toBeCloseTo(1.96, 4);
});
