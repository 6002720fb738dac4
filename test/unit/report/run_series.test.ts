/** The parts of a run, held against the whole of it. */
import { beforeAll, describe, expect, test } from "vitest";
import { bucketBetween, seriesCsv } from "../../../src/report/index.ts";
import type { Bucket, BucketLock, BucketTimes, Results } from "../../../src/types.ts";
import type { Histogram } from "../../../src/wasm/histogram.ts";
import { brokenIdentities } from "../../support/identities.ts";
import { makeSystem, US } from "../../support/systems.ts";

/** Of unequal lengths. */
const ENDS = [100n, 400n, 500n, 1000n].map((us) => us * US);
let series: Bucket[];
let whole: Results;

beforeAll(async () => {
  const engine = await makeSystem({ n: 2, as: "slow", mode: 1, lock: "fifo", rate: 1_000_000, rxRing: 16, wire: { rate: "1Gbps" } });
  let before = engine.sample();
  series = ENDS.map((end) => {
    engine.run(end);
    const after = engine.sample();
    const bucket = bucketBetween(before, after);
    before = after;
    return bucket;
  });
  whole = engine.results();
});

const sum = (values: (number | bigint | undefined)[]): number => values.reduce<number>((total, value) => total + Number(value ?? 0), 0);
/** Mean over time of a figure of the parts. */
const overTime = (value: (bucket: Bucket) => number | undefined): number =>
  sum(series.map((bucket) => (value(bucket) ?? 0) * Number(bucket.to - bucket.from))) / Number(whole.elapsed);

test("drops of one reason by one interface are told apart by CPU", async () => {
  const sample = (await makeSystem({ n: 1, as: "bridge", mode: 1, rate: 1000 })).sample();
  const drops = (...packets: number[]) => packets.map((n, cpu) => ({ reason: "NoRoute", interface: "em0", cpu, packets: n }));
  expect(bucketBetween({ ...sample, drops: drops(3, 4) }, { ...sample, drops: drops(3, 6, 1) }).drops).toEqual(drops(0, 2, 1).slice(1));
});

test("samples of two engines, or in the wrong order, are refused", async () => {
  const engine = await makeSystem({ n: 1, as: "bridge", mode: 1, rate: 1000 });
  const first = engine.sample();
  engine.run(US);
  const other = (await makeSystem({ n: 2, as: "bridge", mode: 1, rate: 1000 })).sample();
  expect(() => bucketBetween(engine.sample(), first)).toThrow("before: expected a sample of the same engine up to 0 ps, but got 1000000n");
  const elsewhere = { ...first, traffic: first.traffic.map((one) => ({ ...one, interface: "bge0" })) };
  for (const odd of [other, elsewhere]) expect(() => bucketBetween(odd, engine.sample())).toThrow(/^before: expected a sample of the same engine/);
  const without = (...names: string[]): object => Object.fromEntries(Object.entries(first).filter(([name]) => !names.includes(name)));
  const parts = ["time", "since", "cpus", "traffic", "drops", "locks", "queues", "paths", "latency", "places"];
  for (const odd of [undefined, null, {}, 5, engine.results(), { ...first, latency: null }, ...parts.map((name) => without(name))])
    expect(() => bucketBetween(first, odd as never)).toThrow(/^after: expected what `Engine.sample` gives/);
  expect(() => bucketBetween(undefined as never, first)).toThrow(/^before: expected what `Engine.sample` gives, but got nothing/);
  for (const odd of [undefined, "abc", {}]) expect(() => seriesCsv(odd as never)).toThrow(/^series: expected a list/);
  for (const odd of [undefined, null, first])
    expect(() => seriesCsv([series[0]!, odd as never])).toThrow(/^series\[1\]: expected what `bucketBetween` gives/);
});

