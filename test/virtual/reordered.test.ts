/** Which frames count as out of order: those that leave behind a later one of their flow and their source. */
import { expect, test } from "vitest";
import type { TrafficConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { ownMac } from "../support/lab.ts";

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
