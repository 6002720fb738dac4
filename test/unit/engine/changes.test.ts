/** The list of what was changed while an engine ran. */
import { expect, test } from "vitest";
import type { Engine } from "../../../src/engine.ts";
import { ConfigError } from "../../../src/errors.ts";
import type { EngineConfig } from "../../../src/types.ts";
import { makeEngine } from "../../support/engines.ts";
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

test("a route is known from the configuration, from an address, and from what was changed before", async () => {
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
  expect(changesOf(engine)).toEqual([]);
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
  expect(() => other.restore({ ...snapshot, changes: undefined } as never)).toThrow(/^snapshot\.changes: expected an array/);
});
