/**
 * The engine against the reference: the same random hosts and frames give the same bytes by the same interfaces at the same times, the same counts, lock
 * decisions and tables, whatever the build and the size of a burst. A message names the seed: `scenario(seed, FRAMES)` is the whole case.
 */
import { describe, expect, test } from "vitest";
import { Drop, Path } from "../../assembly/abi.ts";
import type { Build } from "../support/engines.ts";
import { KINDS } from "./configurations.ts";
import { type Scenario, scenario } from "./generate.ts";
import { difference, type Observation, onEngine, onReference } from "./observe.ts";

const isLong = process.env.NETISR_LONG === "1";
const FRAMES = 60;
/** Scenarios of each kind. */
const RUNS = isLong ? 2000 : 60;

const ENGINES: [build: Build, burst: number][] = [
  ["release", 1],
  ["release", 7],
  ["release", 64],
  ["debug", 64],
];

/** Ways to end that need a shortage, a handler of the embedder, or a fault, none of which the reference has. */
const NOT_HERE = new Set(["RingFull", "NoMbufs", "QueueFull", "FragmentFailed", "ArpTableFull", "HandlerRefused", "WireLoss", "BadFcs"]);

/** Runs a scenario on every engine. What the reference saw is the answer. */
async function compare(one: Scenario, engines = ENGINES): Promise<Observation> {
  const { observed: wanted, neighbours } = onReference(one);
  for (const [build, burst] of engines) {
    const found = difference(await onEngine(build, one, burst, neighbours), wanted);
    expect(found, `seed ${one.seed}, ${one.kind}: ${build} build with burst ${burst} is not the reference`).toBeUndefined();
  }
  return wanted;
}

describe.each(KINDS)("a random %s", (kind) => {
  test(`${RUNS} of them: engine and reference cannot be told apart`, async () => {
    for (let run = 0; run < RUNS; run++) await compare(scenario(run * KINDS.length + KINDS.indexOf(kind), FRAMES));
  });

  test("the mode of the lock changes lock counts, and no byte", async () => {
    const modes = [{ mode: 0 }, { mode: 1 }, { mode: 1, lazy: 1 }, { mode: 2 }];
    for (let seed = 0; seed < RUNS / 10; seed++) {
      const seen: Observation[] = [];
      for (const { mode, lazy = 0 } of modes) {
        const one = scenario(seed, FRAMES, {}, kind);
        Object.assign(one.config.sysctl!, { "net.netisr.mpsafe_thread": mode, "net.netisr.mpsafe_lazy": lazy });
        for (const transport of ["tcp", "udp"]) one.config.sysctl![`net.inet.${transport}.mpsafe_thread`] = -1;
        seen.push(await compare(one, [["release", 64]]));
      }
      const [giant] = seen;
      for (const other of seen) expect(difference({ ...other, locks: 0 }, { ...giant, locks: 0 }), `seed ${seed}, ${kind}`).toBeUndefined();
      expect(giant!.locks.gets, `seed ${seed}, ${kind}: in mode 0 a thread gets the lock for its first message`).toBeLessThanOrEqual(3);
    }
  });
});

test("with several CPUs a bridge without addresses does the same, down to the counts of the lock", async () => {
  for (let seed = 0; seed < RUNS / 2; seed++) {
    const one = scenario(seed, FRAMES, { cpus: 2 + (seed % 5), silent: true }, "bridge");
    await compare(one, [["release", 64]]);
  }
});

test("the random scenarios reach every way in which a packet can end", () => {
  const reached = new Set<string>();
  for (let seed = 0; seed < 400; seed++) {
    const { counts, dropped } = onReference(scenario(seed, FRAMES)).observed;
    for (const [name, count] of Object.entries({ ...counts, ...dropped })) if (count > 0) reached.add(name);
  }
  const names = (all: Record<string, unknown>) => Object.keys(all).filter((name) => Number.isNaN(Number(name)) && name !== "Count");
  const missed = [...names(Drop), ...names(Path)].filter((name) => !reached.has(name) && !NOT_HERE.has(name));
  expect(missed).toEqual([]);
});
