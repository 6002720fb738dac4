import { expect, test } from "vitest";
import type { Engine } from "../../../src/engine.ts";
import { EngineError } from "../../../src/errors.ts";
import type { EngineConfig } from "../../../src/types.ts";
import { makeEngine } from "../../support/engines.ts";
import { BROADCAST, frame, IPV6, station } from "../../support/frames.ts";

const ONE: EngineConfig = { cpus: 2, interfaces: [{ name: "em0", mac: "02:00:00:00:00:01", ip: ["192.0.2.1/24"] }] };
const one = (options = {}): Promise<Engine> => makeEngine("release", ONE, options);

test("times beyond 2^63 picoseconds are told as they are", async () => {
  const engine = await one();
  engine.run(2n ** 63n + 5n);
  expect([engine.now, engine.counters().now]).toEqual([2n ** 63n + 5n, 2n ** 63n + 5n]);
});

test("a time that is none is refused", async () => {
  const engine = await one();
  expect(() => engine.run(-1n)).toThrow("until: expected picoseconds from 0 to 2^64 - 1");
  expect(() => engine.run(2n ** 64n)).toThrow("until: expected");
});

test("a handler cannot run, feed, replace or dispose of the engine that it runs in", async () => {
  const engine = await one();
  const other = await one();
  const tried: [string, () => void][] = [
    ["run", () => engine.run()],
    ["receive", () => engine.receive([])],
    ["restore", () => engine.restore(other.snapshot())],
    ["dispose", () => engine.dispose()],
  ];
  const refused: string[] = [];
  engine.setHandler("ipv6", () => {
    for (const [name, call] of tried) {
      try {
        call();
      } catch (error) {
        if (error instanceof EngineError) refused.push(name);
      }
    }
    return "taken";
  });
  engine.receive([{ interface: "em0", data: frame({ dst: BROADCAST, src: station(1), type: IPV6 }) }]);
  engine.run();
  expect(refused).toEqual(["run", "receive", "restore", "dispose"]);
  expect(engine.counters().paths.Delivered).toBe(1);
});

test("a snapshot of another system of the same size is refused", async () => {
  const engine = await one();
  const other = await makeEngine("release", { ...ONE, interfaces: [{ name: "em0", mac: "02:00:00:00:00:02", ip: ["192.0.2.2/24"] }] });
  expect(other.memory.total).toBe(engine.memory.total);
  expect(() => engine.restore(other.snapshot())).toThrow(EngineError);
});

test("work asked for many times from another CPU runs once for each protocol, and none is lost", async () => {
  const engine = await one();
  const ran: string[] = [];
  engine.schedule("ip", 1, () => ran.push("ip"));
  for (let i = 0; i < 40; i++) engine.schedule("arp", 1, () => ran.push("arp"));
  engine.run();
  expect(ran).toEqual(["ip", "arp"]);
  expect(engine.counters().stats.sched_coalesced).toBe(39);
});
