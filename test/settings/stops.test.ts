/** The same walk over stop conditions: another value of any of their keys leads to another time at which the run stops. */
import { expect, test } from "vitest";
import { stopShapes } from "../../src/config/stop_shape.ts";
import { Engine } from "../../src/engine.ts";
import type { EngineConfig, StopConfig } from "../../src/types.ts";
import { loadEngine } from "../../src/wasm/load_node.ts";
import { builds } from "../support/engines.ts";
import { ownMac, station } from "../support/frames.ts";
import { load, router } from "./systems.ts";
import { settingsOf } from "./walk.ts";

const engine = await loadEngine(builds.virtualRelease);
const END = 20_000_000_000n;

const base = router();
/** Packets on every path, each as often as no other, and two reasons for which packets are dropped. */
const everything: EngineConfig = {
  ...base,
  interfaces: [...base.interfaces, ...[3, 4].map((n) => ({ name: `em${n}`, mac: ownMac(n) }))],
  bridges: [{ name: "br0", members: [3, 4].map((n) => ({ if: `em${n}` })) }],
  sysctl: { ...base.sysctl, "net.inet.ip.fastforwarding": 1 },
  virtual: {
    traffic: [
      load(90_000),
      load(17_000, { flows: 4096, srcIps: 4096 }),
      load(7000, { dstIp: "10.0.0.1", protocols: { icmp: 1 } }),
      load(3000, { dstIp: "10.0.0.1", protocols: { tcp: 1 } }),
      load(11_000, { dstIp: "30.0.0.1" }),
      load(5000, { if: "em1", dstIp: "30.0.0.1" }),
      load(2000, { if: "em2", dstMac: station(77) }),
      load(40_000, { if: "em3", srcMac: station(100), dstMac: station(101) }),
    ],
  },
};

interface StopCase {
  /** All else of the condition, but for its kind. */
  with: object;
  /** Each leads to another time than the one before. */
  values: readonly unknown[];
}
const QUEUE = { queue: "ring em0", op: ">", packets: 1 };
const DROP = { reason: "NoRoute", op: ">", packets: 2 };
const LATENCY = { percentile: 50, above: 23_000_000n, every: 1, after: 1 };
const COUNTER = { counter: "if_ipackets", on: "em0", op: ">", count: 10 };
const PACKETS = { what: "received", op: ">", packets: 10 };
const COMPARISONS = [">", ">="];
const PATHS = ["Bridged", "Fastforwarded", "Forwarded", "Originated"];

const CASES: Record<string, StopCase> = {
  "queue.queue": { with: QUEUE, values: ["ring em0", "ring em3"] },
  "queue.op": { with: QUEUE, values: COMPARISONS },
  "queue.packets": { with: QUEUE, values: [1, 2] },
  "drop.reason": { with: DROP, values: ["NoRoute", "NotForUs"] },
  "drop.on": { with: DROP, values: [undefined, "em0", "em1"] },
  "drop.op": { with: DROP, values: COMPARISONS },
  "drop.packets": { with: DROP, values: [1, 5] },
  "latency.percentile": { with: LATENCY, values: [50, 100] },
  "latency.path": { with: { ...LATENCY, percentile: 100 }, values: [...PATHS, "all"] },
  "latency.above": { with: LATENCY, values: [1_000_000n, 50_000_000n] },
  "latency.every": { with: LATENCY, values: [1, 50] },
  "latency.after": { with: LATENCY, values: [1, 50] },
  "counter.counter": { with: COUNTER, values: ["if_ipackets", "if_opackets"] },
  "counter.on": { with: COUNTER, values: [undefined, "em0", "em1"] },
  "counter.op": { with: COUNTER, values: COMPARISONS },
  "counter.count": { with: COUNTER, values: [10, 50] },
  "packets.what": { with: PACKETS, values: ["received", "carried", ...PATHS, "Delivered"] },
  "packets.op": { with: PACKETS, values: COMPARISONS },
  "packets.packets": { with: PACKETS, values: [10, 50] },
};

// What `kind` says is which other keys there are.
const SETTINGS = Object.entries(stopShapes())
  .flatMap(([kind, shape]) => settingsOf(shape, kind))
  .filter(({ path }) => !path.endsWith(".kind"));

test("every key of a condition has a case with all words that it can be, and every case a key", () => {
  expect(Object.keys(CASES).sort()).toEqual(SETTINGS.map(({ path }) => path).sort());
  const missing = SETTINGS.flatMap(({ path, words }) =>
    words.filter((word) => !CASES[path]?.values.includes(word)).map((word) => `${path}: ${word}`),
  );
  expect(missing).toEqual([]);
});

const stopped = (kind: string, key: string, rest: object, value: unknown): bigint => {
  const made = Engine.make(engine, everything, { collect: false });
  const { [key]: _, ...others } = rest as Record<string, unknown>;
  made.run(END, { stop: [{ kind, ...others, ...(value !== undefined && { [key]: value }) } as StopConfig] });
  const { now } = made;
  made.dispose();
  return now;
};

test.each(Object.entries(CASES))("%s: another value leads to another time", (path, { with: rest, values }) => {
  const [kind, key] = path.split(".") as [string, string];
  const times = values.map((value) => stopped(kind, key, rest, value));
  for (const [i, time] of times.slice(1).entries()) expect(time, `${values[i]}, then ${values[i + 1]}`).not.toBe(times[i]);
});
