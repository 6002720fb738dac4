/** The interrupt side of Ethernet input (ether_input_chain2), step by step. */
import { expect, test } from "vitest";
import type { ProtocolName } from "../../src/types.ts";
import { BROADCAST, EXPERIMENT, frame, IP, IPV6, station, tagged } from "../support/frames.ts";
import { type Lab, type Labs, onEachMachine, ownMac, toRouter } from "../support/lab.ts";
import { UDP, udp } from "../support/packets.ts";

const GROUP = "01:00:5e:00:00:05";
const to = (dst: string, type = EXPERIMENT) => frame({ dst, src: station(1), type });
const host = (labs: Labs, more = {}): Lab => labs.of({ interfaces: [{ name: "em0", mac: ownMac(0), ...more }] });
const snap = (oui: number[], type: number[]) =>
  frame({ dst: BROADCAST, src: station(1), type: 46, payload: [0xaa, 0xaa, 3, ...oui, ...type, ...Array(38).fill(0)] });

/** EtherTypes and 802.3 frames, and the protocol that gets them. */
const TYPES: [string, Uint8Array, ProtocolName][] = [
  ["0800", toRouter({ dst: "10.0.0.1" }), "ip"],
  ["0806", frame({ dst: BROADCAST, src: station(1), type: 0x0806 }), "arp"],
  ["86dd", to(BROADCAST, IPV6), "ipv6"],
  ["8137", to(BROADCAST, 0x8137), "ipx"],
  ["0600", to(BROADCAST, 0x0600), "ns"],
  ["809b", to(BROADCAST, 0x809b), "atalk1"],
  ["80f3", to(BROADCAST, 0x80f3), "aarp"],
  ["8847", to(BROADCAST, 0x8847), "mpls"],
  ["SNAP 08:00:07 809b", snap([8, 0, 7], [0x80, 0x9b]), "atalk2"],
  ["SNAP 00:00:00 80f3", snap([0, 0, 0], [0x80, 0xf3]), "aarp"],
  ["raw 802.3 ffff", frame({ dst: BROADCAST, src: station(1), type: 46, payload: [0xff, 0xff, ...Array(44).fill(0)] }), "ipx"],
];

