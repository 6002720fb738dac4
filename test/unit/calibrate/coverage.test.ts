/**
 * What a 95 % interval is: over data, errors and runs of other seeds each time it holds the truth in 95 of 100 cases. Runs are short and points are measured
 * often, so that most of what is unknown is the model's own noise.
 */
import { beforeAll, expect, test } from "vitest";
import { chanceOfAtMost } from "../../support/binomial.ts";
import { calibrated, changed, measured, numberOf } from "../../support/calibration.ts";
import { LONG, LONG_TIMEOUT } from "../../support/long.ts";

const NAMES = ["RxFrame", "Interrupt", "IpFlow", "BridgeLookup"];
const TRUTH = changed({ RxFrame: 1.3, Interrupt: 0.75, IpFlow: 1.3, BridgeLookup: 1.3 });
const SEEDS = LONG ? 40 : 6;
const TIMES = 12;
const PACKETS = 600;
/** A bound is passed by chance, on each side and of each cost, in one of a thousand cases. */
const CHANCE = 0.001;
/** Of the normal distribution. */
const QUANTILE = 3.0902;

/** By cost: how far off each fit is, in half widths of its interval. */
const off = new Map<string, number[]>(NAMES.map((name) => [name, []]));

beforeAll(async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const points = await measured(TRUTH, 2000 + seed, 3000 + seed, TIMES);
    const { costs, fitted } = await calibrated(points, NAMES, seed, PACKETS);
    for (const [g, name] of NAMES.entries()) {
      const half = fitted[g]?.half;
      expect(half, name).toBeDefined();
      off.get(name)!.push(Math.log(costs[numberOf(name)]! / TRUTH[numberOf(name)]!) / half!);
    }
  }
}, LONG_TIMEOUT);

test("the bound is exact: of 6 intervals 3 may miss, and of 40 seven", () => {
  expect(chanceOfAtMost(6, 6, 0.95)).toBeCloseTo(1, 12);
  expect([chanceOfAtMost(2, 6, 0.95) < CHANCE, chanceOfAtMost(3, 6, 0.95) >= CHANCE]).toEqual([true, true]);
  expect([chanceOfAtMost(32, 40, 0.95) < CHANCE, chanceOfAtMost(33, 40, 0.95) >= CHANCE]).toEqual([true, true]);
});

test.each(NAMES)("%s: no more intervals miss the truth than of 95 % may", (name) => {
  const hits = off.get(name)!.filter((one) => Math.abs(one) <= 1).length;
  expect(chanceOfAtMost(hits, SEEDS, 0.95)).toBeGreaterThanOrEqual(CHANCE);
});

/** Wilson and Hilferty's approximation of the chi-square distribution's quantiles. */
const chiSquare = (free: number, quantile: number): number => free * (1 - 2 / (9 * free) + quantile * Math.sqrt(2 / (9 * free))) ** 3;

test.each(NAMES)("%s: intervals are neither too narrow nor too wide for how far off the fits are", (name) => {
  const square = off.get(name)!.reduce((sum, one) => sum + (1.96 * one) ** 2, 0);
  expect(square).toBeLessThan(chiSquare(SEEDS, QUANTILE));
  expect(square).toBeGreaterThan(chiSquare(SEEDS, -QUANTILE));
});
