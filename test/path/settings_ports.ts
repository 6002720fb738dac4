/** For every key of interfaces, bridges, members and vlans: values, and the number that each of them leads to in a small network. */

import type { BridgeConfig, BridgeMemberConfig, InterfaceConfig, VlanConfig } from "../../src/types.ts";
import { arp, BROADCAST, frame, station, tagged } from "../support/frames.ts";
import { type Lab, type Labs, ownMac, toRouter } from "../support/lab.ts";
import { ipFrame, TCP, tcp, udp } from "../support/packets.ts";
import { learnedPort } from "../support/tables.ts";

export interface PortCase {
  // biome-ignore lint/suspicious/noExplicitAny: each setting has values of its own type
  numbers: [value: any, number: number][];
  // biome-ignore lint/suspicious/noExplicitAny: as above
  measure(labs: Labs, value: any): number;
}
type CasesOf<T> = { [K in keyof Required<T>]: { numbers: [value: T[K], number: number][]; measure(labs: Labs, value: T[K]): number } };

const LAN = ["em0", "em1", "em2"];
const broadcast = frame({ dst: BROADCAST, src: station(1) });
const unknown = frame({ dst: station(2), src: station(1) });
const dropped = (lab: Lab, reason: string, action: () => unknown): number => lab.changes(action).drops[reason] ?? 0;
/** Twenty packets that leave by em1, whose cable is out. */
const jam = (lab: Lab): void => {
  lab.engine.setCarrier("em1", false);
  for (let n = 0; n < 20; n++) lab.receive("em0", toRouter());
};
const bigUdp = toRouter({ payload: udp({ data: Array(1200).fill(7) }) });

