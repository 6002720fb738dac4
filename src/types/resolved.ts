/** The same, checked, completed and in numbers: what engine and reference work from. Fields without a comment are those of config.ts, in the same units. */

import type { ProtocolName, StpState } from "./config.ts";
import type { ResolvedVirtual } from "./virtual.ts";

/** 48-bit address, first byte on the wire in the highest byte: "02:00:00:00:00:01" is 0x020000000001n. */
export type Mac = bigint;
/** 32-bit address in host order: "192.0.2.1" is 0xc0000201. */
export type Ip = number;
export interface IpPrefix {
  address: Ip;
  /** 0 to 32. */
  length: number;
}

/** Interfaces come first, then vlans, then bridges; `index` is the place in `ResolvedConfig.ports` and in every table of the engine. */
export interface ResolvedPort {
  index: number;
  kind: "interface" | "vlan" | "bridge";
  name: string;
  /** A bridge without an address of its own has 0n. */
  mac: Mac;
  ip: IpPrefix[];
  mtu: number;
  receiveMtu: number;
  cpu: number;
  promisc: boolean;
  mpsafe: boolean;
  rss: boolean;
  up: boolean;
  monitor: boolean;
  noarp: boolean;
  staticarp: boolean;
  rxRing: number;
  txRing: number;
  queue: number;
  /** Vlan only: index of the parent, and the tag. */
  parent: number;
  vid: number;
}

export interface ResolvedMember {
  port: number;
  learning: boolean;
  discover: boolean;
  stp: StpState;
  span: boolean;
}

export interface ResolvedBridge {
  /** Index of the bridge's own port. */
  port: number;
  members: ResolvedMember[];
  maxaddr: number;
  timeout: number;
  static: { mac: Mac; port: number }[];
  key: number;
}

export interface ResolvedRoute {
  dst: IpPrefix;
  /** Absent: on link. */
  via: Ip | undefined;
  port: number;
}

export interface ResolvedConfig {
  cpus: number;
  mbufs: number;
  seed: number;
  ports: ResolvedPort[];
  bridges: ResolvedBridge[];
  /** As configured; the routes to the ports' own subnets are not in it. */
  routes: ResolvedRoute[];
  arp: { port: number; ip: Ip; mac: Mac }[];
  /** Every knob, by name, with its value: first that of the configuration, then what `Engine.setKnob` made of it. */
  sysctl: Record<string, number>;
  /** Every protocol of `ProtocolName`. */
  handlers: Record<ProtocolName, { mpsafe: boolean }>;
  limits: { routes: number; arp: number; input: number; output: number };
  /** Absent: not configured; the virtual machine takes the defaults then. */
  virtual?: ResolvedVirtual;
}