test("a lock that is only held, or only waited for, in a part is in it", async () => {
  const sample = (await makeSystem({ n: 1, as: "bridge", mode: 1, rate: 1000 })).sample();
  const lock = (name: string, of: object = {}) => ({
    name,
    gets: 5n,
    kept: 0n,
    contended: 0n,
    waits: 0n,
    wait: 0n,
    hold: 0n,
    handovers: 0n,
    handover: 0n,
    waitSquares: 0,
    holdSquares: 0,
    ...of,
  });
  const before = { ...sample, locks: [lock("BGL"), lock("queue em0"), lock("queue em1")] };
  const after = { ...sample, time: 100n, locks: [lock("BGL", { hold: 40n }), lock("queue em0", { contended: 1n }), lock("queue em1")] };
  expect(bucketBetween(before, after).locks).toMatchObject({ BGL: { gets: 0, held: 0.4 }, "queue em0": { contended: 1 } });
  expect(Object.keys(bucketBetween(before, after).locks)).toEqual(["BGL", "queue em0"]);
});

/** So many times, all in the same bucket. */
const times = (count: number, sum: bigint, bucket = 5) => ({ count: BigInt(count), sum, first: bucket, counts: Uint32Array.of(count) });

test("frames that left by several paths are told apart, and are all together the latency", async () => {
  const sample = (await makeSystem({ n: 1, as: "bridge", mode: 1, rate: 1000 })).sample();
  const before = { ...sample, latency: { Bridged: times(7, 35n) } };
  const after = { ...sample, time: 100n, latency: { Bridged: times(7, 35n), Forwarded: times(3, 15n), Originated: times(1, 9n, 9) } };
  const { all, ...paths } = bucketBetween(before, after).latency;
  expect(Object.keys(paths)).toEqual(["Forwarded", "Originated"]);
  expect([all.count, paths.Forwarded!.count, all.mean, all.p50, all.max]).toEqual([4, 3, 6, 5, 9]);
});

test("sums of times go on beyond 64 bits", async () => {
  const before = (await makeSystem({ n: 1, as: "bridge", mode: 1, rate: 1000 })).sample();
  const queue = { name: "ring em0", puts: 1n, length: 1n, longest: 1n, waitless: 0n, squares: 0 };
  const bucket = bucketBetween(
    { ...before, latency: { Bridged: times(4, 2n ** 64n - 10n) }, queues: [{ ...queue, integral: 2n ** 64n - 500n }] },
    { ...before, time: 1000n, latency: { Bridged: times(5, 20n) }, queues: [{ ...queue, integral: 250n }] },
  );
  expect([bucket.latency.Bridged!.mean, bucket.latency.all.mean, bucket.queues["ring em0"]!.mean]).toEqual([30, 30, 0.75]);
});

test("a lock is held for no less than nothing and no more than all of a part, however short; nor is it ever held for less than before", async () => {
  const engine = await makeSystem({ n: 2, as: "bridge", mode: 1, rate: 700_000, oneOutput: true });
  engine.run(1000n * US);
  let [before, holds] = [engine.sample(), new Map<string, bigint>()];
  for (let part = 1n; part <= 1000n; part++) {
    engine.run(1000n * US + (part * US) / 5n);
    const after = engine.sample();
    for (const [name, { held, taken }] of Object.entries(bucketBetween(before, after).locks))
      expect([held >= 0, held <= 1, taken >= held], `${name} ${held} ${taken}`).toEqual([true, true, true]);
    const now = new Map<string, bigint>();
    for (const { name, cpus, threads } of engine.results().locks)
      for (const share of [...cpus, ...threads]) now.set(`${name} of ${share.name}`, share.hold);
    for (const [whose, hold] of holds) expect(now.get(whose)! >= hold, whose).toBe(true);
    [before, holds] = [after, now];
  }
  expect(holds.size).toBeGreaterThan(10);
  expect(brokenIdentities(engine)).toEqual([]);
});

