/** When generated frames come, held against the definitions: rates, variances of counts, distributions. */
import { describe, expect, test } from "vitest";
import { chiSquare, chiSquareLimit, meanOf, varianceOf } from "../support/fit.ts";
import { countsIn, type Said, SECOND, TrafficSource } from "./traffic_source.ts";

const MS = SECOND / 1000n;
const US = SECOND / 1_000_000n;
const timesOf = (said: Said, n: number, seed = 1): bigint[] => new TrafficSource([said], seed).times(n);

/** Within 4 standard deviations of a Poisson count. */
const agrees = (count: number, expected: number): void => expect(Math.abs(count - expected)).toBeLessThan(4 * Math.sqrt(expected));

/**
 * Variance over mean of counts. The variance of a sample variance comes from the fourth moment of the counts themselves, that of the mean from `limit`, the
 * index for long windows, as windows side by side may be correlated.
 */
const expectIndex = (counts: readonly number[], index: number, limit: number): void => {
  const n = counts.length;
  const mean = meanOf(counts);
  const variance = varianceOf(counts);
  const fourth = meanOf(counts.map((count) => (count - mean) ** 4));
  const sigma = Math.sqrt((fourth - variance ** 2) / n) / mean + index * Math.sqrt(limit / (mean * n));
  expect(Math.abs(variance / mean - index)).toBeLessThan(4 * sigma);
};

describe("batches", () => {
  test("constant ones at constant distances: frames of a batch at one time, the rate is that of frames", () => {
    const times = timesOf({ rate: "1Mpps", batch: 4 }, 12);
    expect(times).toEqual([4n, 4n, 4n, 4n, 8n, 8n, 8n, 8n, 12n, 12n, 12n, 12n].map((us) => us * US));
  });

  test("a count ends in the middle of one", () => {
    expect(timesOf({ rate: "1Mpps", batch: 4, count: 6 }, 100)).toHaveLength(6);
  });

  test.each([
    // Compound Poisson: variance of a count / mean = E(X^2) / E(X).
    ["constant", 8, 8],
    ["geometric", 8, 2 * 8 - 1],
  ] as const)("Poisson batches, %s with a mean of %i: index of dispersion %d, and the rate", (law, frames, index) => {
    const times = timesOf({ arrivals: "poisson", rate: "10Mpps", batch: { frames, law } }, 1_000_000, 3);
    const n = Number(times.at(-1)! / (4n * US));
    const counts = countsIn(times, 4n * US, n);
    expect(Math.abs(meanOf(counts) - 40)).toBeLessThan(4 * Math.sqrt((40 * index) / n));
    expectIndex(counts, index, index);
  });

  test("sizes of geometric batches are geometric", () => {
    const sizes = new Map<bigint, number>();
    for (const time of timesOf({ rate: "1Mpps", batch: { frames: 3, law: "geometric" } }, 90_000, 4)) sizes.set(time, (sizes.get(time) ?? 0) + 1);
    const all = [...sizes.values()].slice(0, -1);
    const most = 15;
    const counts = new Array<number>(most).fill(0);
    for (const size of all) counts[Math.min(size, most) - 1]!++;
    const expected = counts.map((_, i) => all.length * (i < most - 1 ? (2 / 3) ** i / 3 : (2 / 3) ** i));
    expect(chiSquare(counts, expected)).toBeLessThan(chiSquareLimit(most - 1));
  });
});

describe("bursts", () => {
  test("constant ones: so many frames in each, the gap goes on in the next one", () => {
    const times = timesOf({ rate: "1Mpps", bursts: { on: "2500ns", off: "10us", onLaw: "constant", offLaw: "constant" } }, 10);
    expect(times.map((time) => Number(time / 1000n))).toEqual([1000, 2000, 13_000, 14_000, 15_000, 26_000, 27_000, 38_000, 39_000, 40_000]);
  });

  test("a frame may come at the end of a burst, and every burst is alike then", () => {
    const times = timesOf({ rate: "1Mpps", bursts: { on: "3us", off: "7us", onLaw: "constant", offLaw: "constant" } }, 9);
    expect(times.map((time) => time / US)).toEqual([1n, 2n, 3n, 11n, 12n, 13n, 21n, 22n, 23n]);
  });

  test("Poisson in exponential ones: rate and index of dispersion of an interrupted Poisson process", () => {
    const [on, off, rate] = [20, 60, 1]; // us, per us
    const window = 200;
    const times = timesOf({ arrivals: "poisson", rate: "1Mpps", bursts: { on: `${on}us`, off: `${off}us` } }, 1_000_000, 5);
    const n = Number(times.at(-1)! / (BigInt(window) * US));
    const counts = countsIn(times, BigInt(window) * US, n);
    const [alpha, beta] = [1 / on, 1 / off];
    const sum = alpha + beta;
    // Fischer and Meier-Hellstern: The Markov-modulated Poisson process cookbook, 1993.
    const index = 1 + ((2 * rate * alpha) / sum ** 2) * (1 - (1 - Math.exp(-sum * window)) / (sum * window));
    const limit = 1 + (2 * rate * alpha) / sum ** 2;
    const expected = (rate * on * window) / (on + off);
    expect(Math.abs(meanOf(counts) - expected)).toBeLessThan(4 * Math.sqrt((expected * limit) / n));
    expectIndex(counts, index, limit);
  });

  test("no frame comes where a constant pause is", () => {
    const bursts = { on: "30us", off: "70us", onLaw: "constant", offLaw: "constant" } as const;
    const times = timesOf({ arrivals: "poisson", rate: "1Mpps", bursts }, 100_000, 6);
    expect(times.filter((time) => (time - 1n) % (100n * US) >= 30n * US)).toEqual([]);
    agrees(
      countsIn(times, 100n * US, 3000).reduce((sum, n) => sum + n, 0),
      3000 * 30,
    );
  });
});

