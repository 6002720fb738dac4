/** Captures as traffic: exact to the picosecond in every loop, byte for byte. */
import { describe, expect, test } from "vitest";
import type { CaptureTraffic, TrafficFrame } from "../../src/types.ts";
import { type Said, TrafficSource } from "./traffic_source.ts";

const FRAMES: TrafficFrame[] = [0n, 7n, 7n, 1_000_003n, 2_000_000_001n].map((time, i) => ({
  time: 10n ** 30n + time,
  data: Uint8Array.from({ length: [60, 61, 1514, 1, 333][i]! }, (_, at) => (i * 37 + at) & 0xff),
}));
const at = FRAMES.map(({ time }) => time - FRAMES[0]!.time);
const LAST = at.at(-1)!;

const captured = (capture: Partial<CaptureTraffic>, more: Said = {}): TrafficSource =>
  new TrafficSource([{ arrivals: "capture", capture: { frames: FRAMES, ...capture }, ...more }]);

/** Rounded down, by the definition. */
const expectedTimes = (loops: number, period: bigint, over = 1n, under = 1n, start = 0n): bigint[] =>
  Array.from({ length: loops }, (_, n) => at.map((time) => start + ((BigInt(n) * period + time) * under) / over)).flat();

test("frames come as they were, at their own distances, and no more", () => {
  const frames = captured({}, { start: "5us" }).take(100);
  expect(frames.map(({ time }) => time)).toEqual(at.map((time) => 5_000_000n + time));
  expect(frames.map(({ bytes }) => bytes)).toEqual(FRAMES.map(({ data }) => data));
});

describe("loops", () => {
  test("the derived period is from the first frame to the last and the mean distance", () => {
    expect(captured({ loops: 4 }).times(100)).toEqual(expectedTimes(4, LAST + LAST / 4n));
  });

  test.each<[CaptureTraffic["speed"], bigint, bigint]>([
    [2, 2n, 1n],
    ["1/3", 1n, 3n],
    ["7/3", 7n, 3n],
    [0.001, 1n, 1000n],
    ["999999937/999999929", 999_999_937n, 999_999_929n],
    ["12.5", 25n, 2n],
  ])("at speed %s the hundredth loop is exact", (speed, over, under) => {
    const times = captured({ loops: 100, period: "2001us", speed: speed! }, { start: 3 }).times(1000);
    expect(times).toEqual(expectedTimes(100, 2_001_000_000n, over, under, 3000n));
  });

  test("bytes are those of the capture in every loop", () => {
    const frames = captured({ loops: 3 }).take(100);
    expect(frames).toHaveLength(15);
    for (const [i, { bytes }] of frames.entries()) expect(bytes).toEqual(FRAMES[i % 5]!.data);
  });

  test("forever ends with the stop, or with the count", () => {
    expect(captured({ loops: "forever" }, { count: 12 }).times(100)).toEqual(expectedTimes(3, LAST + LAST / 4n).slice(0, 12));
    const stop = expectedTimes(3, LAST + LAST / 4n)[8]!;
    expect(captured({ loops: "forever" }, { stop: `${stop}ps` }).times(100)).toHaveLength(8);
  });
});

test("it can begin anywhere: what was before is left out in the first loop alone", () => {
  const from = 1_000_000n;
  const times = captured({ loops: 3, speed: "7/3", from: `${from}ps` }, { start: 1 }).times(100);
  const shifted = Array.from({ length: 3 }, (_, n) =>
    at.map((time) => {
      const parts = (BigInt(n) * (LAST + LAST / 4n) + time - from) * 3n;
      return 1000n + (parts - (((parts % 7n) + 7n) % 7n)) / 7n;
    }),
  ).flat();
  expect(times).toEqual(shifted.slice(3));
});

test("the same capture is in memory once, with 16 bytes for each frame", () => {
  const bytes = FRAMES.reduce((sum, { data }) => sum + 16 + Math.ceil(data.length / 8) * 8, 0);
  const twice = [{}, { if: "em1" }].map((said): Said => ({ arrivals: "capture", capture: { frames: FRAMES }, ...said }));
  expect(new TrafficSource(twice).tables).toBe(Math.ceil(bytes / 64) * 64);
});

test("among other traffic of the interface frames keep their times", () => {
  const capture: Said = { arrivals: "capture", capture: { frames: FRAMES, loops: 3 } };
  const all = new TrafficSource([{ rate: "100kpps" }, capture]).take(1000).filter(({ generator }) => generator === 1);
  expect(all.length).toBeGreaterThan(5);
  expect(all.map(({ time }) => time)).toEqual(captured({ loops: 3 }).times(all.length));
});