export const INTERFACE_CASES = {
  name: {
    numbers: [
      ["em0", 1],
      ["eth0", 0],
    ],
    measure: (labs, name) => labs.of({ interfaces: [{ name, mac: ownMac(0) }] }).engine.config.ports.filter((port) => port.name === "em0").length,
  },
  mac: {
    numbers: [
      [ownMac(0), 0],
      ["02:00:00:00:00:77", 1],
    ],
    measure: (labs, mac) => {
      const lab = labs.of({ interfaces: [{ name: "em0", mac }] });
      return dropped(lab, "NotForUs", () => lab.receive("em0", frame({ dst: ownMac(0), src: station(1) })));
    },
  },
  ip: {
    numbers: [
      [["10.0.1.1/24"], 1],
      [["10.0.1.1/24", "20.1.0.9/32"], 0],
    ],
    measure: (labs, ip) =>
      labs
        .routerOf(2, { ports: { em1: { ip: ip! } } })
        .receive("em0", toRouter())
        .filter((port) => port === "em1").length,
  },
  mtu: {
    numbers: [
      [1500, 1],
      [600, 3],
    ],
    measure: (labs, mtu) => labs.routerOf(2, { ports: { em1: { mtu: mtu! } } }).receive("em0", bigUdp).length,
  },
  receiveMtu: {
    numbers: [
      [undefined, 1],
      [9000, 0],
    ],
    measure: (labs, receiveMtu) => {
      const lab = labs.routerOf(2, { ports: { em0: receiveMtu === undefined ? {} : { receiveMtu } } });
      return dropped(lab, "TooLong", () => lab.receive("em0", toRouter({ payload: udp({ data: Array(2000).fill(7) }) })));
    },
  },
  cpu: {
    numbers: [
      [0, 0],
      [1, 1],
    ],
    measure: (labs, cpu) => {
      const lab = labs.of({ cpus: 2, interfaces: [{ name: "em0", mac: ownMac(0), cpu: cpu! }] });
      return lab.changes(() => lab.receive("em0", broadcast)).stats.ipiq_count ?? 0; // to CPU 0
    },
  },
  promisc: {
    numbers: [
      [false, 1],
      [true, 0],
    ],
    measure: (labs, promisc) => {
      const lab = labs.of({ interfaces: [{ name: "em0", mac: ownMac(0), promisc: promisc! }] });
      return dropped(lab, "NotForUs", () => lab.receive("em0", unknown));
    },
  },
  mpsafe: {
    numbers: [
      [true, 0],
      [false, 1],
    ],
    measure: (labs, mpsafe) => {
      const lab = labs.of({ interfaces: [{ name: "em0", mac: ownMac(0), mpsafe: mpsafe! }] });
      return lab.thread("ithread em0", () => lab.receive("em0", broadcast)).gets ?? 0;
    },
  },
  rss: {
    numbers: [
      [false, 0],
      [true, 1],
    ],
    measure: (labs, rss) => {
      const lab = labs.routerOf(2, { cpus: 8, ports: { em0: { rss: rss! } } });
      const packet = toRouter({ src: "10.0.0.1", dst: "10.0.1.2", protocol: TCP, payload: tcp({ sport: 1024, dport: 80 }) });
      return lab.thread("tcp_thread 0", () => lab.receive("em0", packet)).messages ?? 0; // 3 by addresses and ports, 0 by Toeplitz
    },
  },
  up: {
    numbers: [
      [true, 0],
      [false, 1],
    ],
    measure: (labs, up) => {
      const lab = labs.of({ interfaces: [{ name: "em0", mac: ownMac(0), up: up! }] });
      return dropped(lab, "InterfaceDown", () => lab.receive("em0", broadcast));
    },
  },
  monitor: {
    numbers: [
      [false, 0],
      [true, 1],
    ],
    measure: (labs, monitor) => {
      const lab = labs.of({ interfaces: [{ name: "em0", mac: ownMac(0), monitor: monitor! }] });
      return dropped(lab, "Monitor", () => lab.receive("em0", broadcast));
    },
  },
  noarp: {
    numbers: [
      [false, 1],
      [true, 0],
    ],
    measure: (labs, noarp) =>
      labs.routerOf(1, { ports: { em0: { noarp: noarp! } } }).receive("em0", arp({ senderMac: station(7), sender: "10.0.0.7", target: "10.0.0.1" }))
        .length,
  },
  staticarp: {
    numbers: [
      [false, 1],
      [true, 0],
    ],
    measure: (labs, staticarp) =>
      labs.routerOf(2, { ports: { em1: { staticarp: staticarp! } } }).receive("em0", toRouter({ dst: "10.0.1.77" })).length,
  },
  rxRing: {
    numbers: [
      [64, 10],
      [4, 4],
    ],
    measure: (labs, rxRing) => {
      const lab = labs.of({ interfaces: [{ name: "em0", mac: ownMac(0), rxRing: rxRing! }] });
      const { if_ipackets, interrupts } = lab.changes(() => lab.burst("em0", Array(10).fill(broadcast))).ports.em0!;
      return Math.ceil(if_ipackets! / interrupts!); // most frames that an interrupt found
    },
  },
  txRing: {
    numbers: [
      [256, 20],
      [5, 5],
    ],
    measure: (labs, txRing) => {
      const lab = labs.routerOf(2, { ports: { em1: { txRing: txRing! } } });
      jam(lab);
      return lab.engine.exports.ringLength(1);
    },
  },
  queue: {
    numbers: [
      [50, 0],
      [8, 12],
    ],
    measure: (labs, queue) => {
      const lab = labs.routerOf(2, { ports: { em1: { queue: queue!, txRing: 1 } } });
      return dropped(lab, "QueueFull", () => jam(lab)); // of 20, one in the ring, 7 in the queue: ip_output lets it never get full
    },
  },
} satisfies CasesOf<InterfaceConfig>;

const BR = "02:00:00:00:00:f0";
const bridged = (labs: Labs, bridge: Partial<BridgeConfig>): Lab => labs.bridgeOf(LAN, { bridge });

