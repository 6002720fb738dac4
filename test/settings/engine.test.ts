/** Settings of the whole engine that test/path/settings.test.ts can only look up again: what they change in virtual time, and in memory. */
import { expect, test } from "vitest";
import type { EngineConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { MS, systemOf } from "../support/systems.ts";

const CONFIG = systemOf({ n: 2, rate: 100_000, mode: 1, as: "slow", traffic: () => ({ arrivals: "poisson" }) });

const after = async (more: Partial<EngineConfig>) => {
  const engine = await makeEngine("virtualRelease", { ...CONFIG, ...more }, { collect: false });
  engine.run(5n * MS);
  return engine;
};

test("seed: other arrivals, and as many of them as chance has it", async () => {
  const generated = await Promise.all(
    [1, 2, 3, 4].map(async (seed) => (await after({ seed })).results().traffic.map(({ generated: { frames } }) => frames)),
  );
  expect(new Set(generated.map(String)).size).toBeGreaterThan(1);
  const again = (await after({ seed: 2 })).results().traffic.map(({ generated: { frames } }) => frames);
  expect(again).toEqual(generated[1]);
});

test("limits.input: memory of the engine", async () => {
  const [small, large] = await Promise.all(
    [69_632, 69_632 + 2 ** 20].map(async (input) => (await after({ limits: { input } })).exports.memory.buffer),
  );
  expect(large!.byteLength - small!.byteLength).toBe(2 ** 20);
});
