/** The state of the modelled host: one CPU that takes one frame at a time. */
import { type Drop, type Knob, Path, PS_PER_MS, PS_PER_SECOND } from "../../assembly/abi.ts";
import { KNOB_BY_NAME } from "../knobs.ts";
import type { Ip, Mac, ResolvedBridge, ResolvedConfig, ResolvedMember, ResolvedPort } from "../types.ts";
import { BridgeTable } from "./bridge_table.ts";
import { Tally } from "./counts.ts";
import type { ThreadId } from "./ip_demux.ts";
import { Locks } from "./locks.ts";
import { type Route, Routes } from "./route.ts";

/** The packet has ended or goes on elsewhere, and the caller is done with it: what a function returns that says so and returns in one line. */
export type Done = undefined;

/** A frame that left by an interface. */
export interface Sent {
  port: number;
  data: Uint8Array;
}

/** A frame inside the host. */
export interface Packet {
  /** From the destination address on, without an 802.1Q tag. */
  frame: Uint8Array;
  /** The 16 bits of the tag that travels beside the frame (M_VLANTAG). */
  tag: number | undefined;
  rcvif: number;
  /** M_BCAST or M_MCAST. */
  group: boolean;
  /** M_PROTO1: the bridge has seen it already. */
  reinjected: boolean;
  /** M_LENCHECKED. */
  lengthChecked: boolean;
  /** How it counts when it is sent. */
  path: Path;
}

/** A message in the port of a protocol thread: input, bridge_enqueue to `port`, or an ARP packet that goes round the CPUs. */
export type Message = { thread: ThreadId; mpsafe: boolean } & (
  | { kind: "input"; packet: Packet }
  | { kind: "enqueue"; packet: Packet; port: number }
  | { kind: "arpUpdate" }
);

export interface Bridge {
  port: ResolvedPort;
  members: ResolvedMember[];
  spans: ResolvedMember[];
  table: BridgeTable;
}

export interface ArpEntry {
  port: number;
  ip: Ip;
  mac: Mac | undefined;
  permanent: boolean;
  /** rt_expire: the entry serves while the second is below it. */
  expire: number;
  /** la_asked: requests since the last answer. */
  asked: number;
  /** la_preempt: requests that may still be sent before the entry is old. */
  preempt: number;
  /** RTF_REJECT, until `expire`. */
  reject: boolean;
  /** la_hold. */
  held: { datagram: Uint8Array; path: Path } | undefined;
}

export interface Flow {
  dst: Ip;
  src: Ip;
  tos: number;
  route: Route;
  /** Ticks of half a second until the flow is idle. */
  timer: number;
  uses: number;
  lastUses: number;
}

export class Host {
  readonly config: ResolvedConfig;
  readonly ports: readonly ResolvedPort[];
  readonly bridges: readonly Bridge[];
  readonly routes: Routes;
  /** By `arpKey`. */
  readonly arp = new Map<string, ArpEntry>();
  /** Newest first. */
  readonly flows: Flow[] = [];
  readonly messages: Message[] = [];
  /** What goes on when the packet that is being served has ended, in this order. */
  readonly #pending: (() => void)[] = [];
  readonly sent: Sent[] = [];
  readonly tally = new Tally();
  readonly locks: Locks;
  /** Errors sent in the current second, by ICMP type. */
  readonly icmpSent = new Map<number, number>();
  icmpSecond = 0;
  ipId = 1;
  /** Picoseconds. */
  time = 0n;
  /** CPU of the message that is being served. */
  cpu = 0;
  readonly #knobs: number[] = [];

  constructor(config: ResolvedConfig) {
    this.config = config;
    this.ports = config.ports.map((port) => ({ ...port }));
    for (const [name, knob] of KNOB_BY_NAME) this.#knobs[knob] = config.sysctl[name]!;
    this.locks = new Locks(this.#knobs);
    this.bridges = config.bridges.map((bridge) => createBridge(bridge, this.ports[bridge.port]!));
    this.routes = new Routes(config);
    for (const { port, ip, mac } of config.arp) {
      this.arp.set(arpKey(port, ip), { port, ip, mac, permanent: true, expire: 0, asked: 0, preempt: 0, reject: false, held: undefined });
    }
  }

  knob(knob: Knob): number {
    return this.#knobs[knob]!;
  }

  setKnob(knob: Knob, value: number): void {
    this.#knobs[knob] = value;
  }

  /** time_second. It starts at 1, because 0 marks an entry that never gets old. */
  get seconds(): number {
    return Number(this.time / BigInt(PS_PER_SECOND)) + 1;
  }

  /** Of what ICMP and IP options call the time: milliseconds since engine time 0, modulo a day (RFC 792). */
  get milliseconds(): number {
    return Number((this.time / BigInt(PS_PER_MS)) % 86_400_000n);
  }

  pend(work: () => void): void {
    this.#pending.push(work);
  }

  finishPending(): void {
    for (let work = this.#pending.shift(); work; work = this.#pending.shift()) work();
  }

  drop(reason: Drop): Done {
    this.tally.drop(reason);
  }

  deliver(): Done {
    this.tally.end(Path.Delivered);
  }

  /** The bridge that an interface is a member of. A span port belongs to none. */
  bridgeOf(port: number): Bridge | undefined {
    return this.bridges.find((bridge) => bridge.members.some((member) => member.port === port));
  }
}

export const arpKey = (port: number, ip: Ip): string => `${port}/${ip}`;

function createBridge(config: ResolvedBridge, port: ResolvedPort): Bridge {
  const table = new BridgeTable(config.maxaddr, config.timeout);
  for (const entry of config.static) table.addStatic(entry.mac, entry.port);
  return { port, members: config.members.filter((member) => !member.span), spans: config.members.filter((member) => member.span), table };
}
