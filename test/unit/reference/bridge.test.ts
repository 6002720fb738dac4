import { describe, expect, test } from "vitest";
import { parseMac } from "../../../src/addresses.ts";
import { arpFrame, BROADCAST, bridgeLab, etherFrame, ipPacket, mac, STATION_A, STATION_B, STATION_C, tagged } from "./support.ts";

const BRIDGE = 3;
const learned = (lab: ReturnType<typeof bridgeLab>, port = BRIDGE) => lab.reference.bridgeAddresses(port).map((entry) => [entry.mac, entry.port]);

describe("learning", () => {
  test("a frame to an unknown station floods, to a known one it leaves by that port only", () => {
    const lab = bridgeLab(3);
    expect(lab.ports(0, etherFrame(STATION_B, STATION_A))).toEqual([1, 2]);
    expect(lab.ports(1, etherFrame(STATION_A, STATION_B))).toEqual([0]);
    expect(lab.ports(2, etherFrame(STATION_B, STATION_C))).toEqual([1]);
  });

  test("a frame for the port it came from is dropped", () => {
    const lab = bridgeLab(3);
    lab.receive(0, etherFrame(BROADCAST, STATION_B));
    expect(lab.ports(0, etherFrame(STATION_B, STATION_A))).toEqual([]);
    expect(lab.reference.counts().dropped).toMatchObject({ BridgeSamePort: 1 });
  });

  test("without LEARNING nothing is learned on that member", () => {
    const lab = bridgeLab(3, [{ if: "p0", learning: false }]);
    lab.receive(0, etherFrame(BROADCAST, STATION_A));
    lab.receive(1, etherFrame(BROADCAST, STATION_B));
    expect(learned(lab)).toEqual([[parseMac(STATION_B), 1]]);
  });

  test("group and zero sources are forwarded but not learned", () => {
    const lab = bridgeLab(3);
    expect(lab.ports(0, etherFrame(STATION_B, "03:00:00:00:00:01"))).toEqual([1, 2]);
    expect(lab.ports(0, etherFrame(STATION_B, "00:00:00:00:00:00"))).toEqual([1, 2]);
    expect(learned(lab)).toEqual([]);
  });

  test("station 101 is never learned, and keeps flooding", () => {
    const lab = bridgeLab(3);
    for (let station = 0; station < 101; station++) lab.receive(0, etherFrame(BROADCAST, mac(0x1000 + station)));
    expect(learned(lab)).toHaveLength(100);
    expect(lab.ports(1, etherFrame(mac(0x1000 + 99), STATION_B))).toEqual([0]);
    expect(lab.ports(1, etherFrame(mac(0x1000 + 100), STATION_B))).toEqual([0, 2]);
  });

  test("an old address serves until the sweep finds it", () => {
    const lab = bridgeLab(3, [], { timeout: 250 });
    lab.receive(0, etherFrame(BROADCAST, STATION_A), 0);
    expect(lab.ports(1, etherFrame(STATION_A, mac(0x99)), 299)).toEqual([0]);
    expect(lab.ports(1, etherFrame(STATION_A, mac(0x99)), 300)).toEqual([0, 2]);
  });

  test("an address that was just used is not old at the first sweep", () => {
    const lab = bridgeLab(3, [], { timeout: 300 });
    lab.receive(0, etherFrame(BROADCAST, STATION_A), 1);
    lab.reference.advance(300n * 10n ** 12n);
    expect(learned(lab)).toHaveLength(1);
    lab.reference.advance(600n * 10n ** 12n);
    expect(learned(lab)).toHaveLength(0);
  });
});

