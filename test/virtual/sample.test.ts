/** A sample, which is read while an engine runs, beside the counters and results that are read when it stands. */
import { expect, test } from "vitest";
import { PS_PER_SECOND, Region } from "../../assembly/abi.ts";
import { bucketBetween } from "../../src/report/index.ts";
import type { Sample } from "../../src/types.ts";
import type { Histogram } from "../../src/wasm/histogram.ts";
import { makeSystem, US } from "../support/systems.ts";

const MS = BigInt(PS_PER_SECOND) / 1000n;

/** As a sample has it. */
const samplesOf = ({ count, sum, buckets }: Histogram, name: string): Sample["latency"] => {
  if (count === 0n) return {};
  const [first, last] = [buckets.findIndex((hits) => hits > 0n), buckets.findLastIndex((hits) => hits > 0n)];
  return { [name]: { count, sum, first, counts: Uint32Array.from(buckets.subarray(first, last + 1), Number) } };
};

test("says what counters and results say, at any time", async () => {
  const engine = await makeSystem({ n: 2, as: "slow", mode: 1, lock: "fifo", rate: 1_000_000, rxRing: 16 });
  for (let ms = 1n; ms <= 3n; ms++) {
    engine.run(ms * MS);
    const { generated, carried, dropped, reordered, queues, ...sample } = engine.sample();
    const { drops, paths } = engine.counters();
    const results = engine.results();
    const frames = results.traffic.map((one) => ({
      interface: one.interface,
      generated: Number(one.generated.frames),
      carried: Number(one.carried.frames),
      sending: one.sending,
    }));
    expect(dropped).toBe(Object.values(drops).reduce((sum, n) => sum + n));
    expect(carried).toBe(["Bridged", "Fastforwarded", "Forwarded", "Originated"].reduce((sum, path) => sum + paths[path]!, 0));
    expect([generated, reordered]).toEqual([frames.reduce((sum, one) => sum + one.generated, 0), Number(results.reordered)]);
    expect(queues.map(({ longest: _, ...queue }) => queue)).toEqual(
      results.queues.map(({ name, puts, length, waitless, integral, squares }) => ({ name, puts, length, waitless, integral, squares })),
    );
    expect(sample).toEqual({
      time: engine.now,
      since: (ms - 1n) * MS,
      paths,
      traffic: frames,
      drops: results.drops,
      cpus: results.cpus,
      locks: results.locks.map(({ name, gets, kept, contended, waits, wait, hold, holding, handovers, handover, waitSquares, holdSquares }) => {
        return { name, gets, kept, contended, waits, wait, hold: hold + holding, handovers, handover, waitSquares, holdSquares };
      }),
      latency: samplesOf(results.latency.Forwarded, "Forwarded"),
      places: Object.assign({}, ...Object.entries(results.places).map(([place, times]) => samplesOf(times, place))),
    });
  }
  expect(engine.sample().dropped).toBeGreaterThan(100);
  expect(engine.sample().locks[0]!.contended).toBeGreaterThan(100n);
});

test("counts of drops go on beyond 32 bits", async () => {
  const engine = await makeSystem({ n: 1, as: "bridge", mode: 1, rate: 1000 });
  const { exports } = engine;
  const drops = new BigUint64Array(exports.memory.buffer, exports.regionBase(Region.Drops) >>> 0, 8);
  drops[1] = 2n ** 33n + 5n;
  drops[2] = 2n ** 32n - 1n;
  expect(engine.sample().dropped).toBe(2 ** 33 + 5 + 2 ** 32 - 1);
});

