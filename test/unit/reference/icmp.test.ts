import { describe, expect, test } from "vitest";
import { parseIp } from "../../../src/addresses.ts";
import { checksum, get16, get32 } from "../../../src/reference/bytes.ts";
import { BROADCAST, icmp, icmpOf, ipOf, ipPacket, routerLab, toRouter, udp } from "./support.ts";

const ROUTER = "10.0.0.1";

describe("an error", () => {
  test("is a fresh datagram that quotes the header and eight bytes as received", () => {
    const lab = routerLab();
    const fields = { ttl: 1, tos: 8, payload: udp(30) };
    const ip = ipOf(lab.receive(0, toRouter(fields))[0]!);
    expect([...ip.subarray(0, 10)]).toEqual([0x45, 0, 0, 56, 0, 1, 0, 0, 255, 1]);
    expect([get32(ip, 12), get32(ip, 16), get32(ip, 24)]).toEqual([parseIp(ROUTER), parseIp("10.0.0.2"), 0]);
    expect(ip.subarray(28)).toEqual(ipPacket(fields).subarray(0, 28));
    expect([checksum(ip, 0, 20), checksum(ip, 20, 56)]).toEqual([0, 0]);
  });

  test("quotes less if there is less", () => {
    expect(ipOf(routerLab().receive(0, toRouter({ ttl: 1, protocol: 47, payload: new Uint8Array(3) }))[0]!)).toHaveLength(51);
  });

  test("has the next id and the TOS of the knob", () => {
    const lab = routerLab(2, { "net.inet.icmp.error_tos": 0xc0 });
    const ids = [1, 2].map(() => ipOf(lab.receive(0, toRouter({ ttl: 1 }))[0]!));
    expect(ids.map((ip) => [get16(ip, 4), ip[1]])).toEqual([
      [1, 0xc0],
      [2, 0xc0],
    ]);
  });

  test("comes from the address that was asked, if it is ours", () => {
    const ip = ipOf(routerLab().receive(0, toRouter({ dst: "10.0.1.1" }))[0]!);
    expect([get32(ip, 12), ip[20], ip[21]]).toEqual([parseIp("10.0.1.1"), 3, 3]);
  });
});

describe("no error is sent about", () => {
  test.each([
    ["an ICMP error", { ttl: 1, protocol: 1, payload: icmp(3) }],
    ["an ICMP message of unknown type", { ttl: 1, protocol: 1, payload: icmp(40) }],
    ["a later fragment", { ttl: 1, fragment: 1 }],
    ["a source in net 0", { ttl: 1, src: "0.0.0.9" }],
    ["a multicast source", { ttl: 1, src: "224.0.0.9" }],
    ["a broadcast source", { ttl: 1, src: "10.0.0.255" }],
    ["the host itself", { ttl: 1, src: "10.0.1.1" }],
    ["a broadcast destination", { dst: "10.0.0.255" }],
    ["destination 0.0.0.0", { dst: "0.0.0.0" }],
    ["a source without a way back", { ttl: 1, src: "99.0.0.1" }],
  ])("%s", (_, fields) => {
    const lab = routerLab();
    expect(lab.receive(0, toRouter(fields))).toEqual([]);
    expect(lab.reference.counts().generated).toBe(0);
  });

  test("what came as a broadcast frame", () => {
    expect(routerLab().receive(0, toRouter({ dst: ROUTER }, BROADCAST))).toEqual([]);
  });

  test.each([
    ["an ICMP query", { ttl: 1, protocol: 1, payload: icmp(8) }],
    ["a first fragment", { ttl: 1, fragment: 0x2000 }],
  ])("... but about %s", (_, fields) => {
    expect(routerLab().receive(0, toRouter(fields)).map(icmpOf)).toEqual(["11/0"]);
  });
});

test("the limit counts each type in each whole second", () => {
  const lab = routerLab(2, { "net.inet.icmp.icmplim": 2 });
  const sent = (fields: Parameters<typeof toRouter>[0], time: number) => lab.receive(0, toRouter(fields), time).length;
  expect([0, 0.5, 0.75].map((time) => sent({ ttl: 1 }, time))).toEqual([1, 1, 0]);
  expect(sent({ dst: "99.0.0.1" }, 0.75)).toBe(1);
  expect(sent({ ttl: 1 }, 1)).toBe(1);
});

