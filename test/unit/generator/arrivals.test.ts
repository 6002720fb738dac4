import { describe, expect, test } from "vitest";
import { ArrivalKind, GENERATOR_RECORD } from "../../../assembly/abi.ts";
import { chiSquare, chiSquareLimit, meanOf, varianceOf } from "../../support/fit.ts";
import { NEVER, Source, type Traffic } from "./support.ts";

const times = (traffic: Source, n: number): bigint[] => traffic.takeMany(n).map(({ time }) => time);
const POISSON = { kind: ArrivalKind.Poisson, interval: 100_000n };
const N = 200_000;

describe("constant arrivals", () => {
  test("the first is one interval after the start, the others follow at that distance", () => {
    expect(times(new Source().attach({ start: 500n, interval: 70n }), 4)).toEqual([570n, 640n, 710n, 780n]);
  });

  test("the next one stands there until it is written", () => {
    const traffic = new Source().attach({ interval: 70n });
    expect([traffic.next(), traffic.next()]).toEqual([70n, 70n]);
    traffic.take();
    expect(traffic.next()).toBe(140n);
  });
});

describe("Poisson arrivals", () => {
  test("mean, variance and quantiles of the gaps are those of the exponential distribution", () => {
    const gaps = new Source(11).attach(POISSON).gaps(N);
    const mean = Number(POISSON.interval);
    expect(Math.abs(meanOf(gaps) / mean - 1)).toBeLessThan(4 / Math.sqrt(N));
    expect(Math.abs(varianceOf(gaps) / mean ** 2 - 1)).toBeLessThan(4 * Math.sqrt(8 / N));
    const cells = 50;
    const counts = new Array<number>(cells).fill(0);
    for (const gap of gaps) counts[Math.min(cells - 1, Math.floor(cells * -Math.expm1(-gap / mean)))]!++;
    expect(chiSquare(counts, new Array<number>(cells).fill(N / cells))).toBeLessThan(chiSquareLimit(cells - 1));
  });

  test("numbers of arrivals in windows of ten intervals are spread as widely as they are large", () => {
    const gaps = new Source(12).attach(POISSON).gaps(N);
    const windows = new Array<number>(N / 10 - 400).fill(0);
    let now = 0;
    for (const gap of gaps) {
      now += gap;
      const window = Math.floor(now / 1_000_000);
      if (window < windows.length) windows[window]!++;
    }
    expect(Math.abs(meanOf(windows) - 10)).toBeLessThan(0.1);
    expect(Math.abs(varianceOf(windows) / meanOf(windows) - 1)).toBeLessThan(0.04);
  });

  test("the first gap is as random as the others", () => {
    const firsts = Array.from({ length: 300 }, (_, seed) => Number(new Source(seed).attach(POISSON).next()));
    expect(Math.abs(meanOf(firsts) / 100_000 - 1)).toBeLessThan(4 / Math.sqrt(300));
  });

  test("ports and seeds have streams of their own", () => {
    const traffic = new Source(1).attach(POISSON, 0).attach(POISSON, 1);
    const firsts = [traffic.next(0), traffic.next(1), new Source(2).attach(POISSON).next()];
    expect(new Set(firsts).size).toBe(3);
  });
});

describe("the last one", () => {
  test.each<[string, Traffic, bigint[]]>([
    ["comes before the stop", { interval: 100n, stop: 301n }, [100n, 200n, 300n]],
    ["does not come at the stop", { interval: 100n, stop: 300n }, [100n, 200n]],
    ["is the count-th", { interval: 100n, count: 2n }, [100n, 200n]],
    ["is none if the count is 0", { interval: 100n, count: 0n }, []],
    ["is none if the stop is at the start", { interval: 100n, start: 50n, stop: 50n }, []],
    ["is whichever of the two ends first", { interval: 100n, stop: 1_000n, count: 3n }, [100n, 200n, 300n]],
    ["is none without arrivals", { kind: ArrivalKind.None }, []],
  ])("%s", (_, traffic, expected) => {
    const made = new Source().attach(traffic);
    expect(times(made, 10)).toEqual(expected);
    expect(made.next()).toBe(NEVER);
  });

  test("nothing can be written after it", () => {
    const traffic = new Source().attach({ count: 1n });
    traffic.take();
    expect(() => traffic.take()).toThrow("assertion");
  });

  test("a port that nothing was attached to never has one", () => {
    expect(new Source().next(2)).toBe(NEVER);
  });
});

