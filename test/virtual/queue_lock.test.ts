/**
 * What is done under the lock of an output queue, and what under the interface's serializer alone: the driver's if_start holds the queue's lock only while it
 * takes a frame (ifq_dequeue, sys/net/ifq_var.h), and not while it tells the device, 10 us a frame here. To put a frame into the queue takes 1 us.
 */
import { expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import type { EngineConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { frame, station } from "../support/frames.ts";
import { brokenIdentities, unrest } from "../support/identities.ts";
import { toRouter } from "../support/lab.ts";
import { polledConfig } from "../support/polled.ts";
import { US } from "../support/systems.ts";

const SCHEDONLY = "net.link.generic.ifq_dispatch_schedonly";
const costs = { IfqEnqueue: 1000, IfStart: 10_000 };
const router = (txRing: number): EngineConfig => polledConfig({ costs, wires: { em1: { txDelay: 0 } }, ports: [{}, { txRing }] });
const scheduled = (): EngineConfig => ({ ...router(9), sysctl: { "net.inet.ip.forwarding": 1, [SCHEDONLY]: 1 } });
const bridge = (): EngineConfig => {
  const { interfaces, virtual } = router(9);
  return {
    interfaces: interfaces.map(({ ip: _ip, ...port }) => port),
    bridges: [{ name: "br0", members: [{ if: "em0" }, { if: "em1" }], static: [{ mac: station(2), if: "em1" }] }],
    virtual: virtual!,
  };
};
const bridged = frame({ dst: station(2), src: station(1) });

/** Microseconds for which the locks of em1 have been held. */
const held = (engine: Engine): number[] => {
  const { locks } = engine.results();
  return ["queue em1", "serializer em1"].map((name) => Number(locks.find((lock) => lock.name === name)!.hold) / Number(US));
};

const isAtRest = (engine: Engine): void => expect([...brokenIdentities(engine), ...unrest(engine)]).toEqual([]);
const receive = (engine: Engine, data: Uint8Array, frames = 1): void => {
  engine.receive(Array.from({ length: frames }, () => ({ interface: "em0", data, time: engine.now })));
  engine.run();
};

test.each([
  ["the sender", router(9), toRouter(), [1, 11]],
  ["the ifnet thread", scheduled(), toRouter(), [1, 10]],
  ["the bridge", bridge(), bridged, [1, 11]],
])("%s starts the transmitter: the queue is free before the device is told", async (_, config, data, expected) => {
  const engine = await makeEngine("virtual", config);
  receive(engine, data);
  expect(held(engine)).toEqual(expected);
  isAtRest(engine);
});

test("the interrupt that takes sent frames back starts it for those that wait: the queue is free at once", async () => {
  const engine = await makeEngine("virtual", router(2));
  engine.setCarrier("em1", false);
  receive(engine, toRouter(), 6);
  // Two frames go to the ring; four find it full, and are put into the queue.
  expect(held(engine)).toEqual([6, 2 * 11 + 4]);
  engine.setCarrier("em1", true);
  engine.run();
  expect(engine.take()).toHaveLength(6);
  // Twice two of them.
  expect(held(engine)).toEqual([6, 2 * 11 + 4 + 2 * 20]);
  isAtRest(engine);
});
