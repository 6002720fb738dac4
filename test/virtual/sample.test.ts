/** A sample, which is read while an engine runs, beside the counters and results that are read when it stands. */
import { expect, test } from "vitest";
import { PS_PER_SECOND, Region } from "../../assembly/abi.ts";
import { makeSystem } from "../support/systems.ts";

const MS = BigInt(PS_PER_SECOND) / 1000n;

test("says what counters and results say, at any time", async () => {
  const engine = await makeSystem({ n: 2, as: "fast", mode: 1, rate: 4_000_000, mbufs: 1000 });
  for (let ms = 1n; ms <= 3n; ms++) {
    engine.run(ms * MS);
    const sample = engine.sample();
    const { drops, paths } = engine.counters();
    const { queues, cpus } = engine.results();
    expect(sample.time).toBe(engine.now);
    expect(sample.dropped).toBe(Object.values(drops).reduce((sum, n) => sum + n));
    expect(sample.carried).toBe(["Bridged", "Fastforwarded", "Forwarded", "Originated"].reduce((sum, path) => sum + paths[path]!, 0));
    expect(sample.cpus).toEqual(cpus);
    const integrals = new Map(sample.queues.names.map((name, i) => [name, sample.queues.integrals[i]!]));
    for (const { name, integral } of queues) expect(integrals.get(name), name).toBe(integral);
  }
  expect(engine.sample().dropped).toBeGreaterThan(100);
});

test("counts of drops go on beyond 32 bits", async () => {
  const engine = await makeSystem({ n: 1, as: "bridge", mode: 1, rate: 1000 });
  const { exports } = engine;
  const drops = new BigUint64Array(exports.memory.buffer, exports.regionBase(Region.Drops) >>> 0, 8);
  drops[1] = 2n ** 33n + 5n;
  drops[2] = 2n ** 32n - 1n;
  expect(engine.sample().dropped).toBe(2 ** 33 + 5 + 2 ** 32 - 1);
});
