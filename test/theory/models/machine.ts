/** The system that the open models are run on: a router whose flow cache forwards what comes in by em0, and nothing takes time but what a model says. */
import type { CostInfo } from "../../../src/costs.ts";
import type { EngineConfig, TrafficConfig, WireConfig } from "../../../src/types.ts";
import { ownMac } from "../../support/frames.ts";

/** Picoseconds between two packets: all whole numbers up to it are one second divided by a whole number, as traffic wants it, and rounded. */
export const PACE = 1_000_000;

export type Law = "constant" | "exponential";
/** Mean in picoseconds. */
export type Costs = Partial<Record<CostInfo["name"], { mean: number; law: Law }>>;

export interface MachineOptions {
  seed: number;
  stop: bigint;
  costs?: Costs;
  wire?: WireConfig;
  arrivals?: TrafficConfig["arrivals"];
  /** Picoseconds between two packets. Default PACE. */
  interval?: number;
  traffic?: Partial<TrafficConfig>;
  rxRing?: number;
  cpus?: number;
  /** CPU of the interface that packets come in by. */
  cpu?: number;
  mbufs?: number;
  sysctl?: Record<string, number>;
}

/** More than a queue without a limit ever holds at loads up to 0.98. */
const MBUFS = 8192;
export const PORT = "queue udp_thread 0";

/** Picoseconds as nanoseconds with the digits behind the point. */
export const ns = (ps: number): number => Math.round(ps) / 1000;
export const psText = (ps: number): string => `${Math.round(ps)}ps`;

/** Packets per second, a whole number: exact up to PACE, above that to one part in a million or so. */
const rateOf = (interval: number): number => Math.round(1e12 / interval);

export const machineOf = (options: MachineOptions): EngineConfig => {
  const {
    seed,
    stop,
    costs = {},
    wire,
    arrivals = "poisson",
    interval = PACE,
    traffic,
    rxRing = 64,
    cpus = 1,
    cpu = 0,
    mbufs = MBUFS,
    sysctl,
  } = options;
  return {
    cpus,
    mbufs,
    seed,
    interfaces: [0, 1].map((i) => ({
      name: `em${i}`,
      mac: ownMac(i),
      ip: [`10.0.${i}.1/24`],
      rxRing: i ? 1 : rxRing,
      txRing: 4096,
      queue: 4096,
      cpu,
    })),
    routes: [{ dst: "20.0.0.0/8", via: "10.0.1.2", if: "em1" }],
    arp: [{ if: "em1", ip: "10.0.1.2", mac: "02:73:00:00:00:01" }],
    sysctl: { "net.inet.ip.forwarding": 1, "net.inet.ip.fastforwarding": 1, ...sysctl },
    virtual: {
      costs: { preset: "zero", set: Object.fromEntries(Object.entries(costs).map(([name, { mean, law }]) => [name, { value: ns(mean), law }])) },
      interfaces: { "*": { rate: 0, delay: 0, txDelay: "none", rxBurst: 1 }, em0: { ...wire } },
      traffic: [{ if: "em0", arrivals, rate: rateOf(interval), dstIp: "20.0.0.1", stop: psText(Number(stop)), ...traffic }],
    },
  };
};
