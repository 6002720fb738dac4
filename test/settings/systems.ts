/** Systems whose settings the cases change: a router, a bridge, and one that does a bit of everything. */
import type { EngineConfig, TrafficConfig, VirtualConfig } from "../../src/types.ts";
import { ownMac, station } from "../support/frames.ts";

/** 20.N.0.0/16 and 198.(18+N).0.0/16 are behind em N, and CPU 0 of the two has the interrupts. */
export const router = (virtual: VirtualConfig = {}, more: Partial<EngineConfig> = {}): EngineConfig => ({
  cpus: 2,
  interfaces: [0, 1, 2].map((n) => ({ name: `em${n}`, mac: ownMac(n), ip: [`10.0.${n}.1/24`] })),
  routes: [0, 1, 2].flatMap((n) => [`20.${n}.0.0/16`, `198.${18 + n}.0.0/16`].map((dst) => ({ dst, via: `10.0.${n}.2`, if: `em${n}` }))),
  arp: [0, 1, 2].map((n) => ({ if: `em${n}`, ip: `10.0.${n}.2`, mac: station(n) })),
  ...more,
  sysctl: { "net.inet.ip.forwarding": 1, ...more.sysctl },
  virtual,
});

/** From em0 to em1, over 16 flows. */
export const load = (rate: number, more: Partial<TrafficConfig> = {}): TrafficConfig => ({
  if: "em0",
  arrivals: "constant",
  rate,
  flows: 16,
  dstIp: "20.1.0.1",
  ...more,
});

/** A bridge of three, where station N is behind em N. */
export const bridge = (virtual: VirtualConfig = {}, more: Partial<EngineConfig> = {}): EngineConfig => ({
  cpus: 2,
  interfaces: [0, 1, 2].map((n) => ({ name: `em${n}`, mac: ownMac(n) })),
  bridges: [{ name: "br0", members: [0, 1, 2].map((n) => ({ if: `em${n}` })) }],
  ...more,
  virtual,
});
