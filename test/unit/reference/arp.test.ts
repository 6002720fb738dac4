import { describe, expect, test } from "vitest";
import { parseMac } from "../../../src/addresses.ts";
import type { EngineConfig } from "../../../src/types.ts";
import { arpFrame, BROADCAST, icmpOf, ipOf, mac, routerLab, toRouter, typeOf } from "./support.ts";

const NEIGHBOUR = "10.0.1.77";
const toNeighbour = (id = 7) => toRouter({ dst: NEIGHBOUR, id });
const REQUEST = arpFrame({ senderMac: mac(2), sender: "10.0.1.1", target: NEIGHBOUR });
const answer = (from = mac(0x55)) => arpFrame({ op: 2, senderMac: from, sender: NEIGHBOUR, targetMac: mac(2), target: "10.0.1.1", dst: mac(2) });
const isRequest = ({ data }: { data: Uint8Array }) => typeOf(data) === 0x0806;

describe("resolving", () => {
  test("an unknown next hop is asked for, and the datagram leaves when it answers", () => {
    const lab = routerLab();
    expect(lab.receive(0, toNeighbour())).toEqual([{ port: 1, data: REQUEST }]);
    expect(lab.reference.counts()).toMatchObject({ queued: 1, forwarded: 0, originated: 1 });
    const sent = lab.receive(1, answer());
    expect(sent.map(({ data }) => [data[5], typeOf(data)])).toEqual([[0x55, 0x0800]]);
    expect(lab.reference.counts()).toMatchObject({ queued: 0, forwarded: 1 });
  });

  test("the newest datagram waits, at one request a second", () => {
    const lab = routerLab();
    lab.receive(0, toNeighbour(1), 0);
    expect(lab.receive(0, toNeighbour(2), 0.5)).toEqual([]);
    expect(lab.receive(0, toNeighbour(3), 1)).toHaveLength(1);
    expect(lab.receive(1, answer(), 1).map((one) => ipOf(one)[5])).toEqual([3]);
    expect(lab.reference.counts().dropped).toEqual({ ArpHeldReplaced: 2 });
  });

  test("after five requests the host is down for 20 s, then it is asked again", () => {
    const lab = routerLab();
    const sent = [0, 1, 2, 3, 4, 5].map((second) => lab.receive(0, toNeighbour(), second).length);
    expect(sent).toEqual([1, 1, 1, 1, 1, 0]);
    expect(lab.receive(0, toNeighbour(), 6).map(icmpOf)).toEqual(["3/1"]);
    expect(lab.receive(0, toNeighbour(), 24.9).map(icmpOf)).toEqual(["3/1"]);
    expect(lab.receive(0, toNeighbour(), 25).map(isRequest)).toEqual([true]);
    expect(lab.reference.counts().dropped).toEqual({ ArpHeldReplaced: 6, HostDown: 2 });
  });

  test("an entry serves max_age seconds; near its end each second asks once", () => {
    const lab = routerLab();
    lab.receive(0, toNeighbour(), 0);
    lab.receive(1, answer(), 0);
    const requests = (time: number) => lab.receive(0, toNeighbour(), time).filter(isRequest).length;
    expect([1194, 1195, 1196, 1196, 1197].map(requests)).toEqual([0, 0, 1, 0, 1]);
    lab.receive(1, answer(), 1198);
    expect(requests(1205)).toBe(0);
  });

  test("an entry that is old is asked for again, and goes with the sweep", () => {
    const lab = routerLab(2, { "net.link.ether.inet.max_age": 10 });
    lab.receive(0, toNeighbour(), 0);
    lab.receive(1, answer(), 0);
    expect(lab.receive(0, toNeighbour(), 10).map(isRequest)).toEqual([true]);
    lab.reference.advance(300n * 10n ** 12n);
    expect(lab.reference.counts()).toMatchObject({ queued: 0, dropped: { ArpEntryGone: 1 } });
    expect(lab.reference.arpEntries().every((entry) => entry.permanent)).toBe(true);
  });

  test("a full table drops what would need an entry", () => {
    const lab = routerLab(2, {}, (config) => {
      config.limits = { arp: 16 };
    });
    for (let host = 0; host < 15; host++) lab.receive(0, toRouter({ dst: `10.0.1.${100 + host}` }));
    expect(lab.reference.counts()).toMatchObject({ queued: 14, dropped: { ArpTableFull: 1 } });
  });

  test.each([["noarp"], ["staticarp"]] as const)("an interface with %s asks nobody", (flag) => {
    const lab = routerLab(2, {}, (config) => {
      config.interfaces[1]![flag] = true;
    });
    expect(lab.receive(0, toNeighbour())).toEqual([]);
    expect(lab.ports(0, toRouter({}))).toEqual([1]);
    expect(lab.reference.counts().dropped).toEqual({ ArpNotAsked: 1 });
  });
});