describe("all parts together are the whole:", () => {
  test("times of CPUs", () => {
    expect(series.map(({ from, to }) => [from, to])).toEqual(ENDS.map((end, part) => [part === 0 ? 0n : ENDS[part - 1], end]));
    for (const [cpu, classes] of whole.cpus.entries())
      for (const [name, ps] of Object.entries(classes))
        expect(sum(series.map(({ cpus }) => cpus[cpu]![name as keyof typeof classes])), `${name} of CPU ${cpu}`).toBe(Number(ps));
  });

  test("packets, by path, interface, reason and CPU", () => {
    expect(sum(series.map(({ offered }) => offered))).toBe(sum(whole.traffic.map(({ generated }) => generated.frames)));
    expect(sum(series.map(({ carried }) => carried))).toBe(sum(whole.traffic.map(({ carried }) => carried.frames)));
    expect(sum(series.map(({ paths }) => paths.Forwarded))).toBe(Number(whole.latency.Forwarded.count));
    expect(sum(series.map(({ reordered }) => reordered))).toBe(Number(whole.reordered));
    for (const { interface: name, generated, carried } of whole.traffic)
      expect([sum(series.map(({ traffic }) => traffic[name]?.offered)), sum(series.map(({ traffic }) => traffic[name]?.carried))], name).toEqual([
        Number(generated.frames),
        Number(carried.frames),
      ]);
    for (const { interface: name, sending } of whole.traffic)
      expect(
        overTime(({ traffic }) => traffic[name]?.link),
        name,
      ).toBeCloseTo(Number(sending) / Number(whole.elapsed), 9);
    expect(whole.drops.length).toBeGreaterThan(1);
    for (const { reason, interface: name, cpu, packets } of whole.drops) {
      const same = series.map(({ drops }) => drops.find((one) => one.reason === reason && one.interface === name && one.cpu === cpu)?.packets);
      expect(sum(same), `${reason} ${name} ${cpu}`).toBe(packets);
    }
    expect(sum(series.map(({ dropped }) => dropped))).toBe(sum(whole.drops.map(({ packets }) => packets)));
  });

  test("locks", () => {
    for (const { name, gets, kept, contended, waits, wait, hold, holding, handover, handovers, waitSquares, holdSquares } of whole.locks) {
      const of = (field: Exclude<keyof BucketLock, "held" | "taken">): number => sum(series.map(({ locks }) => locks[name]?.[field]));
      const [waited, held] = [of("waitSquares") / (waitSquares || 1), of("holdSquares") / (holdSquares || 1)];
      expect(
        [waited, held].map((ratio) => Math.abs(ratio - 1) < 1e-9),
        name,
      ).toEqual([waitSquares > 0, holdSquares > 0]);
      expect([of("gets"), of("kept"), of("contended"), of("waits"), of("wait"), of("handovers")], name).toEqual(
        [gets, kept, contended, waits, wait, handovers].map(Number),
      );
      expect(overTime(({ locks }) => locks[name]?.held)).toBeCloseTo(Number(hold + holding) / Number(whole.elapsed), 9);
      expect(overTime(({ locks }) => locks[name]?.taken)).toBeCloseTo(Number(hold + holding + handover) / Number(whole.elapsed), 9);
    }
    expect(series.map(({ locks }) => locks.BGL!.contended > 20)).toEqual([true, true, true, true]);
  });

  test("queues", () => {
    expect(whole.queues.length).toBeGreaterThan(5);
    for (const { name, puts, waitless, length, highWater, meanLength, squares } of whole.queues) {
      expect(Math.max(...series.map(({ queues }) => queues[name]?.highWater ?? 0)), name).toBe(Number(highWater));
      const of = (field: "puts" | "waitless"): number => sum(series.map(({ queues }) => queues[name]?.[field]));
      expect([of("puts"), of("waitless"), series[3]!.queues[name]?.length ?? 0], name).toEqual([puts, waitless, length].map(Number));
      expect(overTime(({ queues }) => queues[name]?.mean)).toBeCloseTo(meanLength, 9);
      const meanSquare = squares / (Number(whole.elapsed) / 1000);
      expect(overTime(({ queues }) => queues[name]?.meanSquare) / (meanSquare || 1), name).toBeCloseTo(meanSquare ? 1 : 0, 9);
    }
  });

  test("times in places, and latencies", () => {
    const wholes: [string, Histogram, (BucketTimes | undefined)[]][] = [
      ["all", whole.latency.all, series.map(({ latency }) => latency.all)],
      ["Forwarded", whole.latency.Forwarded, series.map(({ latency }) => latency.Forwarded)],
      ...Object.entries(whole.places).map(([place, times]): [string, Histogram, (BucketTimes | undefined)[]] => [
        place,
        times,
        series.map(({ places }) => places[place as keyof typeof places]),
      ]),
    ];
    expect(wholes.filter(([, { count }]) => count > 0n).map(([name]) => name)).toEqual([
      "all",
      "Forwarded",
      "Ring",
      "Port",
      "Lock",
      "Service",
      "Output",
    ]);
    for (const [name, times, maybe] of wholes) {
      const parts = maybe.filter((one) => one !== undefined);
      expect(sum(parts.map((one) => one.count)), name).toBe(Number(times.count));
      expect(sum(parts.map((one) => one.count * one.mean)) / Number(times.sum), name).toBeCloseTo(1, 9);
      const [least, most] = [Math.min(...parts.map(({ min }) => min)), Math.max(...parts.map(({ max }) => max))];
      expect(
        [least - Number(times.min), most - Number(times.max)].map((off) => Math.abs(off) <= 0.002 * most),
        name,
      ).toEqual([true, true]);
      for (const { min, p50, p90, p99, p999, max } of parts)
        expect([min, p50, p90, p99, p999, max]).toEqual([min, p50, p90, p99, p999, max].sort((a, b) => a - b));
    }
  });
});

