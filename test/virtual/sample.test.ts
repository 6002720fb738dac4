/** A sample, which is read while an engine runs, beside the counters and results that are read when it stands. */
import { expect, test } from "vitest";
import { PS_PER_SECOND, Region } from "../../assembly/abi.ts";
import type { Sample } from "../../src/types.ts";
import type { Histogram } from "../../src/wasm/histogram.ts";
import { makeSystem } from "../support/systems.ts";

const MS = BigInt(PS_PER_SECOND) / 1000n;

/** As a sample has it. */
const samplesOf = ({ count, sum, buckets }: Histogram, name: string): Sample["latency"] =>
  count === 0n ? {} : { [name]: { count, sum, counts: Uint32Array.from(buckets, Number) } };

test("says what counters and results say, at any time", async () => {
  const engine = await makeSystem({ n: 2, as: "slow", mode: 1, lock: "fifo", rate: 1_000_000, rxRing: 16 });
  for (let ms = 1n; ms <= 3n; ms++) {
    engine.run(ms * MS);
    const { generated, carried, dropped, reordered, ...sample } = engine.sample();
    const { drops, paths } = engine.counters();
    const results = engine.results();
    const frames = results.traffic.map((one) => ({
      interface: one.interface,
      generated: Number(one.generated.frames),
      carried: Number(one.carried.frames),
    }));
    expect(dropped).toBe(Object.values(drops).reduce((sum, n) => sum + n));
    expect(carried).toBe(["Bridged", "Fastforwarded", "Forwarded", "Originated"].reduce((sum, path) => sum + paths[path]!, 0));
    expect([generated, reordered]).toEqual([frames.reduce((sum, one) => sum + one.generated, 0), Number(results.reordered)]);
    expect(sample).toEqual({
      time: engine.now,
      paths,
      traffic: frames,
      drops: results.drops,
      cpus: results.cpus,
      locks: results.locks.map(({ name, gets, contended, waits, wait, hold, holding, handovers, handover, waitSquares, holdSquares }) => {
        return { name, gets, contended, waits, wait, hold: hold + holding, handovers, handover, waitSquares, holdSquares };
      }),
      queues: results.queues.map(({ name, puts, length, waitless, integral, squares }) => ({ name, puts, length, waitless, integral, squares })),
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
