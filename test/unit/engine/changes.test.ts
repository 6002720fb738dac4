/** The list of what was changed while an engine ran. */
import { expect, test } from "vitest";
import type { Engine } from "../../../src/engine.ts";
import { ConfigError } from "../../../src/errors.ts";
import type { EngineConfig, FaultConfig } from "../../../src/types.ts";
import { makeEngine } from "../../support/engines.ts";
import { BROADCAST, frame, station } from "../../support/frames.ts";
import { ownMac } from "../../support/lab.ts";

const SYSTEM: EngineConfig = {
  interfaces: [0, 1, 2].map((n) => ({ name: `em${n}`, mac: ownMac(n), ...(n === 0 && { ip: ["10.0.0.1/24"] }) })),
  bridges: [{ name: "bridge0", members: [{ if: "em1" }, { if: "em2" }] }],
  routes: [{ dst: "20.0.0.0/8", via: "10.0.0.2", if: "em0" }],
};

const US = 1_000_000n;
const changesOf = (engine: Engine): string[] => engine.results().changes.map(({ time, what, from, to }) => `${time / US} ${what}: ${from} -> ${to}`);

test("each change is in the results, with its time and with what was before", async () => {
  const engine = await makeEngine("virtual", SYSTEM);
  expect(changesOf(engine)).toEqual([]);
  engine.setKnob("net.netisr.mpsafe_thread", 0);
  engine.run(1n * US);
  engine.setKnob("net.netisr.mpsafe_thread", 2);
  engine.setInterfaceUp("em1", false);
  engine.run(2n * US);
  engine.setInterfaceUp("em1", true);
  engine.setCarrier("em2", false);
  engine.setCarrier("em2", true);
  engine.setPolling("em0", true);
  engine.removeMember("bridge0", "em2");
  engine.restoreMember("bridge0", "em2");
  engine.setMaxaddr("bridge0", 7);
  expect(changesOf(engine)).toEqual([
    "0 net.netisr.mpsafe_thread: 1 -> 0",
    "1 net.netisr.mpsafe_thread: 0 -> 2",
    "1 em1: up -> down",
    "2 em1: down -> up",
    "2 em2 carrier: on -> off",
    "2 em2 carrier: off -> on",
    "2 em0 polling: off -> on",
    "2 bridge0 member em2: in -> out",
    "2 bridge0 member em2: out -> in",
    "2 bridge0 maxaddr: 100 -> 7",
  ]);
});

test("a route is what the table has: from the configuration, an address, or an earlier change", async () => {
  const engine = await makeEngine("virtual", SYSTEM);
  engine.setRoute({ dst: "20.0.0.0/8", if: "em1" });
  engine.deleteRoute("20.0.0.0/8");
  engine.setRoute({ dst: "20.9.9.9/8", via: "10.0.0.3", if: "em0" });
  engine.setRoute({ dst: "10.0.0.0/24", if: "em2" });
  engine.setRoute({ dst: "default", via: "10.0.0.9", if: "em0" });
  engine.deleteRoute("0.0.0.0/0");
  expect(changesOf(engine)).toEqual([
    "0 route 20.0.0.0/8: 10.0.0.2 em0 -> em1",
    "0 route 20.0.0.0/8: em1 -> none",
    "0 route 20.0.0.0/8: none -> 10.0.0.3 em0",
    "0 route 10.0.0.0/24: em0 -> em2",
    "0 route default: none -> 10.0.0.9 em0",
    "0 route default: 10.0.0.9 em0 -> none",
  ]);
});

test("what was refused, or was so already, is no change", async () => {
  const engine = await makeEngine("virtual", SYSTEM);
  expect(() => engine.setKnob("net.netisr.mpsafe_thread", -1)).toThrow(ConfigError);
  expect(() => engine.setMaxaddr("bridge0", 0)).toThrow(ConfigError);
  expect(() => engine.setRoute({ dst: "x", if: "em0" })).toThrow(ConfigError);
  const answers = [
    engine.deleteRoute("21.0.0.0/8"),
    engine.setPolling("em0", false),
    engine.restoreMember("bridge0", "em1"),
    engine.removeMember("bridge0", "em0"),
  ];
  expect(answers).toEqual([false, false, false, false]);
  engine.setKnob("net.netisr.mpsafe_thread", 1);
  engine.setInterfaceUp("em0", true);
  engine.setCarrier("em0", true);
  engine.setMaxaddr("bridge0", 100);
  engine.setRoute({ dst: "20.0.0.0/8", via: "10.0.0.2", if: "em0" });
  expect(changesOf(engine)).toEqual([]);
});