export const BRIDGE_CASES = {
  name: {
    numbers: [
      ["br0", 1],
      ["lan", 0],
    ],
    measure: (labs, name) =>
      bridged(labs, { name })
        .engine.counters()
        .bridges.filter((bridge) => bridge.name === "br0").length,
  },
  mac: {
    numbers: [
      [undefined, 2],
      [BR, 0],
    ],
    measure: (labs, mac) => bridged(labs, mac === undefined ? {} : { mac }).receive("em0", frame({ dst: BR, src: station(1) })).length,
  },
  ip: {
    numbers: [
      [[], 0],
      [["10.0.0.1/24"], 1],
    ],
    measure: (labs, ip) => {
      const request = arp({ senderMac: station(7), sender: "10.0.0.7", target: "10.0.0.1" });
      return bridged(labs, { mac: BR, ip: ip! })
        .sent("em0", request)
        .filter(({ path }) => path === "Originated").length;
    },
  },
  mtu: {
    numbers: [
      [1500, 1],
      [600, 3],
    ],
    measure: (labs, mtu) => {
      const lab = labs.of({
        interfaces: [
          { name: "em0", mac: ownMac(0), ip: ["10.0.0.1/24"] },
          { name: "em1", mac: ownMac(1) },
        ],
        bridges: [{ name: "br0", mac: BR, ip: ["10.0.1.1/24"], members: [{ if: "em1" }], mtu: mtu! }],
        routes: [{ dst: "20.1.0.0/16", via: "10.0.1.2" }],
        arp: [{ if: "br0", ip: "10.0.1.2", mac: station(1) }],
        sysctl: { "net.inet.ip.forwarding": 1 },
      });
      return lab.receive("em0", bigUdp).length;
    },
  },
  members: {
    numbers: [
      [LAN.map((name) => ({ if: name })), 2],
      [[{ if: "em0" }, { if: "em1" }], 1],
    ],
    measure: (labs, members) => bridged(labs, { members }).receive("em0", broadcast).length,
  },
  maxaddr: {
    numbers: [
      [100, 3],
      [2, 2],
    ],
    measure: (labs, maxaddr) => {
      const lan = bridged(labs, { maxaddr: maxaddr! });
      for (const n of [1, 2, 3]) lan.receive("em0", frame({ dst: BROADCAST, src: station(n) }));
      return lan.engine.counters().bridges[0]!.addresses;
    },
  },
  timeout: {
    numbers: [
      [1200, 1],
      [100, 0],
    ],
    measure: (labs, timeout) => {
      const lan = bridged(labs, { timeout: timeout! });
      lan.receive("em0", broadcast);
      lan.until(300);
      return lan.engine.counters().bridges[0]!.addresses;
    },
  },
  static: {
    numbers: [
      [[], 2],
      [[{ mac: station(2), if: "em2" }], 1],
    ],
    measure: (labs, entries) => bridged(labs, { static: entries! }).receive("em0", unknown).length,
  },
  // Decides in which bucket an address is looked for, never what is found: no frame can tell, only the hash itself.
  key: {
    numbers: [
      [0, 92],
      [0x12345678, 420],
    ],
    measure: (labs, key) => {
      const { exports, config } = bridged(labs, { key: key! }).engine;
      return exports.bridgeRthash(0x010000000002n, config.bridges[0]!.key);
    },
  },
  up: {
    numbers: [
      [true, 2],
      [false, 0],
    ],
    measure: (labs, up) => bridged(labs, { up: up! }).receive("em0", broadcast).length,
  },
  monitor: {
    numbers: [
      [false, 2],
      [true, 0],
    ],
    measure: (labs, monitor) => bridged(labs, { monitor: monitor! }).receive("em0", broadcast).length,
  },
} satisfies CasesOf<BridgeConfig>;

const withMember = (labs: Labs, member: Partial<BridgeMemberConfig>): Lab => labs.bridgeOf(LAN, { members: { em1: member } });