describe("schedules", () => {
  const schedule = [
    { at: 0, rate: "1Mpps" },
    { at: "2ms", rate: "5Mpps", ramp: "4ms" },
    { at: "7ms", rate: 0 },
    { at: "8ms", rate: "2Mpps", ramp: "1ms" },
    { at: "10ms", rate: 0, ramp: "2ms" },
  ];
  /** Frames up to a time in ms: the integral of the rate, per 1000. */
  const work = (ms: number): number => {
    const pieces: [number, number, number, number][] = [
      [0, 2, 1, 1],
      [2, 6, 1, 5],
      [6, 7, 5, 5],
      [7, 8, 0, 0],
      [8, 9, 0, 2],
      [9, 10, 2, 2],
      [10, 12, 2, 0],
    ];
    return pieces.reduce((sum, [from, to, a, b]) => {
      const x = Math.min(to, Math.max(from, ms)) - from;
      return sum + 1000 * (a * x + ((b - a) * x * x) / (2 * (to - from)));
    }, 0);
  };
  const total = work(12);

  test("constant: the n-th frame comes when the integral of the rate is n", () => {
    const times = timesOf({ schedule }, 100_000);
    expect(times.length).toBeGreaterThanOrEqual(Math.floor(total) - 1);
    expect(times.length).toBeLessThanOrEqual(Math.floor(total));
    for (const [i, time] of times.entries()) {
      const [before, after] = [work(Number(time - 4n) / 1e9), work(Number(time + 4n) / 1e9)];
      expect(before, `frame ${i}`).toBeLessThanOrEqual(i + 1 + 1e-6);
      expect(after, `frame ${i}`).toBeGreaterThanOrEqual(i + 1 - 1e-6);
    }
  });

  test("constant steps: exact over long times, whatever the gaps round to", () => {
    const times = timesOf({ schedule: [{ at: 0, rate: 3 }] }, 3_000);
    expect(times[2999]).toBe(1000n * SECOND);
    expect(times[0]).toBe((SECOND + 2n) / 3n);
  });

  test("Poisson: counts per interval are those of the rate, and as widely spread", () => {
    const runs = 60;
    const parts = 24;
    const counts = new Array<number>(parts).fill(0);
    let squares = 0;
    for (let seed = 0; seed < runs; seed++) {
      const own = countsIn(timesOf({ arrivals: "poisson", schedule }, 100_000, seed), MS / 2n, parts);
      for (const [i, n] of own.entries()) {
        counts[i]! += n;
        const expected = work((i + 1) / 2) - work(i / 2);
        if (expected > 0) squares += (n - expected) ** 2 / expected;
      }
    }
    const expected = counts.map((_, i) => runs * (work((i + 1) / 2) - work(i / 2)));
    const used = expected.flatMap((n, i) => (n > 0 ? [i] : []));
    expect(counts.filter((_, i) => !used.includes(i)).every((n) => n === 0)).toBe(true);
    expect(
      chiSquare(
        used.map((i) => counts[i]!),
        used.map((i) => expected[i]!),
      ),
    ).toBeLessThan(chiSquareLimit(used.length));
    expect(Math.abs(squares - runs * used.length)).toBeLessThan(4 * Math.sqrt(2 * runs * used.length));
  });

  test("Poisson in a ramp: times are distributed as its integral", () => {
    const times = timesOf({ arrivals: "poisson", schedule: [{ at: 0, rate: "4Mpps", ramp: "20ms" }], stop: "20ms" }, 100_000, 9);
    agrees(times.length, 40_000);
    const cells = 40;
    const counts = new Array<number>(cells).fill(0);
    for (const time of times) counts[Math.min(cells - 1, Math.floor(cells * (Number(time) / 20e9) ** 2))]!++;
    expect(chiSquare(counts, new Array<number>(cells).fill(times.length / cells))).toBeLessThan(chiSquareLimit(cells - 1));
  });

  test("long ramps have coarse ticks, and nothing is lost in them", () => {
    const times = timesOf({ schedule: [{ at: 0, rate: 1000, ramp: "600s" }], stop: "600s" }, 400_000);
    expect(Math.abs(times.length - 300_000)).toBeLessThanOrEqual(1);
    const middle = times.filter((time) => time <= 300n * SECOND).length;
    expect(Math.abs(middle - 75_000)).toBeLessThanOrEqual(1);
  });

  test("batches in a schedule keep the rate of frames; times count from the start", () => {
    const times = timesOf({ schedule: [{ at: "1ms", rate: "1Mpps" }], batch: 10, start: "5ms" }, 20);
    expect(times).toEqual([...new Array(10).fill(6n * MS + 10n * US), ...new Array(10).fill(6n * MS + 20n * US)]);
  });

  test("a schedule that ends with no rate lets a run end", () => {
    expect(
      timesOf(
        {
          schedule: [
            { at: 0, rate: "1Mpps" },
            { at: "10us", rate: 0 },
          ],
        },
        100,
      ),
    ).toHaveLength(10);
  });
});
