/**
 * Thread A has the BGL and asks for a lock that B, on CPU 1, has without it. C and D, on CPUs 2 and 3, hold the BGL for a while. Times are
 * microseconds from `START` on; nothing takes time but what a bed says.
 */
import type { Arrival, EngineConfig, WorkConfig } from "../../src/types.ts";
import { ownMac, station } from "../support/frames.ts";
import { us } from "../support/kernel_work.ts";
import { ipFrame, TCP, tcp, udp } from "../support/packets.ts";
import type { Costs } from "../support/systems.ts";

/** Before it flow caches are filled. */
export const START = 100;

export interface Bed {
  /** What A asks for, and keeps for 10 us when it has it. */
  lock: string;
  a: string;
  b: string;
  config: EngineConfig;
  /** Frames that have come long before. */
  before: Arrival[];
  /** The frame for which A gets the BGL at `time`, which it asks for the lock 1 us later. */
  asks: (time: number) => Arrival;
  /** The frame for which B has the lock from `time` on, for 10 us. */
  holds: (time: number) => Arrival;
  /** For how long A spins for the lock before it sleeps; it serves the frame before that; and its CPU reads it. */
  spin: number;
  service: number;
  reads: number;
}

const names = ["em0", "em1", "em2"];
const numbers = names.map((_, n) => n);

/** UDP is A's: its thread is in mode 0, that of TCP in mode 2. */
const networkOf = (costs: Costs, udpMode = 0): EngineConfig => ({
  cpus: 4,
  interfaces: names.map((name, n) => ({ name, mac: ownMac(n), cpu: Math.min(n, 1) })),
  sysctl: { "net.inet.udp.mpsafe_thread": udpMode, "net.inet.tcp.mpsafe_thread": 2 },
  virtual: { costs: { preset: "zero", set: costs }, interfaces: { "*": { rate: 0, delay: 0, txDelay: "none" } } },
});

const bridge = (costs: Costs): EngineConfig => ({
  ...networkOf(costs),
  bridges: [{ name: "bridge0", members: names.map((name) => ({ if: name })), static: names.map((name, n) => ({ mac: station(n), if: name })) }],
});

const router = (costs: Costs, udpMode: number): EngineConfig => {
  const { interfaces, sysctl, ...rest } = networkOf(costs, udpMode);
  return {
    ...rest,
    interfaces: interfaces.map((port, n) => ({ ...port, ip: [`10.0.${n}.1/24`] })),
    arp: numbers.map((n) => ({ if: names[n]!, ip: `10.0.${n}.9`, mac: station(n) })),
    sysctl: { ...sysctl, "net.inet.ip.forwarding": 1, "net.inet.ip.fastforwarding": 1 },
  };
};

/** To the network of em2. CPU 0 has its UDP, CPU 1 its TCP. */
const frame = (port: number, dst: string, protocol: "udp" | "tcp", time: number, options: number[] = []): Arrival => {
  const packet = protocol === "udp" ? { payload: udp({ sport: 0, dport: 0 }) } : { protocol: TCP, payload: tcp({ sport: 1, dport: 0 }) };
  const data = ipFrame({ src: station(port), dst }, { src: `10.0.${port}.9`, dst: "10.0.2.9", options, ...packet });
  return { interface: names[port]!, time: at(time), data };
};

const routed = { lock: "queue em2", b: "tcp_thread 1", before: [frame(1, ownMac(1), "tcp", -START)], spin: 3, reads: 0, a: "udp_thread 0" };
const NOPS = [1, 1, 1, 0];

export const BRIDGE: Bed = {
  lock: "serializer bridge0",
  a: "udp_thread 0",
  b: "tcp_thread 1",
  config: bridge({ Service: 1000, BridgeLookup: 10_000 }),
  before: [],
  asks: (time) => frame(0, station(2), "udp", time),
  holds: (time) => frame(1, station(2), "tcp", time - 1),
  spin: 0,
  service: 0,
  reads: 0,
};

/** An interrupt of em2 has the serializer. What it brings is for a station of em2. */
export const INTERFACE: Bed = {
  ...BRIDGE,
  lock: "serializer em2",
  b: "ithread em2",
  config: bridge({ Service: 1000, RxFrame: 10_000, IfStart: 10_000 }),
  asks: (time) => frame(0, station(2), "udp", time - 10),
  holds: (time) => frame(2, station(2), "tcp", time),
  reads: 10,
};

export const QUEUE: Bed = {
  ...routed,
  config: router({ Service: 1000, IfqEnqueue: 10_000, AdaptiveSpin: 3000 }, 0),
  asks: (time) => frame(0, ownMac(0), "udp", time),
  holds: (time) => frame(1, ownMac(1), "tcp", time - 1),
  service: 0,
};

/** Both threads are in mode 2, but IP is not MPSAFE: netisr_run gets the BGL for a packet that the flow cache leaves alone. */
export const HANDLER: Bed = {
  ...routed,
  config: router({ Service: 1000, IpInput: 1000, IfqEnqueue: 10_000, AdaptiveSpin: 3000 }, 2),
  asks: (time) => frame(0, ownMac(0), "udp", time - 1, NOPS),
  holds: (time) => frame(1, ownMac(1), "tcp", time - 1),
  service: 1,
};

/** A thread of CPU 1 sends by em0, whose interrupt is under the BGL: that and the serializer are asked for at once. */
export const INTERRUPT: Bed = {
  ...BRIDGE,
  lock: "serializer em0",
  a: "ithread em0",
  config: withoutMpsafe(bridge({ IfStart: 10_000, RxFrame: 5000 })),
  asks: (time) => frame(0, station(0), "tcp", time),
  holds: (time) => frame(1, station(0), "tcp", time - 5),
};

/** The handler of em0's interrupt is not MPSAFE. */
function withoutMpsafe({ interfaces, ...config }: EngineConfig): EngineConfig {
  return { ...config, interfaces: interfaces.map((port, n) => ({ ...port, mpsafe: n > 0 })) };
}

/** A time of a bed in picoseconds. */
export function at(time: number): bigint {
  return BigInt(Math.round((START + time) * 1e6));
}

/** A thread of other kernel work that asks for the BGL at `time`, once. */
export const call = (cpu: number, time: number, hold: number): WorkConfig => ({
  name: `call${cpu}`,
  cpu,
  class: "user",
  arrivals: "constant",
  interval: us(1e6),
  phase: us(START + time),
  hold: us(hold),
  count: 1,
});