onEachMachine((labs) => {
  test("group frames are counted, broadcast among them; unicast is not", () => {
    const lab = host(labs);
    const { ports } = lab.changes(() => [to(BROADCAST), to(GROUP), to(ownMac(0))].map((data) => lab.receive("em0", data)));
    expect(ports.em0).toMatchObject({ if_ipackets: 3, if_imcasts: 2 });
  });

  test("bytes are counted as on the wire, with the tag and the Ethernet header", () => {
    const lab = host(labs);
    expect(lab.changes(() => lab.receive("em0", tagged(to(BROADCAST), 5))).ports.em0).toMatchObject({ if_ibytes: 64 });
  });

  test("a monitoring interface counts its frames, group frames too, and frees them on the interrupt thread", () => {
    const lab = host(labs, { monitor: true });
    const { ports, drops, threads } = lab.changes(() => [lab.receive("em0", to(BROADCAST)), lab.receive("em0", tagged(tagged(to(BROADCAST), 5), 6))]);
    expect(ports.em0).toEqual({ received: 2, if_ipackets: 2, if_ibytes: 60 + 68, if_imcasts: 2, interrupts: 2 });
    expect(drops).toEqual({ Monitor: 2 });
    expect(Object.keys(threads)).toEqual(["ithread em0"]);
  });

  test("a vlan within a vlan is of no protocol: freed before any protocol thread sees it", () => {
    const lab = host(labs);
    const { ports, drops, threads } = lab.changes(() => lab.receive("em0", tagged(tagged(to(BROADCAST), 5), 6)));
    expect([drops, ports.em0!.if_noproto]).toEqual([{ DoubleTag: 1 }, 1]);
    expect(Object.keys(threads)).toEqual(["ithread em0"]);
  });

  test("a frame that ends within its tag is too short", () => {
    for (const length of [14, 15, 17]) {
      const lab = host(labs);
      expect(lab.changes(() => lab.receive("em0", tagged(to(BROADCAST), 5).subarray(0, length))).drops).toEqual({ Runt: 1 });
    }
  });

  test.each(TYPES)("type %s goes to the handler of %s", (_, data, protocol) => {
    const lab = labs.of({ interfaces: [{ name: "em0", mac: ownMac(0), ip: ["10.0.0.1/24"] }] });
    const seen: [string, string, number][] = [];
    lab.engine.setHandler(protocol, (packet) => {
      seen.push([packet.protocol, packet.interface, packet.frame.length]);
      return "taken";
    });
    expect(lab.changes(() => lab.receive("em0", data)).paths).toEqual({ Delivered: 1 });
    expect(seen).toEqual([[protocol, "em0", data.length]]);
  });

  test.each(TYPES.filter(([, , protocol]) => protocol !== "ip"))("type %s goes to netisr_cpu 0, whatever its bytes", (_, data) => {
    const lab = labs.of({ cpus: 4, interfaces: [{ name: "em0", mac: ownMac(0), cpu: 3 }] });
    const { threads } = lab.changes(() => lab.receive("em0", data));
    expect(threads["netisr_cpu 0"]!.messages).toBeGreaterThan(0);
    expect(Object.keys(threads).filter((name) => name.startsWith("tcp") || name.startsWith("udp"))).toEqual([]);
  });

  test("an unknown type goes to netisr_cpu 0 and ends there", () => {
    const lab = labs.of({ cpus: 4, interfaces: [{ name: "em0", mac: ownMac(0), cpu: 3 }] });
    const { threads, drops } = lab.changes(() => lab.receive("em0", to(BROADCAST)));
    expect([threads["netisr_cpu 0"], drops]).toEqual([{ messages: 1 }, { UnknownEtherType: 1 }]);
  });

  test("an 802.3 frame that names no protocol, or is shorter than its length says, is unknown", () => {
    const lab = host(labs);
    const bpdu = frame({ dst: BROADCAST, src: station(1), type: 38, payload: [0x42, 0x42, 3, ...Array(43).fill(0)] });
    const short = frame({ dst: BROADCAST, src: station(1), type: 100, payload: [0xff, 0xff, ...Array(44).fill(0)] });
    expect(lab.changes(() => [lab.receive("em0", bpdu), lab.receive("em0", short)]).drops).toEqual({ UnknownEtherType: 2 });
  });

  test("a bad IPv4 packet is freed on the interrupt thread, before a bridge sees it", () => {
    const lan = labs.bridgeOf(["em0", "em1"]);
    const bad = frame({ dst: BROADCAST, src: station(1), type: IP, payload: new Uint8Array(19) });
    const { drops, threads } = lan.changes(() => expect(lan.receive("em0", bad)).toEqual([]));
    expect([drops, Object.keys(threads)]).toEqual([{ IpTooShort: 1 }, ["ithread em0"]]);
  });

  test("a tagged packet goes to the CPU of the flow that it carries, with the tag in the message", () => {
    const lab = labs.routerOf(1, { cpus: 4, vlans: [{ name: "vlan5", parent: "em0", vid: 5, ip: ["10.0.5.1/24"] }] });
    const packet = toRouter({ src: "10.0.5.2", dst: "10.0.5.1", protocol: UDP, payload: udp({ sport: 1, dport: 3 }) }); // 2 ^ 1 ^ 1 ^ 3
    expect(lab.thread("udp_thread 1", () => lab.receive("em0", tagged(packet, 5))).messages).toBe(1);
  });

  test("a bridged packet goes to the CPU of its flow, and is bridged there", () => {
    const lan = labs.bridgeOf(["em0", "em1"], { cpus: 4 });
    const packet = toRouter({ src: "10.0.5.2", dst: "10.0.5.1", payload: udp({ sport: 1, dport: 3 }) });
    packet.set([2, 0xaa, 0, 0, 0, 9], 0);
    const { threads } = lan.changes(() => expect(lan.receive("em0", packet)).toEqual(["em1"]));
    expect(threads["udp_thread 1"]).toEqual({ messages: 1 });
    expect(threads["netisr_cpu 1"]).toEqual({ messages: 1, gets: 1, releases: 1 }); // the flood, on the same CPU
  });
});
