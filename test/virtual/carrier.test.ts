/** A transmitter without a carrier: its ring keeps the frames, and the queue's record has them from the moment at which they came. */
import { expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import type { FaultConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { frame, station } from "../support/frames.ts";
import { brokenIdentities, unrest } from "../support/identities.ts";
import { ownMac } from "../support/lab.ts";
import { US } from "../support/systems.ts";

const bridged = frame({ dst: station(2), src: station(1) });
/** Bits of a frame on the link, over 1 Mbit/s. */
const FRAME = BigInt((bridged.length + 24) * 8) * US;

const systemOf = (faults: FaultConfig[] = []): Promise<Engine> =>
  makeEngine("virtual", {
    interfaces: [0, 1].map((n) => ({ name: `em${n}`, mac: ownMac(n) })),
    bridges: [{ name: "bridge0", members: [{ if: "em0" }, { if: "em1" }], static: [{ mac: station(2), if: "em1" }] }],
    virtual: { costs: { preset: "zero" }, interfaces: { em0: { delay: 0 }, em1: { rate: "1Mbps", txDelay: 0 } }, faults },
  });

const receiveAt = (engine: Engine, ...micros: bigint[]): void =>
  engine.receive(micros.map((us) => ({ interface: "em0", data: bridged, time: us * US })));
const ringOf = (engine: Engine) => engine.results().queues.find(({ name }) => name === "transmit em1");
const leftAt = (engine: Engine): bigint[] => engine.take().map(({ time }) => time / US);
const sent = FRAME / US;

test("frames that come without a carrier wait in the transmit ring, and leave one after the other when it is back", async () => {
  const engine = await systemOf();
  engine.setCarrier("em1", false);
  receiveAt(engine, 10n, 20n, 30n);
  engine.run(40n * US);
  expect(ringOf(engine)).toMatchObject({ puts: 3n, takes: 0n, length: 3n, highWater: 3n, integral: (30n + 20n + 10n) * US });
  expect(brokenIdentities(engine)).toEqual([]);
  engine.setCarrier("em1", true);
  receiveAt(engine, 50n);
  engine.run();
  expect(leftAt(engine)).toEqual([1n, 2n, 3n, 4n].map((n) => 40n + n * sent));
  expect(ringOf(engine)).toMatchObject({ puts: 4n, takes: 4n, length: 0n, highWater: 4n });
  expect([...brokenIdentities(engine), ...unrest(engine)]).toEqual([]);
});

test("the same, where the wire is at fault; what came before is on its way", async () => {
  const engine = await systemOf([{ kind: "flap", if: "em1", from: "15us", for: "30us" }]);
  receiveAt(engine, 10n, 20n, 30n);
  engine.run(40n * US);
  expect(ringOf(engine)).toMatchObject({ puts: 3n, length: 3n, integral: (30n + 20n + 10n) * US });
  engine.run();
  expect(leftAt(engine)).toEqual([1n, 2n, 3n].map((n) => 10n + n * sent));
  expect([...brokenIdentities(engine), ...unrest(engine)]).toEqual([]);
});

test("what generators send to an interface without a carrier is lost, from the moment on at which it went until it is back", async () => {
  const engine = await makeEngine("virtual", {
    interfaces: [0, 1].map((n) => ({ name: `em${n}`, mac: ownMac(n) })),
    bridges: [{ name: "bridge0", members: [{ if: "em0" }, { if: "em1" }], static: [{ mac: station(2), if: "em1" }] }],
    virtual: {
      costs: { preset: "zero" },
      traffic: [{ if: "em0", arrivals: "constant", rate: 100_000, dstMac: station(2), srcMac: station(1), stop: "1ms" }],
    },
  });
  engine.run(305n * US);
  engine.setCarrier("em0", false);
  engine.run(605n * US);
  engine.setCarrier("em0", true);
  engine.run();
  expect(engine.counters().drops.WireLoss).toBe(30);
  expect(engine.take()).toHaveLength(99 - 30);
  expect([...brokenIdentities(engine), ...unrest(engine)]).toEqual([]);
});
