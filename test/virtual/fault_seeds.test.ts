/**
 * Every kind of fault on random systems under load, alone or beside work of the kernel, polling, vacations, users or TCP: nothing traps on the build with
 * assertions, every packet is accounted for and every identity holds while the fault is there and after it, the report names it, a run does not depend on how it
 * is split or on a snapshot that is gone back to, and when the fault is over the system comes to rest and carries packets again.
 */
import { expect, test } from "vitest";
import { loadEngine } from "../../src/wasm/load_node.ts";
import { builds } from "../support/engines.ts";
import { LONG } from "../support/long.ts";
import { FAULT_KINDS } from "../support/random_faults.ts";
import { checkCase, faultCase } from "./fault_cases.ts";

const SEEDS = LONG ? 1000 : 20;
/** Systems that once depended on where a run was cut: a handler ended while the thread below it got the BGL. */
const FOUND = [
  ["queue", 506],
  ["duplicatedInterrupts", 892],
  ["stall", 74],
  ["holder", 400],
  ["table", 838],
] as const;
const modules = { debug: await loadEngine(builds.virtual), release: await loadEngine(builds.virtualRelease) };

test("there are sixteen kinds", () => {
  expect(FAULT_KINDS.length).toBe(16);
});

test.each(FAULT_KINDS)(
  `%s, on ${SEEDS} systems`,
  async (kind) => {
    let struck = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const outcome = await checkCase(faultCase(kind, seed), modules);
      expect(outcome.wrong).toEqual([]);
      if (outcome.struck) struck++;
    }
    expect(struck, "systems that were struck").toBeGreaterThan(SEEDS / 3);
  },
  3_600_000,
);

test.each(FOUND)("%s, system %i", async (kind, seed) => {
  expect((await checkCase(faultCase(kind, seed), modules)).wrong).toEqual([]);
});
