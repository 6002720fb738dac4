/**
 * What a flood costs: one copy less than it has ways out, for the last of them gets the frame itself. bridge_broadcast of sys/net/bridge/if_bridge.c does so if that is the
 * last member of its list, else it makes one copy more and frees the frame.
 */
import { expect, test } from "vitest";
import type { EngineConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { BROADCAST, frame, station } from "../support/frames.ts";
import { brokenIdentities, unrest } from "../support/identities.ts";
import { ownMac } from "../support/lab.ts";
import { US } from "../support/systems.ts";

/** Nothing but copies takes time: 1 us each, and 1 ns a byte. */
const lan = (ports: number, span?: string): EngineConfig => {
  const interfaces = Array.from({ length: ports }, (_, n) => ({ name: `em${n}`, mac: ownMac(n) }));
  return {
    interfaces,
    bridges: [{ name: "br0", members: interfaces.map(({ name }) => ({ if: name, span: name === span })) }],
    virtual: { costs: { preset: "zero", set: { BridgeClone: 1000, CopyByte: 1 } }, interfaces: { "*": { rate: 0, delay: 0, txDelay: "none" } } },
  };
};
const COPY = US + 60_000n;

test.each([
  ["an unknown station", station(2), 2, 0n],
  ["an unknown station", station(2), 3, 1n],
  ["an unknown station", station(2), 5, 3n],
  // Besides, one for the flood, as the original is for the interface that it came in by, and one for the bridge.
  ["all", BROADCAST, 2, 2n],
  ["all", BROADCAST, 5, 5n],
])("a frame to %s (%s) by one of %i ports: %i copies", async (_, dst, ports, copies) => {
  const engine = await makeEngine("virtual", lan(ports));
  engine.receive([{ interface: "em0", data: frame({ dst, src: station(1) }), time: 0n }]);
  engine.run();
  expect(engine.results().cpus[0]!.Protocol).toBe(copies * COPY);
  expect(engine.counters().stats.cloned).toBe(Number(copies));
  expect(engine.take().map(({ interface: name }) => name)).toEqual(Array.from({ length: ports - 1 }, (_, n) => `em${n + 1}`));
  expect([...brokenIdentities(engine), ...unrest(engine)]).toEqual([]);
});

test("a copy for a span port costs as much, whether the frame is flooded or not", async () => {
  const { bridges, ...rest } = lan(4, "em3");
  const engine = await makeEngine("virtual", { ...rest, bridges: [{ ...bridges![0]!, static: [{ mac: station(2), if: "em1" }] }] });
  const protocol = (dst: string): bigint => {
    const before = engine.results().cpus[0]!.Protocol;
    engine.receive([{ interface: "em0", data: frame({ dst, src: station(1) }), time: engine.now }]);
    engine.run();
    return engine.results().cpus[0]!.Protocol - before;
  };
  expect([protocol(station(2)), protocol(station(3))]).toEqual([COPY, 2n * COPY]);
});
