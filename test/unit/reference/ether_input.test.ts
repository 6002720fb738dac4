import { describe, expect, test } from "vitest";
import type { EngineConfig } from "../../../src/types.ts";
import {
  arpFrame,
  BROADCAST,
  bridgeLab,
  etherFrame,
  ipPacket,
  labOf,
  mac,
  ms,
  routerLab,
  STATION_A,
  STATION_B,
  tagged,
  toRouter,
} from "./support.ts";

describe("what an interface takes in", () => {
  const dropOf = (frame: Uint8Array, change: (config: EngineConfig) => void = () => {}) => {
    const lab = routerLab(2, {}, change);
    lab.receive(0, frame);
    return Object.keys(lab.reference.counts().dropped);
  };

  test.each([
    ["another station's", etherFrame(STATION_B, STATION_A), ["NotForUs"]],
    ["a runt", toRouter({}).subarray(0, 13), ["Runt"]],
    ["less than an address", new Uint8Array(5), ["Runt"]],
    ["nothing", new Uint8Array(0), ["Runt"]],
    ["a tag cut short", tagged(toRouter({}), 5).subarray(0, 17), ["Runt"]],
    ["the longest frame", toRouter({ payload: new Uint8Array(1480) }), []],
    ["one byte more", toRouter({ payload: new Uint8Array(1481) }), ["TooLong"]],
    ["the longest frame with a tag", tagged(toRouter({ payload: new Uint8Array(1480) }), 5), ["NoVlan"]],
    ["one byte more with a tag", tagged(toRouter({ payload: new Uint8Array(1481) }), 5), ["TooLong"]],
    ["two tags", tagged(tagged(toRouter({}), 5), 6), ["DoubleTag"]],
    ["an unknown type", etherFrame(mac(1), STATION_A), ["UnknownEtherType"]],
    ["a protocol without handler", etherFrame(mac(1), STATION_A, 0x86dd), ["UnregisteredIsr"]],
    ["a datagram that fails the length check", toRouter({}).subarray(0, 40), ["IpTooShort"]],
  ])("%s", (_, frame, reasons) => {
    expect(dropOf(frame)).toEqual(reasons);
  });

  test("down, monitoring and promiscuous interfaces", () => {
    expect(
      dropOf(toRouter({}), (config) => {
        config.interfaces[0]!.up = false;
      }),
    ).toEqual(["InterfaceDown"]);
    expect(
      dropOf(toRouter({}), (config) => {
        config.interfaces[0]!.monitor = true;
      }),
    ).toEqual(["Monitor"]);
    expect(
      dropOf(toRouter({}, STATION_B), (config) => {
        config.interfaces[0]!.promisc = true;
      }),
    ).toEqual([]);
  });

  test("a frame for another station that only the bridge wanted is not processed here", () => {
    const lab = bridgeLab(2, [{ if: "p0", stp: "blocking" }]);
    lab.receive(0, etherFrame(STATION_B, STATION_A));
    expect(lab.reference.counts().dropped).toEqual({ OtherStation: 1 });
  });
});

describe("vlans", () => {
  const config: EngineConfig = {
    interfaces: [
      { name: "p0", mac: mac(1) },
      { name: "p1", mac: mac(2), ip: ["10.0.1.1/24"] },
    ],
    vlans: [{ name: "v5", parent: "p0", vid: 5, ip: ["10.0.0.1/24"] }],
    sysctl: { "net.inet.ip.forwarding": 1 },
    arp: [
      { if: "v5", ip: "10.0.0.2", mac: mac(0xa0) },
      { if: "p1", ip: "10.0.1.2", mac: mac(0xa1) },
    ],
  };

  test("a tagged frame is its vlan's input, whatever its priority; what leaves by the vlan is tagged", () => {
    const lab = labOf(config);
    const [sent] = lab.receive(0, tagged(toRouter({ dst: "10.0.1.2" }), 0xe005));
    expect(sent).toEqual({ port: 1, data: etherFrame(mac(0xa1), mac(2), 0x0800, ipPacket({ dst: "10.0.1.2", ttl: 63 })) });
    const back = etherFrame(mac(2), mac(0xa1), 0x0800, ipPacket({ src: "10.0.1.2", dst: "10.0.0.2" }));
    const expected = etherFrame(mac(0xa0), mac(1), 0x0800, ipPacket({ src: "10.0.1.2", dst: "10.0.0.2", ttl: 63 }));
    expect(lab.receive(1, back)).toEqual([{ port: 0, data: tagged(expected, 5) }]);
  });

  test.each([
    ["another tag", 6],
    ["a priority tag", 0],
  ])("%s has no vlan", (_, tag) => {
    const lab = labOf(config);
    expect(lab.receive(0, tagged(toRouter({}), tag))).toEqual([]);
    expect(lab.reference.counts().dropped).toEqual({ NoVlan: 1 });
  });

  test("a vlan answers ARP with a tag", () => {
    const lab = labOf(config);
    const request = arpFrame({ senderMac: STATION_A, sender: "10.0.0.9", target: "10.0.0.1" });
    const reply = arpFrame({ op: 2, senderMac: mac(1), sender: "10.0.0.1", targetMac: STATION_A, target: "10.0.0.9", dst: STATION_A });
    expect(lab.receive(0, tagged(request, 5))).toEqual([{ port: 0, data: tagged(reply, 5) }]);
  });

  test("a vlan bridges frames of other stations, and puts its own tag around theirs", () => {
    const lab = labOf({
      interfaces: config.interfaces.map(({ name, mac }) => ({ name, mac })),
      vlans: [{ name: "v5", parent: "p0", vid: 5 }],
      bridges: [{ name: "br", members: [{ if: "v5" }, { if: "p1" }] }],
    });
    const frame = etherFrame(STATION_B, STATION_A);
    expect(lab.receive(0, tagged(frame, 5))).toEqual([{ port: 1, data: frame }]);
    const answer = tagged(etherFrame(STATION_A, STATION_B), 9);
    expect(lab.receive(1, answer)).toEqual([{ port: 0, data: tagged(answer, 5) }]);
    lab.receive(0, frame);
    expect(lab.reference.counts().dropped).toEqual({ OtherStation: 1 });
  });
});

test("a port, time or knob that cannot be is refused by name", () => {
  const { reference } = bridgeLab(2);
  const frame = etherFrame(BROADCAST, STATION_A);
  reference.receive(0, frame, ms(5));
  expect(() => reference.receive(2, frame, ms(5))).toThrow(/port: expected the number of an interface, 0 to 1/);
  expect(() => reference.receive(0, frame, ms(4))).toThrow(/time: expected a time not before/);
  expect(() => reference.setKnob("net.inet.ip.forwardign", 1)).toThrow(/net.inet.ip.forwardign: expected a known knob/);
  expect(() => reference.setKnob("net.inet.ip.forwarding", 2)).toThrow(/net.inet.ip.forwarding: expected an integer from 0 to 1/);
});

test("the frames handed in are not changed, and those handed out are not shared", () => {
  const lab = bridgeLab(3);
  const frame = etherFrame(BROADCAST, STATION_A);
  const copy = frame.slice();
  const sent = lab.receive(0, frame);
  sent[0]!.data.fill(0);
  expect([frame, sent[1]!.data]).toEqual([copy, copy]);
});
