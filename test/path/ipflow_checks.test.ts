/** ipflow_fastforward: every check that sends a packet to the slow path, in order, and what the fast path does with the others. */
import { expect, test } from "vitest";
import { cacheOf, ofFlow, pathOf } from "../support/flows.ts";
import { BROADCAST, destination, padded, source, station, typeOf } from "../support/frames.ts";
import { type Lab, onEachMachine, ownMac, toRouter } from "../support/lab.ts";
import { ICMP, icmp, ipFrame, MF, TCP, tcp, udp } from "../support/packets.ts";

/** Counts of the cache and of ip_input for one packet of a flow that is known. */
const counts = (lab: Lab, data: Uint8Array) => {
  const { stats, drops } = lab.changes(() => lab.receive("em0", data));
  return { hits: stats.ipf_hits ?? 0, misses: stats.ipf_misses ?? 0, slow: stats.ips_total ?? 0, drops };
};
const SLOW = { hits: 0, misses: 0, slow: 1 };
const FAST = { hits: 1, misses: 0, slow: 0, drops: {} };

onEachMachine((labs) => {
  /** With the flow of `ofFlow(1)`. */
  const known = (more = {}) => {
    const lab = cacheOf(labs, more);
    expect(pathOf(lab, ofFlow(1))).toBe("Forwarded");
    return lab;
  };

  test("the second packet of a flow does not see the slow path", () => {
    expect(counts(known(), ofFlow(1))).toEqual(FAST);
  });

  test.each(["net.inet.ip.forwarding", "net.inet.ip.fastforwarding"])("with %s off the cache is not asked", (knob) => {
    const lab = known();
    lab.set(knob, 0);
    expect(counts(lab, ofFlow(1))).toMatchObject(SLOW);
    lab.set(knob, 1);
    expect(counts(lab, ofFlow(1))).toEqual(FAST);
  });

  test.each([
    ["broadcast", BROADCAST],
    ["multicast", "01:00:5e:00:00:05"],
  ])("a packet that came as link %s is not for the cache, and not to be forwarded", (_, dst) => {
    expect(counts(known(), ipFrame({ dst, src: station(0) }, { src: "20.0.0.1" }))).toEqual({ ...SLOW, drops: { CannotForward: 1 } });
  });

  test("a packet of another version is not for the cache", () => {
    expect(counts(known(), ofFlow(1, { version: 5 }))).toEqual({ ...SLOW, drops: { IpBadVersion: 1 } });
  });

  test("a packet with options is not for the cache, but is forwarded", () => {
    expect(counts(known(), ofFlow(1, { options: [1, 1, 1, 0] }))).toEqual({ ...SLOW, drops: {} });
  });

  test.each([
    ["another source", { src: "20.0.0.2" }],
    ["another destination", { dst: "20.1.0.10" }],
    ["another type of service", { tos: 8 }],
  ])("%s is another flow: a miss", (_, fields) => {
    expect(counts(known(), ofFlow(1, fields))).toEqual({ hits: 0, misses: 1, slow: 1, drops: {} });
  });

  test("ports and protocol are not in the key", () => {
    const lab = known();
    for (const fields of [
      { payload: udp({ sport: 7, dport: 9 }) },
      { protocol: TCP, payload: tcp() },
      { protocol: ICMP, payload: icmp() },
      { protocol: 47 },
    ])
      expect(counts(lab, ofFlow(1, fields))).toEqual(FAST);
  });

  test("fragments are not looked at: they are fastforwarded like others", () => {
    const lab = known();
    for (const fragment of [MF, MF | 8, 16]) expect(counts(lab, ofFlow(1, { fragment }))).toEqual(FAST);
  });

  test("the look-up comes before the checksum: a bad one of an unknown flow is a miss, of a known flow it is none", () => {
    expect(counts(known(), ofFlow(2, { checksum: 1 }))).toEqual({ hits: 0, misses: 1, slow: 1, drops: { IpBadChecksum: 1 } });
    expect(counts(known(), ofFlow(1, { checksum: 1 }))).toEqual({ ...SLOW, drops: { IpBadChecksum: 1 } });
  });

  test("a flow whose interface is down is not used", () => {
    const lab = known();
    lab.engine.setInterfaceUp("em1", false);
    expect(counts(lab, ofFlow(1))).toEqual({ ...SLOW, drops: { InterfaceDown: 1 } });
  });

  test("a flow whose route was deleted is not used", () => {
    const lab = known();
    lab.engine.deleteRoute("20.1.0.0/16");
    expect(counts(lab, ofFlow(1))).toEqual({ ...SLOW, drops: { NoRoute: 1 } });
  });

  test("a flow whose route was replaced is not used, but made anew by the slow path", () => {
    const lab = known();
    lab.engine.setRoute({ dst: "20.1.0.0/16", via: "10.0.0.2", if: "em0" });
    lab.set("net.inet.ip.redirect", 0);
    expect(lab.sent("em0", ofFlow(1)).map(({ interface: port, path }) => [port, path])).toEqual([["em0", "Forwarded"]]);
    expect(lab.sent("em0", ofFlow(1)).map(({ interface: port, path }) => [port, path])).toEqual([["em0", "Fastforwarded"]]);
  });

  test("a packet longer than the MTU goes to the slow path, which fragments it", () => {
    const small = { ports: { em1: { mtu: 576 } } };
    expect(counts(known(small), ofFlow(1, { payload: udp({ data: Array(548).fill(1) }) }))).toEqual(FAST);
    expect(counts(known(small), ofFlow(1, { payload: udp({ data: Array(549).fill(1) }) }))).toEqual({ ...SLOW, drops: {} });
  });

  test("the length that is held against the MTU is that of the frame: padding counts", () => {
    const small = { ports: { em1: { mtu: 68 } } };
    const packet = ofFlow(1, { payload: udp({ data: Array(40).fill(1) }) }); // 68 bytes of IP
    expect(counts(known(small), packet)).toEqual(FAST);
    expect(counts(known(small), padded(packet, 83))).toEqual({ ...SLOW, drops: {} });
  });

  test.each([0, 1])("a packet with time to live %i goes to the slow path, where it ends", (ttl) => {
    expect(counts(known(), ofFlow(1, { ttl }))).toEqual({ ...SLOW, drops: { TtlExceeded: 1 } });
  });

  test("a packet leaves with one hop less, a right checksum, its padding gone, and everything else as it was", () => {
    for (const ttl of [2, 64, 255]) {
      const fields = { ttl, id: 0x1234, tos: 0, payload: udp({ data: [1, 2, 3] }) };
      const [sent] = known().sent("em0", padded(ofFlow(1, fields)));
      expect([sent!.path, sent!.interface]).toEqual(["Fastforwarded", "em1"]);
      expect([destination(sent!.data), source(sent!.data), typeOf(sent!.data)]).toEqual([station(1), ownMac(1), 0x0800]);
      expect(sent!.data).toEqual(Uint8Array.from([...sent!.data.subarray(0, 14), ...ofFlow(1, { ...fields, ttl: ttl - 1 }).subarray(14)]));
    }
  });

  test("the next hop is the route's gateway, or the destination itself", () => {
    const lab = cacheOf(labs, { arp: [1, 2].map((n) => ({ if: "em1", ip: `10.0.1.${n * 40}`, mac: station(n * 40) })) });
    lab.engine.setRoute({ dst: "20.1.0.0/16", via: "10.0.1.80", if: "em1" });
    for (const [dst, mac] of [
      ["20.1.0.9", station(80)],
      ["10.0.1.40", station(40)],
    ] as const) {
      const sent = [1, 2].map(() => lab.sent("em0", toRouter({ dst }))[0]!);
      expect(sent.map(({ path, data }) => [path, destination(data)])).toEqual([
        ["Forwarded", mac],
        ["Fastforwarded", mac],
      ]);
    }
  });

  test("a packet that finds the output queue full ends, and is counted as dropped by the flow", () => {
    const lab = known({ ports: { em1: { queue: 2, txRing: 1 } } });
    lab.engine.setCarrier("em1", false);
    const { stats, drops } = lab.changes(() => [1, 2, 3, 4].map(() => lab.receive("em0", ofFlow(1))));
    expect([drops, stats.ipf_hits, stats.ipf_dropped]).toEqual([{ QueueFull: 1 }, 4, 1]);
    expect(lab.changes(() => lab.until(0.5)).stats).toMatchObject({ ips_cantforward: 1 });
  });

  test("a packet whose next hop does not answer ARP is held, and later refused: an error of the flow", () => {
    const lab = cacheOf(labs, { arp: [], sysctl: { "net.link.ether.inet.maxtries": 1 } });
    lab.receive("em0", ofFlow(1), 0);
    expect(lab.changes(() => lab.receive("em0", ofFlow(1), 1))).toMatchObject({ stats: { ipf_hits: 1 }, drops: { ArpHeldReplaced: 1 } });
    expect(lab.changes(() => lab.receive("em0", ofFlow(1), 2))).toMatchObject({ stats: { ipf_hits: 1, ipf_errors: 1 }, drops: { HostDown: 1 } });
  });

  test("no redirect is sent for a packet of a known flow", () => {
    const lab = cacheOf(labs, { sysctl: { "net.inet.ip.redirect": 0 } });
    const back = toRouter({ src: "10.0.0.7", dst: "20.0.0.9" });
    lab.receive("em0", back);
    lab.set("net.inet.ip.redirect", 1);
    expect(lab.changes(() => lab.receive("em0", back)).stats).toEqual({ ipf_hits: 1 });
  });
});