describe("ARP that arrives", () => {
  const request = { senderMac: mac(0x55), sender: NEIGHBOUR, target: "10.0.1.1" };
  const reply = arpFrame({ op: 2, senderMac: mac(2), sender: "10.0.1.1", targetMac: mac(0x55), target: NEIGHBOUR, dst: mac(0x55) });
  const entries = (lab: ReturnType<typeof routerLab>) =>
    lab.reference
      .arpEntries()
      .filter((entry) => !entry.permanent)
      .map((entry) => [entry.port, entry.mac, entry.expire]);

  test("a request for our address is answered unpadded, and its sender becomes known", () => {
    const lab = routerLab();
    const padded = Uint8Array.from([...arpFrame(request), ...new Uint8Array(18)]);
    expect(lab.receive(1, padded)).toEqual([{ port: 1, data: reply }]);
    expect(entries(lab)).toEqual([[1, parseMac(mac(0x55)), 1201]]);
  });

  test("hardware type 6 is answered with 1", () => {
    const frame = arpFrame(request);
    frame[15] = 6;
    expect(routerLab().receive(1, frame)).toEqual([{ port: 1, data: reply }]);
  });

  test("what waits for the sender leaves before the answer", () => {
    const lab = routerLab();
    lab.receive(0, toNeighbour());
    expect(lab.receive(1, arpFrame(request)).map(({ data }) => typeOf(data))).toEqual([0x0800, 0x0806]);
  });

  test("a request for another host makes no entry, but refreshes one", () => {
    const lab = routerLab();
    const gossip = (from: string) => arpFrame({ ...request, senderMac: from, target: "10.0.1.200" });
    lab.receive(1, gossip(mac(0x55)));
    expect(entries(lab)).toEqual([]);
    lab.receive(1, arpFrame(request));
    lab.receive(1, gossip(mac(0x56)), 5);
    expect(entries(lab)).toEqual([[1, parseMac(mac(0x56)), 1206]]);
  });

  test.each([
    ["a probe is answered without an entry", { ...request, sender: "0.0.0.0" }, 1],
    ["a request from our own address is answered without an entry", { ...request, sender: "10.0.0.1" }, 1],
    ["another interface's address is not ours here", { ...request, target: "10.0.0.1" }, 0],
  ])("%s", (_, fields, answers) => {
    const lab = routerLab();
    expect(lab.receive(1, arpFrame(fields))).toHaveLength(answers);
    expect(entries(lab)).toEqual([]);
  });

  test("a configured entry is not changed", () => {
    const lab = routerLab();
    lab.receive(1, arpFrame({ ...request, sender: "10.0.1.2" }));
    expect(lab.receive(0, toRouter({})).map(({ data }) => data[5])).toEqual([0xa1]);
  });

  test("a static interface answers and learns nothing", () => {
    const lab = routerLab(2, {}, (config: EngineConfig) => {
      config.interfaces[1]!.staticarp = true;
    });
    expect(lab.receive(1, arpFrame(request))).toHaveLength(1);
    expect(entries(lab)).toEqual([]);
  });

  test.each([
    ["short", (arp: Uint8Array) => arp.subarray(0, 41)],
    ["hardware type", (arp: Uint8Array) => arp.fill(2, 15, 16)],
    ["protocol type", (arp: Uint8Array) => arp.fill(9, 16, 17)],
    ["hardware length", (arp: Uint8Array) => arp.fill(8, 18, 19)],
    ["protocol length", (arp: Uint8Array) => arp.fill(16, 19, 20)],
    ["operation", (arp: Uint8Array) => arp.fill(3, 21, 22)],
    ["from the broadcast hardware address", () => arpFrame({ ...request, senderMac: BROADCAST })],
    ["from a multicast hardware address", () => arpFrame({ ...request, senderMac: "01:00:5e:00:00:01" })],
  ])("a bad one is dropped: %s", (_, change) => {
    const lab = routerLab();
    expect(lab.receive(1, change(arpFrame(request)))).toEqual([]);
    expect(lab.reference.counts().dropped).toEqual({ ArpBad: 1 });
  });

  test("one from our own hardware address has come back: it is neither learned from nor answered", () => {
    const lab = routerLab();
    expect(lab.receive(1, arpFrame({ ...request, senderMac: mac(2), dst: BROADCAST }))).toEqual([]);
    expect(lab.reference.counts().delivered).toBe(1);
  });

  test("none is taken by an interface with noarp", () => {
    const lab = routerLab(2, {}, (config: EngineConfig) => {
      config.interfaces[1]!.noarp = true;
    });
    expect(lab.receive(1, arpFrame(request))).toEqual([]);
    expect(lab.reference.counts().dropped).toEqual({ InterfaceNoArp: 1 });
  });
});