describe("flags and states of members", () => {
  test("unknown unicast is not flooded to a member without DISCOVER, broadcast is", () => {
    const lab = bridgeLab(3, [{ if: "p2", discover: false }]);
    expect(lab.ports(0, etherFrame(STATION_B, STATION_A))).toEqual([1]);
    expect(lab.ports(0, etherFrame(BROADCAST, STATION_A))).toEqual([1, 2]);
  });

  test("a flood that nobody may take is one drop", () => {
    const lab = bridgeLab(2, [{ if: "p1", discover: false }]);
    expect(lab.ports(0, etherFrame(STATION_B, STATION_A))).toEqual([]);
    expect(lab.reference.counts()).toMatchObject({ cloned: 0, dropped: { BridgeNoPort: 1 } });
  });

  test.each(["blocking", "listening", "disabled"] as const)("a %s port takes in nothing for others", (stp) => {
    const lab = bridgeLab(3, [{ if: "p0", stp }]);
    expect(lab.ports(0, etherFrame(BROADCAST, STATION_A))).toEqual([]);
    expect(lab.ports(0, etherFrame(STATION_B, STATION_A))).toEqual([]);
    expect(learned(lab)).toEqual([]);
  });

  test("a learning port learns and forwards nothing", () => {
    const lab = bridgeLab(3, [{ if: "p0", stp: "learning" }]);
    expect(lab.ports(0, etherFrame(STATION_B, STATION_A))).toEqual([]);
    expect(learned(lab)).toEqual([[parseMac(STATION_A), 0]]);
  });

  test("listening and learning are not tested on output", () => {
    const lab = bridgeLab(5, [
      { if: "p1", stp: "listening" },
      { if: "p2", stp: "learning" },
      { if: "p3", stp: "blocking" },
      { if: "p4", stp: "disabled" },
    ]);
    expect(lab.ports(0, etherFrame(BROADCAST, STATION_A))).toEqual([1, 2]);
  });

  test("a span port gets a copy of everything, and its own input is not bridged", () => {
    const lab = bridgeLab(3, [{ if: "p2", span: true }]);
    expect(lab.ports(0, etherFrame(STATION_B, STATION_A)).sort()).toEqual([1, 2]);
    expect(lab.ports(1, etherFrame(STATION_A, STATION_B)).sort()).toEqual([0, 2]);
    expect(lab.ports(2, etherFrame(BROADCAST, STATION_C))).toEqual([]);
  });

  test("the spanning tree eats frames to its group, in any state", () => {
    const lab = bridgeLab(3, [{ if: "p0", stp: "blocking" }]);
    for (const port of [0, 1]) expect(lab.ports(port, etherFrame("01:80:c2:00:00:00", STATION_A))).toEqual([]);
    expect(lab.reference.counts().delivered).toBe(2);
  });
});

describe("own addresses", () => {
  test("a frame with a member's address as source came back and is dropped, before or after the destination is looked at", () => {
    const lab = bridgeLab(3);
    expect(lab.ports(0, etherFrame(STATION_B, mac(2)))).toEqual([]);
    expect(lab.reference.counts().dropped).toEqual({ BridgeOwnSource: 1 });
    lab.receive(0, etherFrame(mac(3), mac(2)));
    expect(lab.reference.counts().dropped).toEqual({ BridgeOwnSource: 2 });
    lab.receive(0, etherFrame(mac(1), mac(2)));
    expect(lab.reference.counts().dropped).toEqual({ BridgeOwnSource: 2, UnknownEtherType: 1 });
  });

  test("the source of a frame to a member's address is learned where it came from", () => {
    const lab = bridgeLab(3);
    lab.receive(0, etherFrame(mac(2), STATION_A));
    expect(learned(lab)).toEqual([[parseMac(STATION_A), 0]]);
  });

  test("the source of a frame to the bridge's own address is learned only if a member has that address", () => {
    const alone = bridgeLab(3, [], { mac: mac(0x77) });
    alone.receive(0, etherFrame(mac(0x77), STATION_A));
    expect(learned(alone)).toEqual([]);
    const shared = bridgeLab(3, [], { mac: mac(2) });
    shared.receive(0, etherFrame(mac(2), STATION_A));
    expect(learned(shared)).toEqual([[parseMac(STATION_A), 0]]);
  });
});