test("as a table: a line for each part, a column for each figure", () => {
  const [names, ...rows] = seriesCsv(series)
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  const column = (name: string): string[] => rows.map((row) => row[names!.indexOf(name)]!);
  expect(new Set(rows.map((row) => row.length))).toEqual(new Set([names!.length]));
  expect(new Set(names).size).toBe(names!.length);
  expect(names!.filter((name) => name.startsWith("ring_em"))).toEqual([
    "ring_em0_mean_length",
    "ring_em0_high_water",
    "ring_em1_mean_length",
    "ring_em1_high_water",
  ]);
  const named = (name: string): Bucket => ({ ...series[0]!, queues: { [name]: series[0]!.queues["ring em0"]! } });
  const [head] = seriesCsv([named("ring em10"), named("ring em2")]).split("\n");
  expect(head!.match(/ring_em\d+_mean/g)).toEqual(["ring_em2_mean", "ring_em10_mean"]);
  expect(column("to_ps")).toEqual(ENDS.map(String));
  expect(column("carried_frames")).toEqual(series.map(({ carried }) => `${carried}`));
  expect(column("latency_p999_ps")).toEqual(series.map(({ latency }) => `${latency.all.p999}`));
  expect(column("port_mean_ps")).toEqual(series.map(({ places }) => places.Port!.mean.toFixed(0)));
  expect(column("port_p99_ps")).toEqual(series.map(({ places }) => places.Port!.p99.toFixed(0)));
  expect(column("forwarded_packets")).toEqual(series.map(({ latency }) => `${latency.Forwarded!.count}`));
  expect(column("bgl_contended")).toEqual(series.map(({ locks }) => `${locks.BGL!.contended}`));
  expect(column("serializer_em2_held_share")).toEqual(series.map(({ locks }) => locks["serializer em2"]!.held.toFixed(6)));
  expect(column("cpu1_busy_share")).toEqual(series.map(({ from, to, cpus }) => (1 - Number(cpus[1]!.Idle) / Number(to - from)).toFixed(6)));
  expect(column("link_em2_busy_share")).toEqual(series.map(({ traffic }) => traffic.em2!.link.toFixed(6)));
  expect(Number(column("link_em2_busy_share")[3])).toBeGreaterThan(0.1);
  expect(column("ring_em0_mean_length")).toEqual(series.map(({ queues }) => queues["ring em0"]!.mean.toFixed(6)));
  expect(column("ring_em1_high_water")).toEqual(series.map(({ queues }) => `${queues["ring em1"]!.highWater}`));
  const reasons = names!.filter((name) => name.startsWith("dropped_") && name !== "dropped_packets");
  expect(rows.map((_, row) => sum(reasons.map((name) => Number(column(name)[row]))))).toEqual(series.map(({ dropped }) => dropped));
});
