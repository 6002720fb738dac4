/** The statistics that rows are judged by, on numbers whose distribution is known. */
import { describe, expect, test } from "vitest";
import { FINE_BITS } from "../../assembly/abi.ts";
import { compare, ruleOf } from "./accept.ts";
import { estimate, meanSquare, quantile, spreadOf } from "./statistics.ts";
import type { Window } from "./window.ts";

/** Numbers from 0 to 1, the same each time (Marsaglia's xorshift). */
const numbers = (seed: number): (() => number) => {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 2 ** 32;
  };
};

const BUCKETS = 46 * 2 ** FINE_BITS;
/** Where assembly/stats/histogram.ts counts a value. */
const bucketOf = (value: number): number => {
  const octave = Math.max(0, Math.floor(Math.log2(value)) - FINE_BITS);
  return octave * 2 ** FINE_BITS + Math.floor(value / 2 ** octave);
};

const windowOf = (values: readonly number[]): Window => {
  const hits = new Float64Array(BUCKETS);
  for (const value of values) hits[bucketOf(value)]!++;
  return {
    sums: new Map([
      ["n", values.length],
      ["sum", values.reduce((sum, value) => sum + value, 0)],
    ]),
    histograms: new Map([["all", hits]]),
    maxima: new Map(),
  };
};

const quantities = ({ sums, histograms }: Window): Record<string, number> => {
  const hits = histograms.get("all")!;
  const mean = sums.get("sum")! / sums.get("n")!;
  return { mean, variance: meanSquare(hits) - mean * mean, p99: quantile(hits, 0.99) };
};

describe("an exponential distribution cut into 32 parts", () => {
  const MEAN = 1e6;
  const next = numbers(7);
  const parts = Array.from({ length: 32 }, () => windowOf(Array.from({ length: 5000 }, () => Math.floor(-Math.log(1 - next()) * MEAN))));
  const found = estimate(parts, quantities);

  test.each([
    // Of n exponential numbers: standard deviations 1, sqrt(8) and sqrt(99) of the mean, over sqrt(n).
    ["mean", MEAN, MEAN / Math.sqrt(160_000)],
    ["variance", MEAN ** 2, (MEAN ** 2 * Math.sqrt(8)) / Math.sqrt(160_000)],
    ["p99", Math.log(100) * MEAN, (MEAN * Math.sqrt(99)) / Math.sqrt(160_000)],
  ])("%s: value and standard error are right", (name, value, error) => {
    const { value: measured, error: standardError, correlation } = found[name]!;
    expect(Math.abs(measured - value)).toBeLessThan(4 * error);
    // A standard deviation of 32 numbers is known to 1 / sqrt(62) of it.
    expect(Math.abs(standardError / error - 1)).toBeLessThan(4 / Math.sqrt(62));
    expect(Math.abs(correlation) * Math.sqrt(32)).toBeLessThan(4);
  });
});

test("for means it is the method of batch means", () => {
  const values = [3, 5, 4, 8];
  const { mean } = estimate(
    values.map((value) => windowOf([value])),
    quantities,
  );
  expect(mean!.error).toBeCloseTo(spreadOf(values).error, 12);
});

test("parts that depend on each other are seen", () => {
  const slow = Array.from({ length: 32 }, (_, i) => Math.sin(i / 5));
  expect(spreadOf(slow).correlation * Math.sqrt(32)).toBeGreaterThan(3);
});

describe("quantile", () => {
  test("of values in one bucket is where they lie if they lie evenly", () => {
    const hits = new Float64Array(BUCKETS);
    hits[bucketOf(2 ** 20)] = 100;
    expect(quantile(hits, 0.25)).toBe(2 ** 20 + 2 ** (20 - FINE_BITS) / 4);
  });

  test("is exact where a bucket has one value", () => {
    expect(quantile(windowOf([0.5, 7, 7, 900].map(Math.floor)).histograms.get("all")!, 0.5)).toBe(7);
  });
});