describe("the bridge as an interface", () => {
  const withAddress = { mac: mac(0x77), ip: ["10.9.0.1/24"] };
  const request = arpFrame({ senderMac: STATION_A, sender: "10.9.0.5", target: "10.9.0.1" });

  test("a broadcast request leaves by the other members, then the bridge answers where the asker is", () => {
    const lab = bridgeLab(3, [], withAddress);
    const sent = lab.receive(0, request);
    expect(sent.map(({ port }) => port)).toEqual([1, 2, 0]);
    expect(sent[2]!.data).toEqual(
      arpFrame({ op: 2, senderMac: mac(0x77), sender: "10.9.0.1", targetMac: STATION_A, target: "10.9.0.5", dst: STATION_A }),
    );
    expect(lab.reference.counts()).toMatchObject({ received: 1, cloned: 3, bridged: 2, delivered: 2, originated: 1, generated: 1 });
  });

  test("without an address of its own it sends with that of its first member", () => {
    const lab = bridgeLab(3, [], { ip: ["10.9.0.1/24"] });
    const answer = lab.receive(0, request)[2]!;
    expect(answer.data.subarray(6, 12)).toEqual(etherFrame(STATION_A, mac(1)).subarray(6, 12));
  });

  test("what is routed into it floods to every member if the station is unknown, and leaves by one if it is known", () => {
    const lab = bridgeLab(3, [], withAddress, {
      sysctl: { "net.inet.ip.forwarding": 1, "net.inet.ip.redirect": 0 },
      arp: [{ if: "br", ip: "10.9.0.5", mac: STATION_A }],
      routes: [{ dst: "20.0.0.0/8", via: "10.9.0.5" }],
    });
    const frame = etherFrame(mac(0x77), STATION_B, 0x0800, ipPacket({ src: "10.9.0.6", dst: "20.1.1.1" }));
    expect(lab.ports(1, frame)).toEqual([0, 1, 2]);
    expect(lab.reference.counts()).toMatchObject({ forwarded: 3, cloned: 2 });
    lab.receive(2, etherFrame(BROADCAST, STATION_A));
    expect(lab.ports(1, frame)[0]).toBe(2);
  });
});

describe("bad frames on a member", () => {
  const badIp = etherFrame(STATION_B, STATION_A, 0x0800, ipPacket({}).fill(0x41, 0, 1));
  const doubleTag = tagged(tagged(etherFrame(STATION_B, STATION_A), 5), 0xe006);

  test("are freed before the bridge sees them", () => {
    const lab = bridgeLab(2);
    expect([lab.ports(0, badIp), lab.ports(0, doubleTag)]).toEqual([[], []]);
    expect(lab.reference.counts().dropped).toEqual({ IpBadHeaderLength: 1, DoubleTag: 1 });
  });

  test("leave unchanged, all bits of both tags, if the bridge is transparent", () => {
    const lab = bridgeLab(2, [], {}, { sysctl: { "net.link.bridge.transparent": 1 } });
    expect(lab.receive(0, badIp)).toEqual([{ port: 1, data: badIp }]);
    expect(lab.receive(0, doubleTag)).toEqual([{ port: 1, data: doubleTag }]);
  });

  test("a bad datagram for a member's own address is dropped by ip_input's check", () => {
    const lab = bridgeLab(2, [], {}, { sysctl: { "net.link.bridge.transparent": 1 } });
    lab.receive(0, etherFrame(mac(1), STATION_A, 0x0800, ipPacket({}).fill(0x41, 0, 1)));
    expect(lab.reference.counts().dropped).toEqual({ IpBadHeaderLength: 1 });
  });
});

test("a frame to a member's address that arrives elsewhere is processed as that member's", () => {
  const lab = bridgeLab(2, [], {}, { interfaces: [0, 1].map((n) => ({ name: `p${n}`, mac: mac(n + 1), ip: [`10.0.${n}.1/24`] })) });
  const sent = lab.receive(0, arpFrame({ senderMac: STATION_A, sender: "10.0.1.7", target: "10.0.1.1", dst: mac(2) }));
  expect(sent.map(({ port }) => port)).toEqual([0]);
  expect(lab.reference.arpEntries().map(({ port, ip }) => [port, ip])).toEqual([[1, 0x0a000107]]);
});
