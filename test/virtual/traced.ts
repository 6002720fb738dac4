/** Two interfaces, one or more CPUs, costs of the table: what the trace is looked at on. */
import { COST_BY_NAME, COSTS, type CostInfo } from "../../src/costs.ts";
import type { Engine } from "../../src/engine.ts";
import type { EngineConfig, EngineOptions, TrafficConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { station } from "../support/frames.ts";
import { ipFrame } from "../support/packets.ts";

export const US = 1_000_000n;

/** Picoseconds of the table, summed up. */
export const cost = (...names: CostInfo["name"][]): bigint =>
  names.reduce((sum, name) => sum + BigInt(Math.round(COSTS[COST_BY_NAME.get(name)!]!.default * 1000)), 0n);

const interfaces = ["em0", "em1"].map((name, i) => ({ name, mac: `02:00:00:00:00:0${i + 1}` }));
/** Links without a rate, interrupts at once, descriptors that come back by themselves: only the path takes time. */
const wires = { "*": { rate: 0, delay: 0, txDelay: "none" as const } };

export const bridge = (): EngineConfig => ({
  interfaces,
  bridges: [
    {
      name: "bridge0",
      members: interfaces.map(({ name }) => ({ if: name })),
      static: interfaces.map(({ name }, i) => ({ mac: station(i + 1), if: name })),
    },
  ],
  virtual: { interfaces: wires },
});

export const router = (traffic: TrafficConfig[] = [], cpus = 1, mode = 1): EngineConfig => ({
  cpus,
  interfaces: interfaces.map((port, i) => ({ ...port, ip: [`10.0.${i}.1/24`], cpu: i % cpus, rxRing: 8 })),
  arp: [1, 2].map((i) => ({ if: `em${i - 1}`, ip: `10.0.${i - 1}.9`, mac: station(i) })),
  sysctl: { "net.inet.ip.forwarding": 1, "net.inet.ip.fastforwarding": 1, "net.netisr.mpsafe_thread": mode },
  virtual: { interfaces: wires, traffic },
});

/** From station 1 to station 2, through the bridge or the router. */
export const packet = (to: "bridge" | "router", fields = {}): Uint8Array =>
  ipFrame({ src: station(1), dst: to === "bridge" ? station(2) : interfaces[0]!.mac }, { src: "10.0.0.9", dst: "10.0.1.9", ...fields });

/** Three flows each way, constant and Poisson, more than two CPUs carry at once. */
export const busy: TrafficConfig[] = [
  { if: "em0", arrivals: "constant", rate: 700_000, flows: 3, srcMac: station(1), srcIp: "10.0.0.9", dstIp: "10.0.1.9", stop: 400_000 },
  { if: "em1", arrivals: "poisson", rate: 500_000, flows: 3, srcMac: station(2), srcIp: "10.0.1.9", dstIp: "10.0.0.9", stop: 400_000 },
];

export const traced = (config: EngineConfig, options: EngineOptions = {}): Promise<Engine> => makeEngine("virtual", config, options);