export const MEMBER_CASES = {
  if: {
    numbers: [
      ["em1", 2],
      ["vlan5", 1],
    ],
    measure: (labs, name) => {
      const lan = labs.of({
        interfaces: LAN.map((port, n) => ({ name: port, mac: ownMac(n) })),
        vlans: [{ name: "vlan5", parent: "em2", vid: 5 }],
        bridges: [{ name: "br0", members: [{ if: "em0" }, { if: name }, ...(name === "em1" ? [{ if: "em2" }] : [])] }],
      });
      return lan.receive("em0", broadcast).length;
    },
  },
  learning: {
    numbers: [
      [true, 1],
      [false, 0],
    ],
    measure: (labs, learning) => {
      const lan = withMember(labs, { learning: learning! });
      lan.receive("em1", broadcast);
      return learnedPort(lan, station(1)) === "em1" ? 1 : 0;
    },
  },
  discover: {
    numbers: [
      [true, 2],
      [false, 1],
    ],
    measure: (labs, discover) => withMember(labs, { discover: discover! }).receive("em0", unknown).length,
  },
  stp: {
    numbers: [
      ["none", 2],
      ["disabled", 1],
      ["blocking", 1],
      ["listening", 2],
      ["learning", 2],
      ["forwarding", 2],
    ],
    measure: (labs, stp) => withMember(labs, { stp: stp! }).receive("em0", broadcast).length,
  },
  span: {
    numbers: [
      [false, 2],
      [true, 0],
    ],
    measure: (labs, span) => withMember(labs, { span: span! }).receive("em1", broadcast).length,
  },
} satisfies CasesOf<BridgeMemberConfig>;

const withVlan = (labs: Labs, vlan: Partial<VlanConfig>): Lab =>
  labs.routerOf(2, {
    vlans: [{ name: "vlan5", parent: "em1", vid: 5, ip: ["10.0.5.1/24"], ...vlan }],
    routes: [{ dst: "20.5.0.0/16", via: "10.0.5.2", if: vlan.name ?? "vlan5" }],
    arp: [{ if: vlan.name ?? "vlan5", ip: "10.0.5.2", mac: station(5) }],
  });
const toVlan = toRouter({ dst: "20.5.0.9", payload: udp({ data: Array(1200).fill(7) }) });
const fromVlan = (parent: number): Uint8Array =>
  tagged(ipFrame({ dst: ownMac(parent), src: station(5) }, { src: "10.0.5.2", dst: "10.0.5.1", protocol: 253 }), 5);

export const VLAN_CASES = {
  name: {
    numbers: [
      ["vlan5", 1],
      ["lab", 0],
    ],
    measure: (labs, name) => withVlan(labs, { name }).engine.config.ports.filter((port) => port.name === "vlan5").length,
  },
  parent: {
    numbers: [
      ["em1", 0],
      ["em0", 1],
    ],
    measure: (labs, parent) => {
      const lab = withVlan(labs, { parent });
      return dropped(lab, "NoVlan", () => lab.receive("em1", fromVlan(1)));
    },
  },
  vid: {
    numbers: [
      [5, 0],
      [6, 1],
    ],
    measure: (labs, vid) => {
      const lab = withVlan(labs, { vid });
      return dropped(lab, "NoVlan", () => lab.receive("em1", fromVlan(1)));
    },
  },
  ip: {
    numbers: [
      [["10.0.5.1/24"], 1],
      [["10.0.5.77/24"], 0],
    ],
    measure: (labs, ip) => {
      const lab = withVlan(labs, { ip: ip! });
      return dropped(lab, "NoProtocol", () => lab.receive("em1", fromVlan(1)));
    },
  },
  mtu: {
    numbers: [
      [undefined, 1],
      [600, 3],
    ],
    measure: (labs, mtu) => withVlan(labs, mtu === undefined ? {} : { mtu }).receive("em0", toVlan).length,
  },
  up: {
    numbers: [
      [true, 1],
      [false, 0],
    ],
    measure: (labs, up) =>
      withVlan(labs, { up: up! })
        .receive("em0", toVlan)
        .filter((port) => port === "em1").length,
  },
} satisfies CasesOf<VlanConfig>;
