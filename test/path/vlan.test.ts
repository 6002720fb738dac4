/** 802.1Q interfaces: input by parent and tag, output through the parent. */
import { expect, test } from "vitest";
import { BROADCAST, frame, IPV6, readArp, station, tagged } from "../support/frames.ts";
import { type LabOptions, type Labs, onEachMachine, ownMac, toRouter } from "../support/lab.ts";
import { ICMP, icmp, ipFrame, readIp } from "../support/packets.ts";

/** em0 with the vlans 5 and 6, em1 without: every subnet 10.0.N.0/24 has its next router at .2. */
const stick = (labs: Labs, { vlans = [], ...more }: LabOptions = {}) =>
  labs.routerOf(2, {
    vlans: [
      { name: "vlan5", parent: "em0", vid: 5, ip: ["10.0.5.1/24"], ...vlans[0] },
      { name: "vlan6", parent: "em0", vid: 6, ip: ["10.0.6.1/24"] },
    ],
    routes: [5, 6].map((n) => ({ dst: `20.${n}.0.0/16`, via: `10.0.${n}.2`, if: `vlan${n}` })),
    arp: [5, 6].map((n) => ({ if: `vlan${n}`, ip: `10.0.${n}.2`, mac: station(n) })),
    ...more,
  });
const link = { dst: ownMac(0), src: station(5) };
const packet = ipFrame(link, { src: "20.5.0.9", dst: "20.6.0.9" });

onEachMachine((labs) => {
  test("a packet from one vlan to another leaves by the parent with the other tag", () => {
    const lab = stick(labs);
    const [sent, ...more] = lab.sent("em0", tagged(packet, 5));
    expect([sent!.interface, more]).toEqual(["em0", []]);
    const untagged = Uint8Array.from([...sent!.data.subarray(0, 12), ...sent!.data.subarray(16)]);
    expect(sent!.data).toEqual(tagged(untagged, 6));
    expect(readIp(untagged)).toMatchObject({ ttl: 63, dst: "20.6.0.9", checksumIsRight: true });
  });

  test("only the lower 12 bits of a tag name the vlan", () => {
    expect(stick(labs).receive("em0", tagged(packet, 0xf005))).toEqual(["em0"]);
  });

  test("all 12 bits name it", () => {
    const high = { name: "vlan5", parent: "em0", vid: 0xfa5, ip: ["10.0.5.1/24"] };
    const lab = stick(labs, { vlans: [high] });
    expect(lab.receive("em0", tagged(packet, 0xfa5))).toEqual(["em0"]);
    for (const tag of [5, 0x7a5, 0xea5]) expect(lab.changes(() => lab.receive("em0", tagged(packet, tag))).drops).toEqual({ NoVlan: 1 });
  });

  test.each([0, 7, 0xe000, 0xfff])("tag %i has no interface: no protocol", (tag) => {
    const lab = stick(labs);
    const { drops, ports } = lab.changes(() => lab.receive("em0", tagged(packet, tag)));
    expect([drops, ports.em0!.if_noproto]).toEqual([{ NoVlan: 1 }, 1]);
  });

  test("a vlan belongs to one parent: the same tag on another interface is nobody's", () => {
    const lab = stick(labs);
    expect(lab.changes(() => lab.receive("em1", tagged(ipFrame({ dst: ownMac(1), src: station(5) }), 5))).drops).toEqual({ NoVlan: 1 });
  });

  test("what comes in by a vlan is counted there and on the parent, by length without and with the tag", () => {
    const lab = stick(labs);
    const { ports } = lab.changes(() => lab.receive("em0", tagged(packet, 5)));
    expect(ports.em0).toMatchObject({ if_ipackets: 1, if_ibytes: packet.length + 4, if_opackets: 1 });
    expect(ports.vlan5).toMatchObject({ if_ipackets: 1, if_ibytes: packet.length });
    expect(ports.vlan6).toMatchObject({ if_opackets: 1, if_obytes: packet.length });
  });

  test("a vlan that is down takes nothing", () => {
    const lab = stick(labs);
    lab.engine.setInterfaceUp("vlan5", false);
    expect(lab.changes(() => lab.receive("em0", tagged(packet, 5))).drops).toEqual({ InterfaceDown: 1 });
  });

  test("nothing leaves by a vlan whose parent is down", () => {
    const lab = stick(labs);
    lab.engine.setInterfaceUp("em0", false);
    const { drops } = lab.changes(() => expect(lab.receive("em1", toRouter({ src: "20.1.0.9", dst: "20.5.0.9" }, 1))).toEqual([]));
    expect(drops).toEqual({ InterfaceDown: 1 });
  });

  test("a vlan takes only what is for its address, unless its parent is configured to be promiscuous", () => {
    const foreign = tagged(ipFrame({ dst: station(99), src: station(5) }, { src: "20.5.0.9", dst: "20.6.0.9" }), 5);
    const lab = stick(labs);
    expect(lab.changes(() => lab.receive("em0", foreign)).drops).toEqual({ NotForUs: 1 });
    expect(stick(labs, { ports: { em0: { promisc: true } } }).receive("em0", foreign)).toEqual(["em0"]);
  });

  test("a vlan asks for addresses with its tag", () => {
    const lab = stick(labs, { arp: [] });
    const sent = lab.sent("em0", tagged(packet, 5));
    expect(sent).toHaveLength(1);
    expect(Array.from(sent[0]!.data.subarray(12, 16))).toEqual([0x81, 0, 0, 6]);
    const request = Uint8Array.from([...sent[0]!.data.subarray(0, 12), ...sent[0]!.data.subarray(16)]);
    expect(readArp(request)).toMatchObject({ op: 1, dst: BROADCAST, senderMac: ownMac(0), sender: "10.0.6.1", target: "10.0.6.2" });
  });

  test("a vlan answers for its own address, and its name is on what it receives", () => {
    const lab = stick(labs);
    const ping = ipFrame(link, { src: "10.0.5.2", dst: "10.0.5.1", protocol: ICMP, payload: icmp() });
    const [reply] = lab.sent("em0", tagged(ping, 5));
    expect(Array.from(reply!.data.subarray(12, 16))).toEqual([0x81, 0, 0, 5]);
    const seen: string[] = [];
    lab.engine.setHandler("ipv6", ({ interface: port }) => {
      seen.push(port);
      return "taken";
    });
    lab.receive("em0", tagged(frame({ dst: ownMac(0), src: station(5), type: IPV6 }), 6));
    expect(seen).toEqual(["vlan6"]);
  });

  test("the tag does not count against the parent's MTU", () => {
    const lab = stick(labs);
    const full = ipFrame(link, { src: "20.5.0.9", dst: "20.6.0.9", payload: [0, 1, 0, 1, 5, 200, 0, 0, ...Array(1472).fill(1)] });
    expect(full).toHaveLength(1514);
    const [sent, ...more] = lab.sent("em0", tagged(full, 5));
    expect([sent!.data.length, more]).toEqual([1518, []]);
  });
});
