/** Under the policy `fifo` the BGL goes to those who wait in the order in which they began to, as the trace has seen it; under the others it need not. */
import { expect, test } from "vitest";
import type { VirtualConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { MS, systemOf } from "../support/systems.ts";

/** Threads in the order in which they began to wait for the BGL, and in which they got it after waiting. */
const waits = async (lock: VirtualConfig["lock"]): Promise<{ began: string[]; got: string[] }> => {
  // Every message gets the BGL: eight threads, each on a CPU of its own, which nothing interrupts.
  const config = systemOf({ n: 8, rate: 900_000, mode: 1, as: "slow", lock, arrivals: "poisson" });
  const engine = await makeEngine("virtual", config, { collect: false, trace: { from: 0n, records: 1 << 18 } });
  engine.run(2n * MS);
  const { records, lost } = engine.trace();
  expect(lost).toBe(0);
  const bgl = records.filter(({ what }) => what === "BGL");
  const began = bgl.filter(({ kind }) => kind === "Wait").map(({ thread }) => thread);
  const got = bgl.filter(({ kind, value }) => kind === "Got" && value > 0n).map(({ thread }) => thread);
  return { began, got };
};

test("fifo: first come, first served", async () => {
  const { began, got } = await waits("fifo");
  expect(got.length).toBeGreaterThan(200);
  expect(new Set(got).size).toBe(8);
  expect(got).toEqual(began.slice(0, got.length));
});

test("random: by lot, so that somebody is overtaken", async () => {
  const { began, got } = await waits("random");
  expect(got.length).toBeGreaterThan(200);
  expect(got).not.toEqual(began.slice(0, got.length));
});
