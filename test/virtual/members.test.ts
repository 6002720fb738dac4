/** Bridge members that come and go under load: each removal sends a synchronous message round all protocol threads, which stand in line for it. */
import { expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import { Random } from "../model/random.ts";
import { brokenIdentities } from "../support/identities.ts";
import { makeSystem, US } from "../support/systems.ts";

/** For 5 ms so many packets that the threads always have some in their ports. */
const busy = (seed: number): Promise<Engine> => makeSystem({ n: 2, as: "bridge", mode: 0, rate: 1_500_000, seed, traffic: () => ({ count: 7_500 }) });

/** Synchronous messages that threads without packets have had. */
const rounds = (engine: Engine): number[] =>
  engine
    .counters()
    .threads.filter(({ name }) => name.startsWith("tcp_thread"))
    .map(({ messages }) => messages!);

test("what is asked for while the message goes round has a round of its own, all of it together", async () => {
  const engine = await busy(1);
  engine.run(500n * US);
  engine.removeMember("bridge0", "em0");
  for (let us = 501n; us < 10_000n && rounds(engine)[0] === 0; us++) engine.run(us * US);
  expect(rounds(engine)).toEqual([1, 0, 0, 0]); // it is on its way
  engine.removeMember("bridge0", "em2");
  engine.restoreMember("bridge0", "em0");
  engine.removeMember("bridge0", "em0");
  engine.run(40_000n * US);
  expect(rounds(engine)).toEqual([2, 2, 2, 2]);
  engine.removeMember("bridge0", "em1");
  engine.run(80_000n * US);
  expect(rounds(engine)).toEqual([3, 3, 3, 3]);
  expect(brokenIdentities(engine)).toEqual([]);
});

test.each(Array.from({ length: 20 }, (_, seed) => seed + 1))("no packet gets lost, whatever comes and goes when, seed %i", async (seed) => {
  const [engine, random] = [await busy(seed), new Random(seed)];
  let now = 300n * US;
  for (let step = 0; step < 12; step++) {
    now += BigInt(random.below(Number(random.below(2) ? 400n * US : 4n * US)));
    engine.run(now);
    const port = `em${random.below(4)}`;
    if (!engine.removeMember("bridge0", port)) engine.restoreMember("bridge0", port);
  }
  engine.run(now + 50_000n * US);
  expect(brokenIdentities(engine)).toEqual([]);
  expect(new Set(rounds(engine)).size).toBe(1);
});