describe("a comparison", () => {
  const SAMPLING = { packets: 1e6, parts: 32 };
  const found = (value: number, error: number, correlation = 0) => ({ value, error, correlation });
  const verdict = (reference: number, estimated: ReturnType<typeof found>, name = "W", exact = false): string =>
    compare(name, reference, ruleOf(name, reference, exact), estimated, SAMPLING).verdict;

  test("passes within 1 %, or four standard errors of at most 0.5 %", () => {
    expect(verdict(100, found(100.9, 0.1))).toBe("passed");
    expect(verdict(100, found(101.1, 0.1))).toBe("failed");
    expect(verdict(100, found(101.9, 0.49))).toBe("passed");
    expect(verdict(100, found(100, 0.51))).toBe("not accurate enough");
    expect(verdict(100, found(Number.NaN, Number.NaN))).not.toBe("passed");
  });

  test("needs half a per cent also when no more packets are left", () => {
    const atLimit = (name: string) => compare(name, 100, "mean", found(100, 0.51), { packets: 1e9, parts: 32 }).verdict;
    expect([atLimit("W"), atLimit("p_block")]).toEqual(["not accurate enough", "not accurate enough"]);
  });

  test("of parts that depend on each other has a larger error", () => {
    const { standardError } = compare("W", 100, "mean", found(100, 0.1, 0.6), SAMPLING);
    expect(standardError).toBeCloseTo(0.1 * Math.sqrt(1.6 / 0.4), 12);
    expect(compare("W", 100, "mean", found(100, 0.1, 0.4), SAMPLING).standardError).toBe(0.1);
    expect(compare("W", 100, "mean", found(100, 0.3, 0.6), SAMPLING).tolerance).toBeCloseTo(1.2, 12);
    expect(verdict(100, found(100, 0.3, 0.6))).toBe("not accurate enough");
    expect(verdict(100, found(Number.NaN, Number.NaN))).not.toBe("passed");
  });

  test("of small probabilities is by standard errors alone, and of the smallest that nothing was seen", () => {
    expect(verdict(5e-5, found(5.9e-5, 3e-6), "p_block")).toBe("passed");
    expect(verdict(5e-5, found(9e-5, 8e-6), "p_block")).toBe("failed");
    expect(verdict(1e-10, found(0, 0), "p0")).toBe("passed");
    expect(verdict(1e-10, found(1e-12, 1e-12), "p0")).toBe("failed");
  });

  test("of rare events that come together allows for seeing none of them", () => {
    const none = (cluster: number) => compare("p_block", 1.4e-7, "rare", found(0, 0), { packets: 1e8, parts: 32, cluster });
    expect([none(1).verdict, none(10).verdict]).toEqual(["passed", "passed"]);
    expect(none(10).standardError / none(1).standardError).toBeCloseTo(Math.sqrt(19), 12);
    const more = (packets: number, cluster: number) => compare("p_block", 1.4e-7, "rare", found(0, 0), { packets, parts: 32, cluster }).verdict;
    expect([more(2e8, 1), more(2e8, 10), more(1e10, 10)]).toEqual(["failed", "passed", "failed"]);
  });

  test("of a bound is about what may not be reached", () => {
    const bound = (value: number) => compare("max_delay", 110, "bound", found(value, 0), SAMPLING).verdict;
    expect([82, 110, 110.001, 0].map(bound)).toEqual(["passed", "passed", "failed", "failed"]);
  });

  test("that is exact allows for the digits of the reference alone", () => {
    expect(verdict(1 / 3, found(1 / 3, 0), "throughput", true)).toBe("passed");
    expect(verdict(1 / 3, found(1 / 3 + 1e-9, 0), "throughput", true)).toBe("failed");
    expect(verdict(0, found(0, 0), "wait", true)).toBe("passed");
    expect(verdict(0, found(1e-9, 0), "wait", true)).toBe("failed");
  });
});
