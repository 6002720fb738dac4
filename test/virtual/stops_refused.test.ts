/** Conditions that an engine cannot come to are refused before anything happens, with the place and what was expected there. */
import { expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import type { StopConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { busy, router } from "./traced.ts";

const engine = await makeEngine("virtual", router(busy));
const before = engine.fingerprint();

test.each<[unknown, string, number | undefined, string]>([
  ["drop RingFul", "stop[1]", 6, 'the name of a reason (did you mean "RingFull"?)'],
  ["drop RingFull on em2", "stop[1]", 18, 'the name of an interface, vlan or bridge (did you mean "em0"?), one of em0, em1'],
  ["queue netisr_cpu0 > 1", "stop[1]", 7, 'the name of a queue (did you mean "netisr_cpu 0"?)'],
  ["counter ips_totl > 1", "stop[1]", 9, 'the name of a counter (did you mean "ips_total"?)'],
  ["counter ips_total on em0 > 1", "stop[1]", 22, "nothing, as this counter is of the whole stack"],
  ["counter ifq_high_water > 1", "stop[1]", 9, "`on` and the name of an interface"],
  ["counter messages on em0 > 1", "stop[1]", 21, "the name of a thread"],
  [{ kind: "drop", reason: "RingFul" }, "stop[1].reason", undefined, 'did you mean "RingFull"?'],
  [{ kind: "queue", queue: "ring em0", op: ">", packets: -1 }, "stop[1].packets", undefined, "an integer from 0"],
  [{ kind: "queue", queue: "ring em0", op: "<", packets: 1 }, "stop[1].op", undefined, '">", ">="'],
  [{ kind: "queues" }, "stop[1].kind", undefined, 'did you mean "queue"?'],
  [{ kind: "idle", op: ">" }, "stop[1].op", undefined, "a known key"],
  [{ kind: "latency", percentile: 101, above: 1n }, "stop[1].percentile", undefined, "a percentile above 0"],
  [{ kind: "latency", percentile: 99, above: 1 }, "stop[1].above", undefined, "picoseconds"],
  [null, "stop[1]", undefined, "a condition"],
])("case %#", (stop, path, position, expected) => {
  const run = (): unknown => engine.run(1_000_000_000n, { stop: ["idle", stop as StopConfig] });
  expect(run).toThrow(ConfigError);
  try {
    run();
  } catch (error) {
    expect(error).toMatchObject({ path, position });
    expect((error as ConfigError).expected).toContain(expected);
  }
  expect(engine.now).toBe(0n);
  expect(engine.fingerprint()).toBe(before);
});

test("17 conditions, and any in a machine without time", async () => {
  expect(() => engine.run(1n, { stop: Array.from({ length: 17 }, () => "idle") })).toThrow("stop: expected a list of at most 16 conditions");
  const instant = await makeEngine("debug", router());
  expect(() => instant.run(1n, { stop: ["idle"] })).toThrow('only the machine "virtual"');
});

test("a run without conditions after one that was stopped has none left", () => {
  expect(engine.run(400_000_000n, { stop: ["packets > 3"] })).toMatchObject({ packets: 3 });
  expect(engine.now).toBeLessThan(400_000_000n);
  expect(engine.run(400_000_000n)).toBe("time");
  expect(engine.now).toBe(400_000_000n);
});