test("no time at all between arrivals, times beyond the end of time, and no flows are refused", () => {
  for (const traffic of [{ interval: 0n }, { interval: 1n << 54n }, { start: 1n << 54n }, { flows: 0 }])
    expect(() => new Source().attach(traffic)).toThrow("assertion");
});

describe("flows", () => {
  const FLOWS = 64;
  const shares = (traffic: Source, n: number): number[] => {
    const counts = new Array<number>(FLOWS).fill(0);
    for (let i = 0; i < n; i++) {
      traffic.parts.trafficWrite(0, traffic.room);
      counts[traffic.parts.lastFlow()]!++;
    }
    return counts;
  };

  test("in turn: each as often as the others, in order", () => {
    const traffic = new Source().attach({ flows: FLOWS });
    expect(traffic.takeMany(FLOWS * 2).map(({ flow }) => flow)).toEqual(Array.from({ length: FLOWS * 2 }, (_, i) => i % FLOWS));
    expect(shares(traffic, FLOWS * 10)).toEqual(new Array(FLOWS).fill(10));
  });

  test("by lot: shares are equal up to chance, and not more equal than that", () => {
    const counts = shares(new Source(13).attach({ flows: FLOWS, uniform: true }), N);
    const off = chiSquare(counts, new Array<number>(FLOWS).fill(N / FLOWS));
    expect(off).toBeLessThan(chiSquareLimit(FLOWS - 1));
    expect(off).toBeGreaterThan(25);
  });

  test("by lot: which flow comes does not depend on the one before", () => {
    const traffic = new Source(14).attach({ flows: 8, uniform: true });
    const pairs = new Array<number>(64).fill(0);
    let last = 0;
    for (let i = 0; i < N; i++) {
      traffic.parts.trafficWrite(0, traffic.room);
      const flow = traffic.parts.lastFlow();
      pairs[last * 8 + flow]!++;
      last = flow;
    }
    expect(chiSquare(pairs, new Array<number>(64).fill(N / 64))).toBeLessThan(chiSquareLimit(63));
  });

  test("how many there are and how they are picked moves no arrival", () => {
    const expected = times(new Source(15).attach(POISSON), 500);
    for (const more of [{ flows: 100 }, { flows: 100, uniform: true }])
      expect(times(new Source(15).attach({ ...POISSON, ...more }), 500)).toEqual(expected);
  });
});

test("frames and bytes are counted, also beyond a change of the traffic", () => {
  const traffic = new Source().attach({ length: 60 });
  traffic.takeMany(10);
  expect(traffic.made()).toEqual({ frames: 10n, bytes: 600n });
  traffic.attach({ length: 1514, start: 10n ** 9n, count: 3n });
  expect(traffic.takeMany(5)).toHaveLength(3);
  expect(traffic.made()).toEqual({ frames: 13n, bytes: 600n + 3n * 1514n });
  expect(traffic.made(1)).toEqual({ frames: 0n, bytes: 0n });
});

describe("determinism", () => {
  const MIXED = { ...POISSON, flows: 1_000, uniform: true, srcMacs: 7, dstIps: 1_000, length: 100 };

  test("the same seed gives the same arrivals; to attach twice is to attach once", () => {
    const expected = new Source(21).attach(MIXED).takeMany(300);
    expect(new Source(21).attach(MIXED).takeMany(300)).toEqual(expected);
    expect(new Source(21).attach({ length: 60 }).attach(MIXED).takeMany(300)).toEqual(expected);
    expect(new Source(22).attach(MIXED).takeMany(300)).not.toEqual(expected);
  });

  test("a copy of the records goes on as the original does", () => {
    const [original, copy] = [new Source(23).attach(MIXED), new Source(99)];
    original.takeMany(50);
    const records = (traffic: Source): Uint8Array => new Uint8Array(traffic.parts.memory.buffer, traffic.parts.generators(), GENERATOR_RECORD);
    records(copy).set(records(original));
    expect(copy.takeMany(100)).toEqual(original.takeMany(100));
  });

  test("another traffic after frames were made does not repeat their chances", () => {
    const traffic = new Source(24).attach(MIXED);
    const first = times(traffic, 50);
    traffic.attach(MIXED);
    expect(times(traffic, 50)).not.toEqual(first);
  });

  test("frames and times that these settings gave from the first version on", () => {
    const traffic = new Source(1).attach({ ...POISSON, flows: 1_000, uniform: true }).takeMany(4);
    expect(traffic.map(({ time, flow }) => [time, flow])).toEqual([
      [4306n, 929],
      [25990n, 30],
      [86375n, 710],
      [142424n, 264],
    ]);
  });
});