test("a fault that changes a route is seen", async () => {
  const faults: FaultConfig[] = [{ kind: "route", dst: "20.0.0.0/8", from: "2us", for: "2us" }];
  const engine = await makeEngine("virtual", { ...SYSTEM, virtual: { faults } });
  engine.run(3n * US);
  expect(engine.deleteRoute("20.0.0.0/8")).toBe(false);
  engine.setRoute({ dst: "20.0.0.0/8", if: "em1" });
  engine.run(5n * US);
  engine.deleteRoute("20.0.0.0/8");
  expect(changesOf(engine)).toEqual(["3 route 20.0.0.0/8: none -> em1", "5 route 20.0.0.0/8: 10.0.0.2 em0 -> none"]);
});

test("a setting of all CPUs replaces those of single ones, which is a change of theirs", async () => {
  const engine = await makeEngine("virtual", { ...SYSTEM, cpus: 2 });
  engine.setKnob("kern.polling.1.each_burst", 7);
  engine.setKnob("kern.polling.each_burst", 5);
  expect(changesOf(engine)).toEqual(["0 kern.polling.1.each_burst: 5 -> 7", "0 kern.polling.1.each_burst: 7 -> 5"]);
});

test("inside a handler what cannot be done is no change", async () => {
  const engine = await makeEngine("virtual", SYSTEM);
  const errors: string[] = [];
  engine.setHandler("arp", () => {
    for (const change of [() => engine.setCarrier("em1", false), () => engine.removeMember("bridge0", "em1")])
      try {
        change();
      } catch (error) {
        errors.push((error as Error).message);
      }
    return "pass";
  });
  const data = frame({ dst: BROADCAST, src: station(1), type: 0x0806 });
  engine.receive([{ interface: "em0", data }]);
  engine.run();
  expect(errors).toEqual(new Array(2).fill("a handler cannot run or replace the engine that it runs in"));
  expect(changesOf(engine)).toEqual([]);
});

test("the instant machine lists its changes, too, and nobody writes in the list", async () => {
  const engine = await makeEngine("release", SYSTEM);
  engine.setInterfaceUp("em1", false);
  engine.changes[0]!.to = "sideways";
  expect(engine.changes).toEqual([{ time: 0n, what: "em1", from: "up", to: "down" }]);
});

test("ports are named, if they were given by their indices, too", async () => {
  const engine = await makeEngine("virtual", SYSTEM);
  engine.setInterfaceUp(1 as unknown as string, false);
  engine.removeMember("bridge0", 2 as unknown as string);
  expect(changesOf(engine)).toEqual(["0 em1: up -> down", "0 bridge0 member em2: in -> out"]);
});

test("a snapshot has the changes that were made before it", async () => {
  const engine = await makeEngine("virtual", SYSTEM);
  engine.setInterfaceUp("em1", false);
  const before = changesOf(engine);
  const snapshot = engine.snapshot();
  engine.setInterfaceUp("em1", true);
  engine.restore(snapshot);
  expect(changesOf(engine)).toEqual(before);
  const other = await makeEngine("virtual", SYSTEM);
  other.restore(snapshot);
  expect(changesOf(other)).toEqual(before);
  for (const changes of [undefined, [1], [null], [{ ...snapshot.changes[0]!, time: 5 }]])
    expect(() => other.restore({ ...snapshot, changes } as never)).toThrow(/^snapshot\.changes: expected a list of changes/);
  other.setInterfaceUp("em2", false);
  snapshot.changes[0]!.to = "sideways";
  expect(changesOf(other).slice(0, 1)).toEqual(before);
  expect(snapshot.changes).toHaveLength(1);
});
