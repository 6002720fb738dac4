/** ip_input: its tests in their order, what is for this host, and what the host does with it. */
import { expect, test } from "vitest";
import { BROADCAST, padded, station } from "../support/frames.ts";
import { type Lab, onEachMachine, ownMac, toRouter } from "../support/lab.ts";
import { ICMP, type IpFields, icmp, ipFrame, MF, TCP, tcp, UDP } from "../support/packets.ts";

/** Faults, and under which name a packet with them ends: of several the first one counts. */
const FAULTS: [string, IpFields, string, string][] = [
  ["another version", { version: 6 }, "ips_badvers", "IpBadVersion"],
  ["another version, from 127/8, with a bad checksum", { version: 5, src: "127.0.0.1", checksum: 0 }, "ips_badvers", "IpBadVersion"],
  ["a source in 127/8", { src: "127.0.0.1" }, "ips_badaddr", "IpBadAddress"],
  ["a destination in 127/8", { dst: "127.255.0.1" }, "ips_badaddr", "IpBadAddress"],
  ["a source in 127/8 and a bad checksum", { src: "127.1.2.3", checksum: 0 }, "ips_badaddr", "IpBadAddress"],
  ["a bad checksum", { checksum: 0x1234 }, "ips_badsum", "IpBadChecksum"],
  ["a bad checksum and bad options", { checksum: 0x1234, options: [7, 0, 0, 0] }, "ips_badsum", "IpBadChecksum"],
  ["a bad checksum, to this host", { checksum: 0x1234, dst: "10.0.0.1" }, "ips_badsum", "IpBadChecksum"],
  ["bad options, to this host", { options: [7, 0, 0, 0], dst: "10.0.0.1" }, "ips_badoptions", "IpBadOption"],
];

const GROUP = "01:00:5e:00:00:01";
const link = (dst: string) => ({ dst, src: station(0) });
/** What became of a packet: the drop, or "Delivered". */
const endOf = (lab: Lab, data: Uint8Array): string => {
  const { drops, paths } = lab.changes(() => lab.receive("em0", data));
  return Object.keys(drops)[0] ?? Object.keys(paths)[0]!;
};

onEachMachine((labs) => {
  const host = (more = {}) => labs.routerOf(2, { sysctl: { "net.inet.ip.forwarding": 0, "net.inet.udp.blackhole": 1, ...more } });

  test.each(FAULTS)("a packet with %s", (_, fields, counter, reason) => {
    const lab = labs.routerOf(2);
    const { drops, stats } = lab.changes(() => lab.receive("em0", toRouter(fields)));
    expect([drops, stats.ips_total, stats[counter]]).toEqual([{ [reason]: 1 }, 1, 1]);
  });

  test.each([
    ["an address of the receiving interface", toRouter({ dst: "10.0.0.1" })],
    ["an address of another interface", toRouter({ dst: "10.0.1.1" })],
    ["the broadcast address of the receiving interface", ipFrame(link(BROADCAST), { dst: "10.0.0.255" })],
    ["255.255.255.255", ipFrame(link(BROADCAST), { dst: "255.255.255.255" })],
    ["0.0.0.0", ipFrame(link(BROADCAST), { dst: "0.0.0.0" })],
    ["224.0.0.1, the group of all hosts", ipFrame(link(GROUP), { dst: "224.0.0.1" })],
  ])("a packet to %s is for this host, whether it forwards or not", (_, data) => {
    for (const forwarding of [0, 1]) expect(endOf(host({ "net.inet.ip.forwarding": forwarding }), data)).toBe("Delivered");
  });

  test.each([
    ["another host", toRouter()],
    ["the broadcast address of another interface", toRouter({ dst: "10.0.1.255" })],
    ["another host on our subnet", toRouter({ dst: "10.0.0.99" })],
    ["a group that this host is not in", ipFrame(link(GROUP), { dst: "224.0.0.5" })],
  ])("a packet to %s is not for this host, which does not forward", (_, data) => {
    const lab = host();
    const { drops, stats } = lab.changes(() => expect(lab.receive("em0", data)).toEqual([]));
    expect([drops, stats.ips_cantforward]).toEqual([{ CannotForward: 1 }, 1]);
  });

  test("a host without any address takes every unicast packet for its own", () => {
    const lab = labs.of({ interfaces: [{ name: "em0", mac: ownMac(0) }] });
    expect(endOf(lab, toRouter({ dst: "9.9.9.9" }))).toBe("Delivered");
    expect(endOf(lab, ipFrame(link(GROUP), { dst: "224.0.0.5" }))).toBe("CannotForward");
  });

  test("check_interface: an address is ours on its own interface only, unless this host forwards", () => {
    const checked = host({ "net.inet.ip.check_interface": 1 });
    expect(endOf(checked, toRouter({ dst: "10.0.0.1" }))).toBe("Delivered");
    const { drops, stats } = checked.changes(() => checked.receive("em0", toRouter({ dst: "10.0.1.1" })));
    expect([drops, stats.ips_badaddr]).toEqual([{ IpBadAddress: 1 }, 1]);
    checked.set("net.inet.ip.forwarding", 1);
    expect(endOf(checked, toRouter({ dst: "10.0.1.1" }))).toBe("Delivered");
  });

  test("TCP for us is counted and delivered, and not answered", () => {
    const lab = host();
    const { stats, paths } = lab.changes(() => expect(lab.receive("em0", toRouter({ dst: "10.0.0.1", protocol: TCP, payload: tcp() }))).toEqual([]));
    expect([paths, stats]).toMatchObject([{ Delivered: 1 }, { ips_delivered: 1, tcps_rcvtotal: 1 }]);
  });

  test("UDP for us is counted as of no port, and that to many as such", () => {
    const lab = host();
    expect(lab.changes(() => lab.receive("em0", toRouter({ dst: "10.0.0.1", protocol: UDP }))).stats).toMatchObject({
      udps_ipackets: 1,
      udps_noport: 1,
    });
    const many = lab.changes(() => lab.receive("em0", ipFrame(link(BROADCAST), { dst: "10.0.0.255" }))).stats;
    expect(many).toMatchObject({ udps_ipackets: 1, udps_noportbcast: 1 });
    expect(many.udps_noport).toBeUndefined();
  });

  test("a protocol that nobody handles is counted and dropped", () => {
    const lab = host();
    const { stats, drops } = lab.changes(() => lab.receive("em0", toRouter({ dst: "10.0.0.1", protocol: 253 })));
    expect([drops, stats.ips_noproto]).toEqual([{ NoProtocol: 1 }, 1]);
  });

  test.each([MF, 5])("a fragment (%i) for us ends, as nothing is reassembled", (fragment) => {
    expect(endOf(host(), toRouter({ dst: "10.0.0.1", fragment }))).toBe("FragmentForUs");
  });

  test("what is behind the packet is trimmed before it is answered", () => {
    const lab = labs.routerOf(1);
    const short = toRouter({ dst: "10.0.0.1", protocol: ICMP, payload: icmp({ rest: [0, 1, 0, 2] }) });
    const [reply] = lab.sent("em0", padded(short));
    expect(reply!.data).toHaveLength(14 + 28);
  });
});