test("says how long each queue was at most since the sample before, and changes no state", async () => {
  const config = { n: 2, as: "slow", mode: 1, lock: "fifo", rate: 1_000_000, rxRing: 16 } as const;
  const [coarse, fine, unseen] = [await makeSystem(config), await makeSystem(config), await makeSystem(config)];
  const whole = new Map<string, bigint>();
  const raise = (most: Map<string, bigint>, { queues }: Sample): void => {
    for (const { name, longest } of queues) if (longest > (most.get(name) ?? 0n)) most.set(name, longest);
  };
  let shorter = 0;
  for (let part = 1n; part <= 100n; part++) {
    const parts = new Map<string, bigint>();
    for (let us = 1n; us <= 10n; us++) {
      fine.run(((part - 1n) * 10n + us) * US);
      raise(parts, fine.sample());
    }
    coarse.run(part * 10n * US);
    const sample = coarse.sample();
    expect(sample.since).toBe((part - 1n) * 10n * US);
    for (const { name, length, longest } of sample.queues) {
      expect(longest, `${name} in part ${part}`).toBe(parts.get(name) ?? 0n);
      expect(longest >= length, name).toBe(true);
      if (longest < (whole.get(name) ?? 0n)) shorter++;
    }
    raise(whole, sample);
  }
  expect(shorter).toBeGreaterThan(100);
  expect(whole).toEqual(new Map(coarse.results().queues.map(({ name, highWater }) => [name, highWater])));
  unseen.run(coarse.now);
  expect([coarse, fine].map((engine) => engine.fingerprint())).toEqual([unseen, unseen].map((engine) => engine.fingerprint()));
});

test("of parts between which another sample was taken nobody knows how long a queue was at most", async () => {
  const engine = await makeSystem({ n: 1, as: "bridge", mode: 1, rate: 100_000 });
  const samples = [100n, 200n, 300n].map((us) => {
    engine.run(us * US);
    return engine.sample();
  }) as [Sample, Sample, Sample];
  const ring = (before: Sample, after: Sample) => bucketBetween(before, after).queues["ring em0"]!;
  expect(ring(samples[1], samples[2]).highWater).toBeGreaterThan(0);
  expect(ring(samples[0], samples[2])).toMatchObject({ puts: expect.any(Number) });
  expect("highWater" in ring(samples[0], samples[2])).toBe(false);
});

test("a snapshot has it, too", async () => {
  const engine = await makeSystem({ n: 1, as: "bridge", mode: 1, rate: 500_000 });
  engine.run(300n * US);
  engine.sample();
  engine.run(400n * US);
  const snapshot = engine.snapshot();
  engine.run(500n * US);
  const sample = engine.sample();
  engine.run(900n * US);
  engine.sample();
  engine.restore(snapshot);
  engine.run(500n * US);
  expect(engine.sample()).toEqual(sample);
});

test("times of CPUs add up to the time that has passed after frames for which the input area had no room, too", async () => {
  const engine = await makeSystem({ n: 1, as: "bridge", mode: 1, rate: 100_000 });
  const data = new Uint8Array(1514);
  for (let from = 0n; from < 8n; from++) {
    engine.receive(Array.from({ length: 500 }, (_, i) => ({ interface: "em0", time: (from * 500n + BigInt(i)) * US, data })));
    const { cpus, time } = engine.sample();
    for (const classes of cpus) expect(Object.values(classes).reduce((sum, ps) => sum + ps)).toBe(time);
  }
  expect(engine.now).toBeGreaterThan(1000n * US);
});

test("a sample has what generators have made and wires have carried, also after frames for which the input area had no room", async () => {
  const engine = await makeSystem({ n: 2, as: "bridge", mode: 1, rate: 3_700_001 });
  const data = new Uint8Array(1514);
  for (let from = 0n; from < 8n; from++) {
    engine.receive(Array.from({ length: 500 }, (_, i) => ({ interface: "em0", time: (from * 500n + BigInt(i)) * US, data })));
    const { generated, carried, time } = engine.sample();
    engine.run(engine.now);
    const after = engine.sample();
    expect({ generated, carried, time }).toEqual({ generated: after.generated, carried: after.carried, time: after.time });
  }
  expect(engine.now).toBeGreaterThan(1000n * US);
});
