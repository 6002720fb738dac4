import { expect, test } from "vitest";
import { median, pairedRatio, quantile, spreadOf } from "../../../bench/support/statistics.ts";

test("a median is the value in the middle, or half way between two", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test("quartiles are interpolated between neighbours", () => {
  expect(spreadOf([5, 1, 2, 4, 3])).toEqual({ median: 3, q1: 2, q3: 4, samples: 5 });
  expect(quantile([0, 10], 0.25)).toBe(2.5);
  expect(quantile([7], 0.75)).toBe(7);
  expect(() => quantile([], 0.5)).toThrow(RangeError);
});

test("the order of samples is left alone", () => {
  const values = [3, 1, 2];
  spreadOf(values);
  expect(values).toEqual([3, 1, 2]);
});

test("a ratio is that of samples taken one after the other: what slows both leaves it as it is", () => {
  const quiet = [10, 10, 10];
  const disturbed = [20, 200, 20];
  expect(pairedRatio(disturbed, [10, 100, 10])).toBe(2);
  expect(pairedRatio(disturbed, quiet)).toBe(2);
  expect(pairedRatio([6, 8], [3, 2, 1])).toBe(3);
});
