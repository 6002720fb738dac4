/** ip_forward: what is sent on, with what changed, and by which way. */
import { expect, test } from "vitest";
import { BROADCAST, destination, padded, source, station } from "../support/frames.ts";
import { onEachMachine, ownMac, toRouter } from "../support/lab.ts";
import { ipFrame, readIp, udp } from "../support/packets.ts";

onEachMachine((labs) => {
  test("a forwarded packet has one hop less, a right checksum, new link addresses and no padding; the rest is as it was", () => {
    const lab = labs.routerOf(2);
    for (const ttl of [2, 64, 255]) {
      const fields = { ttl, tos: 0x2e, id: 0xbeef, payload: udp({ data: [1, 2, 3] }) };
      const [sent, ...more] = lab.sent("em0", padded(toRouter(fields)));
      expect([sent!.interface, sent!.path, more]).toEqual(["em1", "Forwarded", []]);
      expect([destination(sent!.data), source(sent!.data)]).toEqual([station(1), ownMac(1)]);
      expect(sent!.data.subarray(14)).toEqual(toRouter({ ...fields, ttl: ttl - 1 }).subarray(14));
    }
  });

  test.each([
    ["link broadcast to one host", ipFrame({ dst: BROADCAST, src: station(0) })],
    ["link multicast to one host", ipFrame({ dst: "01:00:5e:00:00:05", src: station(0) })],
    ["a group", toRouter({ dst: "224.0.0.5" })],
    ["class E", toRouter({ dst: "240.0.0.1" })],
    ["net 0", toRouter({ dst: "0.1.2.3" })],
  ])("what came by or goes to %s is not forwarded, and nobody is told", (_, data) => {
    const lab = labs.routerOf(2, { routes: [{ dst: "default", via: "10.0.1.2" }] });
    const { drops, stats } = lab.changes(() => expect(lab.receive("em0", data)).toEqual([]));
    expect([drops, stats.ips_cantforward]).toEqual([{ CannotForward: 1 }, 1]);
  });

  test("the time to live is looked at before the route", () => {
    const lab = labs.routerOf(2);
    expect(lab.changes(() => lab.receive("em0", toRouter({ dst: "9.9.9.9", ttl: 1 }))).drops).toEqual({ TtlExceeded: 1 });
    expect(lab.changes(() => lab.receive("em0", toRouter({ dst: "9.9.9.9", ttl: 2 })))).toMatchObject({
      drops: { NoRoute: 1 },
      stats: { ips_noroute: 1 },
    });
  });

  test("a packet to the broadcast address of another interface is not permitted, silently", () => {
    const lab = labs.routerOf(2);
    const { drops, stats } = lab.changes(() => expect(lab.receive("em0", toRouter({ dst: "10.0.1.255" }))).toEqual([]));
    expect([drops, stats.ips_cantforward, stats.icps_error]).toEqual([{ NotPermitted: 1 }, 1, undefined]);
  });

  test("a packet for a host on a connected subnet goes to that host", () => {
    const lab = labs.routerOf(2, { arp: [{ if: "em1", ip: "10.0.1.77", mac: station(77) }] });
    expect(lab.sent("em0", toRouter({ dst: "10.0.1.77" })).map(({ data }) => destination(data))).toEqual([station(77)]);
  });

  test("the longest prefix decides, from the default route to the host route", () => {
    const prefixes = [0, 8, 15, 16, 17, 23, 24, 25, 31, 32];
    const lab = labs.routerOf(prefixes.length, {
      routes: prefixes.map((length, n) => ({ dst: length ? `${network(length)}/${length}` : "default", via: `10.0.${n}.2`, if: `em${n}` })),
      sysctl: { "net.inet.ip.redirect": 0 },
    });
    const byBit: [string, number][] = [
      ["77.0.0.0", 0],
      ["99.200.0.0", 8],
      ["99.101.0.0", 15],
      ["99.100.0.1", 16],
      ["99.100.192.1", 17],
      ["99.100.201.1", 23],
      ["99.100.200.1", 24],
      ["99.100.200.140", 25],
      ["99.100.200.201", 31],
      ["99.100.200.200", 32],
    ];
    for (const [dst, length] of byBit) expect([dst, lab.receive("em0", toRouter({ dst }))]).toEqual([dst, [`em${prefixes.indexOf(length)}`]]);
  });

  test("a route can be added, replaced and deleted while the system runs, and what it covered shows again", () => {
    const lab = labs.routerOf(3);
    const way = () => lab.receive("em0", toRouter({ dst: "20.1.7.9" }));
    expect(way()).toEqual(["em1"]);
    lab.engine.setRoute({ dst: "20.1.7.0/24", via: "10.0.2.2", if: "em2" });
    expect(way()).toEqual(["em2"]);
    lab.engine.setRoute({ dst: "20.1.7.0/24", via: "10.0.1.2", if: "em1" });
    expect(way()).toEqual(["em1"]);
    lab.engine.setRoute({ dst: "20.1.7.9/32", via: "10.0.2.2", if: "em2" });
    expect(way()).toEqual(["em2"]);
    expect([lab.engine.deleteRoute("20.1.7.9/32"), lab.engine.deleteRoute("20.1.7.9/32")]).toEqual([true, false]);
    expect(way()).toEqual(["em1"]);
    expect([lab.engine.deleteRoute("20.1.7.0/24"), lab.engine.deleteRoute("20.1.0.0/16")]).toEqual([true, true]);
    expect(lab.changes(() => way()).drops).toEqual({ NoRoute: 1 });
  });

  test("a route without a gateway makes every destination a neighbour", () => {
    const lab = labs.routerOf(2, { arp: [{ if: "em1", ip: "30.0.0.9", mac: station(30) }] });
    lab.engine.setRoute({ dst: "30.0.0.0/8", if: "em1" });
    expect(lab.sent("em0", toRouter({ dst: "30.0.0.9" })).map(({ data }) => destination(data))).toEqual([station(30)]);
  });

  test("forwarded packets are counted at once on this path", () => {
    const lab = labs.routerOf(2);
    const { stats, paths } = lab.changes(() => [1, 2, 3].map(() => lab.receive("em0", toRouter())));
    expect([paths, stats]).toEqual([{ Forwarded: 3 }, { ips_total: 3, ips_forward: 3 }]);
  });

  test("a packet that nobody can have sent so is forwarded all the same: sources are not looked at", () => {
    const lab = labs.routerOf(2);
    for (const src of ["0.0.0.0", "224.0.0.1", "255.255.255.255", "10.0.0.1"])
      expect(lab.sent("em0", toRouter({ src })).map(({ data }) => readIp(data).src)).toEqual([src]);
  });
});

/** The first `length` bits of 99.100.200.200. */
function network(length: number): string {
  const bits = ((99 << 24) | (100 << 16) | (200 << 8) | 200) & (-1 << (32 - length));
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join(".");
}
