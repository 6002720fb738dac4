/** Systems for closed loops: em0, where requests and data come in, em1, where they go out, and one CPU. */
import type { Engine } from "../../src/engine.ts";
import type { ClosedConfig, EngineConfig, EngineOptions, TcpConfig, VirtualConfig, WireConfig } from "../../src/types.ts";
import { type Build, makeEngine } from "../support/engines.ts";
import { ownMac } from "../support/lab.ts";

export const US = 1_000_000n;
export const MS = 1_000_000_000n;
export const SECOND = 1_000_000_000_000n;

export interface BedOptions {
  build?: Build;
  /** Mean service in ns: all that takes time. */
  service?: number;
  law?: "constant" | "exponential";
  wire?: WireConfig;
  closed?: Partial<ClosedConfig>[];
  tcp?: (Partial<Omit<TcpConfig, "receiver">> & { receiver?: Partial<TcpConfig["receiver"]> })[];
  rxRing?: number;
  queue?: number;
  as?: "router" | "bridge";
  sysctl?: Record<string, number>;
  cpus?: number;
  virtual?: Partial<VirtualConfig>;
  seed?: number;
}

const networkOf = (as: "router" | "bridge", rxRing: number, queue: number, sysctl: Record<string, number>): EngineConfig => {
  const interfaces = [0, 1].map((i) => ({ name: `em${i}`, mac: ownMac(i), rxRing, txRing: Math.min(queue, 4096), queue }));
  if (as === "bridge") return { interfaces, bridges: [{ name: "bridge0", members: [{ if: "em0" }, { if: "em1" }] }], sysctl };
  return {
    interfaces: interfaces.map((port, i) => ({ ...port, ip: [`10.0.${i}.1/24`] })),
    routes: [0, 1].map((i) => ({ dst: `198.1${8 + i}.0.0/16`, via: `10.0.${i}.2`, if: `em${i}` })),
    arp: [0, 1].map((i) => ({ if: `em${i}`, ip: `10.0.${i}.2`, mac: `02:73:00:00:00:0${i}` })),
    sysctl: { "net.inet.ip.forwarding": 1, "net.inet.ip.fastforwarding": 1, ...sysctl },
  };
};

export const bedConfig = (options: BedOptions): EngineConfig => {
  const { service = 0, law = "constant", wire, closed = [], tcp = [], rxRing = 4096, queue = 4096, as = "router", sysctl = {}, cpus = 1 } = options;
  return {
    cpus,
    mbufs: 16_384,
    seed: options.seed ?? 1,
    ...networkOf(as, rxRing, queue, sysctl),
    virtual: {
      costs: { preset: "zero", set: { Service: { value: service, law } } },
      interfaces: { "*": { rate: 0, delay: 0, txDelay: "none", rxBurst: 1, ...wire } },
      closed: closed.map((one) => ({ if: "em0", outstanding: 1, ...one })),
      tcp: tcp.map((one) => ({ if: "em0", ...one, receiver: { if: "em1", ...one.receiver } })),
      ...options.virtual,
    },
  };
};

export const makeBed = (options: BedOptions, engine: EngineOptions = { collect: false }): Promise<Engine> =>
  makeEngine(options.build ?? "virtual", bedConfig(options), engine);
