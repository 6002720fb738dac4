/** For every key of bridges, their members and vlans: values, and the number that each of them leads to in a small network. */

import type { BridgeConfig, BridgeMemberConfig, VlanConfig } from "../../src/types.ts";
import { arp, BROADCAST, frame, station, tagged } from "../support/frames.ts";
import { type Lab, type Labs, ownMac, toRouter } from "../support/lab.ts";
import { ipFrame, udp } from "../support/packets.ts";
import { learnedPort } from "../support/tables.ts";
import { type CasesOf, values } from "./settings_case.ts";

const LAN = ["em0", "em1", "em2"];
const broadcast = frame({ dst: BROADCAST, src: station(1) });
const unknown = frame({ dst: station(2), src: station(1) });
const dropped = (lab: Lab, reason: string, action: () => unknown): number => lab.changes(action).drops[reason] ?? 0;
const bigUdp = toRouter({ payload: udp({ data: Array(1200).fill(7) }) });

const BR = "02:00:00:00:00:f0";
const bridged = (labs: Labs, bridge: Partial<BridgeConfig>): Lab => labs.bridgeOf(LAN, { bridge });

export const BRIDGE_CASES = {
  name: {
    numbers: values(["br0", 1], ["lan", 0]),
    measure: (labs, name) =>
      bridged(labs, { name })
        .engine.counters()
        .bridges.filter((bridge) => bridge.name === "br0").length,
  },
  mac: {
    numbers: values([undefined, 2], [BR, 0]),
    measure: (labs, mac) => bridged(labs, mac === undefined ? {} : { mac }).receive("em0", frame({ dst: BR, src: station(1) })).length,
  },
  ip: {
    numbers: values([[], 0], [["10.0.0.1/24"], 1]),
    measure: (labs, ip) => {
      const request = arp({ senderMac: station(7), sender: "10.0.0.7", target: "10.0.0.1" });
      return bridged(labs, { mac: BR, ip: ip! })
        .sent("em0", request)
        .filter(({ path }) => path === "Originated").length;
    },
  },
  mtu: {
    numbers: values([1500, 1], [600, 3]),
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
    numbers: values([LAN.map((name) => ({ if: name })), 2], [[{ if: "em0" }, { if: "em1" }], 1]),
    measure: (labs, members) => bridged(labs, { members }).receive("em0", broadcast).length,
  },
  maxaddr: {
    numbers: values([100, 3], [2, 2]),
    measure: (labs, maxaddr) => {
      const lan = bridged(labs, { maxaddr: maxaddr! });
      for (const n of [1, 2, 3]) lan.receive("em0", frame({ dst: BROADCAST, src: station(n) }));
      return lan.engine.counters().bridges[0]!.addresses;
    },
  },
  timeout: {
    numbers: values([1200, 1], [100, 0]),
    measure: (labs, timeout) => {
      const lan = bridged(labs, { timeout: timeout! });
      lan.receive("em0", broadcast);
      lan.until(300);
      return lan.engine.counters().bridges[0]!.addresses;
    },
  },
  static: {
    numbers: values([[], 2], [[{ mac: station(2), if: "em2" }], 1]),
    measure: (labs, entries) => bridged(labs, { static: entries! }).receive("em0", unknown).length,
  },
  // Decides in which bucket an address is looked for, never what is found: no frame can tell, only the hash itself.
  key: {
    numbers: values([0, 92], [0x12345678, 420]),
    measure: (labs, key) => {
      const { exports, config } = bridged(labs, { key: key! }).engine;
      return exports.bridgeRthash(0x010000000002n, config.bridges[0]!.key);
    },
  },
  up: {
    numbers: values([true, 2], [false, 0]),
    measure: (labs, up) => bridged(labs, { up: up! }).receive("em0", broadcast).length,
  },
  monitor: {
    numbers: values([false, 2], [true, 0]),
    measure: (labs, monitor) => bridged(labs, { monitor: monitor! }).receive("em0", broadcast).length,
  },
} satisfies CasesOf<BridgeConfig>;

const withMember = (labs: Labs, member: Partial<BridgeMemberConfig>): Lab => labs.bridgeOf(LAN, { members: { em1: member } });

export const MEMBER_CASES = {
  if: {
    numbers: values(["em1", 2], ["vlan5", 1]),
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
    numbers: values([true, 1], [false, 0]),
    measure: (labs, learning) => {
      const lan = withMember(labs, { learning: learning! });
      lan.receive("em1", broadcast);
      return learnedPort(lan, station(1)) === "em1" ? 1 : 0;
    },
  },
  discover: {
    numbers: values([true, 2], [false, 1]),
    measure: (labs, discover) => withMember(labs, { discover: discover! }).receive("em0", unknown).length,
  },
  stp: {
    numbers: values(["none", 2], ["disabled", 1], ["blocking", 1], ["listening", 2], ["learning", 2], ["forwarding", 2]),
    measure: (labs, stp) => withMember(labs, { stp: stp! }).receive("em0", broadcast).length,
  },
  span: {
    numbers: values([false, 2], [true, 0]),
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
    numbers: values(["vlan5", 1], ["lab", 0]),
    measure: (labs, name) => withVlan(labs, { name }).engine.config.ports.filter((port) => port.name === "vlan5").length,
  },
  parent: {
    numbers: values(["em1", 0], ["em0", 1]),
    measure: (labs, parent) => {
      const lab = withVlan(labs, { parent });
      return dropped(lab, "NoVlan", () => lab.receive("em1", fromVlan(1)));
    },
  },
  vid: {
    numbers: values([5, 0], [6, 1]),
    measure: (labs, vid) => {
      const lab = withVlan(labs, { vid });
      return dropped(lab, "NoVlan", () => lab.receive("em1", fromVlan(1)));
    },
  },
  ip: {
    numbers: values([["10.0.5.1/24"], 1], [["10.0.5.77/24"], 0]),
    measure: (labs, ip) => {
      const lab = withVlan(labs, { ip: ip! });
      return dropped(lab, "NoProtocol", () => lab.receive("em1", fromVlan(1)));
    },
  },
  mtu: {
    numbers: values([undefined, 1], [600, 3]),
    measure: (labs, mtu) => withVlan(labs, mtu === undefined ? {} : { mtu }).receive("em0", toVlan).length,
  },
  up: {
    numbers: values([true, 1], [false, 0]),
    measure: (labs, up) =>
      withVlan(labs, { up: up! })
        .receive("em0", toVlan)
        .filter((port) => port === "em1").length,
  },
} satisfies CasesOf<VlanConfig>;
