/** The memory of an engine that was disposed of. */
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import type { Engine } from "../../../src/engine.ts";
import { makeEngine } from "../../support/engines.ts";
import { ownMac } from "../../support/lab.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** In a function of its own: what an async function has at hand is kept while it waits. */
const memoryOf = (engine: Engine): WeakRef<ArrayBufferLike> => new WeakRef(engine.exports.memory.buffer);

test("is given back, though the engine is kept, and whatever was asked of it before", async () => {
  const engine = await makeEngine("virtualRelease", { interfaces: [{ name: "em0", mac: ownMac(0) }] });
  engine.setHandler("arp", () => "pass");
  engine.run(1_000_000n);
  engine.results();
  engine.sample();
  engine.counters();
  const memory = memoryOf(engine);
  engine.dispose();
  for (let turns = 0; turns < 5; turns++) {
    await setTimeout(10); // what a job has looked at stays until its end
    collect();
  }
  expect(memory.deref()).toBeUndefined();
  expect(engine.take()).toEqual([]);
});