describe("answers", () => {
  const ask = (payload: Uint8Array, more: Parameters<typeof toRouter>[0] = {}, sysctl = {}, dst?: string) => {
    const lab = routerLab(2, sysctl);
    const sent = lab.receive(0, toRouter({ dst: ROUTER, protocol: 1, payload, ttl: 1, tos: 4, ...more }, dst), 2);
    return { lab, ip: sent[0] && ipOf(sent[0]) };
  };

  test("echo: the same bytes with type 0, id and TOS kept, TTL 255", () => {
    const { ip, lab } = ask(icmp(8, 0, Uint8Array.of(1, 2, 3, 4, 5)));
    const payload = icmp(0, 0, Uint8Array.of(1, 2, 3, 4, 5));
    expect(ip).toEqual(ipPacket({ src: ROUTER, dst: "10.0.0.2", ttl: 255, tos: 4, protocol: 1, payload }));
    expect(lab.reference.counts()).toMatchObject({ delivered: 1, generated: 1, originated: 1 });
  });

  test("timestamp: received and sent now", () => {
    const { ip } = ask(icmp(13, 0, new Uint8Array(16).fill(7)));
    expect([ip![20], get32(ip!, 28), get32(ip!, 32), get32(ip!, 36), checksum(ip!, 20, 40)]).toEqual([14, 0x07070707, 2000, 2000, 0]);
  });

  test.each([
    ["a wrong checksum", icmp(8).fill(1, 2, 3), "IcmpBad"],
    ["fewer than 8 bytes", icmp(8).subarray(0, 7), "IcmpBad"],
    ["a timestamp of fewer than 20 bytes", icmp(13, 0, new Uint8Array(15)), "IcmpBad"],
  ])("none to %s", (_, payload, reason) => {
    const { ip, lab } = ask(payload);
    expect([ip, lab.reference.counts().dropped]).toEqual([undefined, { [reason]: 1 }]);
  });

  test("a broadcast echo is answered only if the knob says so, from the interface's address", () => {
    expect(ask(icmp(8), { dst: "10.0.0.255" }, {}, BROADCAST).ip).toBeUndefined();
    const { ip } = ask(icmp(8), { dst: "10.0.0.255" }, { "net.inet.icmp.bmcastecho": 1 }, BROADCAST);
    expect(get32(ip!, 12)).toBe(parseIp(ROUTER));
  });
});

describe("local delivery", () => {
  test.each([
    ["UDP: port unreachable", { protocol: 17 }, {}, ["3/3"], { delivered: 1, dropped: {} }],
    ["UDP into the black hole", { protocol: 17 }, { "net.inet.udp.blackhole": 1 }, [], { delivered: 1, dropped: {} }],
    ["TCP: silence", { protocol: 6, payload: new Uint8Array(20).fill(0x50, 12, 13) }, {}, [], { delivered: 1, dropped: {} }],
    ["other: protocol unreachable", { protocol: 47 }, {}, ["3/2"], { delivered: 0, dropped: { NoProtocol: 1 } }],
    ["a fragment", { fragment: 0x2000 }, {}, [], { delivered: 0, dropped: { FragmentForUs: 1 } }],
    ["all hosts", { dst: "224.0.0.1" }, {}, [], { delivered: 1, dropped: {} }],
    ["another group", { dst: "224.0.0.5" }, {}, [], { delivered: 0, dropped: { CannotForward: 1 } }],
    ["255.255.255.255", { dst: "255.255.255.255" }, {}, [], { delivered: 1, dropped: {} }],
  ])("%s", (_, fields, sysctl, answers, counts) => {
    const lab = routerLab(2, sysctl);
    expect(lab.receive(0, toRouter({ dst: ROUTER, ...fields })).map(icmpOf)).toEqual(answers);
    expect(lab.reference.counts()).toMatchObject(counts);
    expect(lab.reference.counts().dropped).toEqual(counts.dropped);
  });

  test("check_interface refuses another interface's address, but only on a host", () => {
    const checked = { "net.inet.ip.check_interface": 1 };
    for (const [forwarding, delivered] of [
      [0, 0],
      [1, 1],
    ]) {
      const lab = routerLab(2, { ...checked, "net.inet.ip.forwarding": forwarding! });
      lab.receive(0, toRouter({ dst: "10.0.1.1" }));
      expect(lab.reference.counts().delivered).toBe(delivered);
    }
  });

  test("an answer that is too long for its way back is cut", () => {
    const lab = routerLab(2, {}, (config) => Object.assign(config.interfaces[0]!, { mtu: 68, receiveMtu: 1500 }));
    const sent = lab.receive(0, toRouter({ dst: ROUTER, protocol: 1, payload: icmp(8, 0, new Uint8Array(96)) }));
    expect(sent.map(({ data }) => data.length - 14)).toEqual([68, 68, 24]);
    expect(lab.reference.counts()).toMatchObject({ generated: 1, cloned: 2, originated: 3 });
  });
});
