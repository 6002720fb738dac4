/** Which frames count as out of order: those that leave behind a later one of their flow and their source. */
import { expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import type { Arrival, Departure, EngineConfig, TrafficConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { ownMac } from "../support/lab.ts";
import { US } from "../support/systems.ts";

test("frames of one flow that come in by two interfaces have no order: nothing is out of it", async () => {
  const source = (port: string, start: number): TrafficConfig => ({
    if: port,
    arrivals: "constant",
    rate: 100_000,
    start,
    count: 100,
    srcIp: "10.0.9.9",
    dstIp: "20.0.0.1",
  });
  const engine = await makeEngine("virtualRelease", {
    interfaces: [0, 1, 2].map((n) => ({ name: `em${n}`, mac: ownMac(n), ip: [`10.0.${n}.1/24`] })),
    routes: [{ dst: "20.0.0.0/8", via: "10.0.2.2", if: "em2" }],
    arp: [{ if: "em2", ip: "10.0.2.2", mac: "02:73:00:00:00:01" }],
    sysctl: { "net.inet.ip.forwarding": 1 },
    virtual: { traffic: [source("em1", 0), source("em0", 5000)] },
  });
  engine.run();
  const { reordered, traffic } = engine.results();
  expect(traffic[2]!.carried.frames).toBe(200n);
  expect(reordered).toBe(0n);
});

/** A router or bridge of 4 CPUs, whose em0 holds back one frame in a hundred. */
const heldBack = async (delay: string, as: EngineConfig, frames?: Arrival[]): Promise<Engine> => {
  const engine = await makeEngine("virtualRelease", {
    cpus: 4,
    mbufs: 8192,
    ...as,
    virtual: { ...as.virtual, faults: [{ kind: "reordering", if: "em0", p: 0.01, delay }] },
  });
  if (frames) engine.receive(frames);
  engine.run();
  return engine;
};

/** Frames that leave behind a later one with the same key. */
const outOfOrder = (frames: readonly Departure[], keyOf: (data: Uint8Array) => string): bigint => {
  const last = new Map<string, number>();
  let count = 0n;
  for (const { data, cause } of frames) {
    const key = keyOf(data);
    if (Number(cause) < (last.get(key) ?? 0)) count++;
    else last.set(key, Number(cause));
  }
  return count;
};

test("UDP and TCP between the same ports are two flows: counted is what is out of order in its own", async () => {
  const engine = await heldBack("100us", {
    interfaces: [0, 1].map((n) => ({ name: `em${n}`, mac: ownMac(n), ip: [`10.0.${n}.1/24`], rxRing: 256, queue: 255 })),
    routes: [{ dst: "20.0.0.0/8", via: "10.0.1.2", if: "em1" }],
    arp: [{ if: "em1", ip: "10.0.1.2", mac: "02:73:00:00:00:01" }],
    sysctl: { "net.inet.ip.forwarding": 1 },
    virtual: {
      // addresses and ports count up together
      traffic: [
        { if: "em0", arrivals: "poisson", rate: 600_000, flows: 16, srcIps: 16, dstIp: "20.0.0.1", protocols: { udp: 1, tcp: 1 }, stop: "10ms" },
      ],
    },
  });
  const sent = engine.take();
  const inFlows = outOfOrder(sent, (data) => [data[23], data.subarray(26, 38)].join());
  expect(inFlows).toBeGreaterThan(0n);
  expect(outOfOrder(sent, (data) => data.subarray(26, 38).join())).toBeGreaterThan(inFlows);
  expect(engine.results().reordered).toBe(inFlows);
});

test("frames that are not IP are flows by both MAC addresses", async () => {
  const frames = Array.from({ length: 4000 }, (_, n) => {
    const data = new Uint8Array(60);
    data.set([2, 0x73, 0, 0, 0, n % 4, 2, 0x74, 0, 0, 0, (n * 7) % 16, 0x88, 0xb5]);
    return { interface: "em0", data, time: BigInt(n) * 2n * US };
  });
  const engine = await heldBack(
    "9us", // four frames pass, none of which has the same source
    {
      interfaces: [0, 1].map((n) => ({ name: `em${n}`, mac: ownMac(n), rxRing: 256, queue: 255 })),
      bridges: [
        { name: "br0", members: [{ if: "em0" }, { if: "em1" }], static: [0, 1, 2, 3].map((n) => ({ mac: `02:73:00:00:00:0${n}`, if: "em1" })) },
      ],
      virtual: {},
    },
    frames,
  );
  const sent = engine.take();
  expect(outOfOrder(sent, (data) => data.subarray(0, 12).join())).toBe(0n);
  expect(outOfOrder(sent, (data) => data.subarray(0, 6).join())).toBeGreaterThan(10n);
  expect(engine.results().reordered).toBe(0n);
});
