/** A router of one CPU that polls em0, and whose costs are nothing but what a test sets. Packets leave by em1, whose wire takes no time. */
import type { Engine } from "../../src/engine.ts";
import type { EngineConfig, InterfaceConfig, PollingResult, TrafficConfig, WireConfig } from "../../src/types.ts";
import { makeEngine } from "./engines.ts";
import { station } from "./frames.ts";
import { ownMac, toRouter } from "./lab.ts";
import { ICMP } from "./packets.ts";
import { type Costs, FREE_WIRE, US } from "./systems.ts";

export interface PolledOptions {
  costs?: Costs | Record<string, { value: number; law: "constant" | "exponential" }>;
  /** By the last parts of their names. */
  knobs?: Record<string, number>;
  wires?: Record<string, WireConfig>;
  ports?: Partial<InterfaceConfig>[];
  traffic?: Omit<TrafficConfig, "if" | "dstIp">;
  cpus?: number;
  mbufs?: number;
  seed?: number;
}

export const polledConfig = ({
  costs = {},
  knobs = {},
  wires,
  ports = [],
  traffic,
  cpus = 1,
  mbufs = 4096,
  seed = 1,
}: PolledOptions): EngineConfig => ({
  cpus,
  mbufs,
  seed,
  interfaces: [0, 1, 2].map((n) => ({ name: `em${n}`, mac: ownMac(n), ip: [`10.0.${n}.1/24`], rxRing: 256, txRing: 4096, queue: 4096, ...ports[n] })),
  routes: [0, 1, 2].map((n) => ({ dst: `20.${n}.0.0/16`, via: `10.0.${n}.2`, if: `em${n}` })),
  arp: [0, 1, 2].map((n) => ({ if: `em${n}`, ip: `10.0.${n}.2`, mac: station(n) })),
  sysctl: {
    "net.inet.ip.forwarding": 1,
    ...Object.fromEntries(Object.entries(knobs).map(([name, value]) => [`kern.polling.${name}`, value])),
  },
  virtual: {
    costs: { preset: "zero", set: costs },
    interfaces: { "*": { ...FREE_WIRE, delay: 0 }, ...(wires ?? { em0: { polling: true } }) },
    ...(traffic && { traffic: [{ if: "em0", dstIp: "20.1.0.1", ...traffic }] }),
  },
});

export const makePolled = (options: PolledOptions): Promise<Engine> => makeEngine("virtual", polledConfig(options));

/** For long runs: without the engine's assertions, and departures are only counted. */
export const makeFast = (options: PolledOptions): Promise<Engine> => makeEngine("virtualRelease", polledConfig(options), { collect: false });

/** Packets that netisr_cpu 0 forwards from em `from` by em1, all there at once; those of the generators are udp_thread's. */
export const giveIcmp = (engine: Engine, frames: number, from = 0, at = engine.now): void => {
  const data = toRouter({ protocol: ICMP, src: `20.${from}.0.9`, dst: "20.1.0.1", payload: [8, 0, 0xf7, 0xff, 0, 0, 0, 0] }, from);
  engine.receive(Array.from({ length: frames }, () => ({ interface: `em${from}`, data, time: at })));
};

/** Times of departure, in whole microseconds, by the interface that the frame came in by. */
export const departures = (engine: Engine): number[] => engine.take().map(({ time }) => Number(time / US));

export const pollingOf = (engine: Engine): PollingResult => engine.results().polling![0]!;
