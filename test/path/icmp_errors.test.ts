/** ICMP errors: each one, its contents, and every rule when there is none (RFC 792, RFC 1122 3.2.2, RFC 1812 4.3.2). */
import { expect, test } from "vitest";
import { BROADCAST, bytesOf, destination, ipBytes, station } from "../support/frames.ts";
import { type Lab, type LabOptions, onEachMachine, ownMac, toRouter } from "../support/lab.ts";
import { DF, ICMP, type IpFields, icmp, ipFrame, ipv4, MF, readIcmp, TCP, tcp, udp } from "../support/packets.ts";

const US = "10.0.0.1";
const big = udp({ data: Array(800).fill(1) });
const SMALL: LabOptions = { ports: { em1: { mtu: 576 } } };

/** What is wrong, the packet, type, code, the word behind the checksum, the drop. */
const ERRORS: [string, IpFields, number, number, number[], string][] = [
  ["the time to live is over", { ttl: 1 }, 11, 0, [0, 0, 0, 0], "TtlExceeded"],
  ["the time to live was over before", { ttl: 0 }, 11, 0, [0, 0, 0, 0], "TtlExceeded"],
  ["there is no route", { dst: "9.9.9.9" }, 3, 1, [0, 0, 0, 0], "NoRoute"],
  ["it is too big and must not be fragmented", { payload: big, fragment: DF }, 3, 4, bytesOf(576, 4), "NeedFragment"],
  ["its options cannot be parsed", { options: [7, 2, 0, 0] }, 12, 0, [21, 0, 0, 0], "IpBadOption"],
  ["its source route is refused", { dst: US, options: [131, 7, 4, 20, 1, 0, 9, 0] }, 3, 5, [0, 0, 0, 0], "SourceRoute"],
];

/** Packets that would be answered with an error, but for the reason given. */
const SILENT: [string, Uint8Array][] = [
  ["an ICMP error", toRouter({ ttl: 1, protocol: ICMP, payload: icmp({ type: 3 }) })],
  ["an ICMP redirect", toRouter({ ttl: 1, protocol: ICMP, payload: icmp({ type: 5 }) })],
  ["an ICMP message of unknown type", toRouter({ ttl: 1, protocol: ICMP, payload: icmp({ type: 44 }) })],
  ["a later fragment", toRouter({ ttl: 1, fragment: 5 })],
  ["a packet that came as link broadcast", ipFrame({ dst: BROADCAST, src: station(0) }, { dst: US, protocol: 253 })],
  ["a packet that came as link multicast", ipFrame({ dst: "01:00:5e:00:00:01", src: station(0) }, { dst: US, protocol: 253 })],
  ["a packet to a broadcast address", toRouter({ dst: "10.0.0.255", protocol: 253 })],
  ["a packet to 255.255.255.255", toRouter({ dst: "255.255.255.255", protocol: 253 })],
  ["a packet to a group", toRouter({ dst: "224.0.0.1", protocol: 253 })],
  ["a packet from 0.0.0.0", toRouter({ ttl: 1, src: "0.0.0.0" })],
  ["a packet from net 0", toRouter({ ttl: 1, src: "0.1.2.3" })],
  ["a packet from a group", toRouter({ ttl: 1, src: "224.0.0.9" })],
  ["a packet from class E", toRouter({ ttl: 1, src: "240.0.0.1" })],
  ["a packet from 255.255.255.255", toRouter({ ttl: 1, src: "255.255.255.255" })],
  ["a packet from a broadcast address", toRouter({ ttl: 1, src: "10.0.0.255" })],
  ["a packet from a broadcast address of another interface", toRouter({ ttl: 1, src: "10.0.1.255" })],
  ["a packet from ourselves", toRouter({ ttl: 1, src: "10.0.1.1" })],
];

const oneError = (lab: Lab, data: Uint8Array) => {
  const sent = lab.sent("em0", data);
  expect(sent.map(({ path }) => path)).toEqual(["Originated"]);
  return { ...readIcmp(sent[0]!.data), port: sent[0]!.interface, to: destination(sent[0]!.data), frame: sent[0]!.data };
};

onEachMachine((labs) => {
  test.each(ERRORS)("%s: the sender is told", (_, fields, type, code, word, reason) => {
    const lab = labs.routerOf(2, SMALL);
    const { drops, stats } = lab.changes(() => {
      const error = oneError(lab, toRouter(fields));
      expect(error).toMatchObject({
        type,
        code,
        word,
        intact: true,
        checksumIsRight: true,
        protocol: ICMP,
        dst: "20.0.0.9",
        port: "em0",
        to: station(0),
      });
      expect(error).toMatchObject({ headerLength: 20, ttl: 255, tos: 0, fragment: 0 });
    });
    expect([drops, stats.icps_error, stats.generated]).toEqual([{ [reason]: 1 }, 1, 1]);
  });

  test("UDP to a port of ours is answered with port unreachable, another protocol with protocol unreachable", () => {
    const lab = labs.routerOf(2);
    expect(oneError(lab, toRouter({ dst: US }))).toMatchObject({ type: 3, code: 3, src: US });
    expect(oneError(lab, toRouter({ dst: US, protocol: 253 }))).toMatchObject({ type: 3, code: 2, src: US });
  });

  test("a route whose interface is down is host unreachable", () => {
    const lab = labs.routerOf(2);
    lab.engine.setInterfaceUp("em1", false);
    expect(oneError(lab, toRouter())).toMatchObject({ type: 3, code: 1 });
    expect(lab.engine.counters().drops).toEqual({ ...lab.engine.counters().drops, InterfaceDown: 1 });
  });

  test("no room in the output queue is silent, unless source quench is wanted", () => {
    const lab = labs.routerOf(2, { ports: { em1: { queue: 1 } } });
    expect(lab.receive("em0", toRouter())).toEqual([]);
    lab.set("net.inet.ip.sendsourcequench", 1);
    expect(oneError(lab, toRouter())).toMatchObject({ type: 4, code: 0 });
  });

  test.each(SILENT)("nothing is sent about %s", (_, data) => {
    const lab = labs.routerOf(2);
    const { stats } = lab.changes(() => expect(lab.receive("em0", data)).toEqual([]));
    expect(stats.icps_error).toBeUndefined();
  });

  test("an error that is not sent because it would be about an ICMP message other than a query is counted, and no other is (RFC 1122 3.2.2)", () => {
    const lab = labs.routerOf(2);
    const counted = SILENT.map(([, data]) => lab.changes(() => lab.receive("em0", data)).stats.icps_oldicmp ?? 0);
    expect(counted).toEqual(SILENT.map(([name]) => Number(name.startsWith("an ICMP "))));
    // Of less than 8 bytes, ICMP_MINLEN, the type is not looked at (icmp_error, sys/netinet/ip_icmp.c).
    const cut = toRouter({ ttl: 1, protocol: ICMP, payload: icmp({ type: 3 }).slice(0, 7) });
    expect(lab.changes(() => lab.receive("em0", cut)).stats.icps_oldicmp).toBeUndefined();
    for (const type of [0, 8, 13, 14])
      expect(lab.changes(() => lab.receive("em0", toRouter({ ttl: 1, protocol: ICMP, payload: icmp({ type }) }))).stats.icps_oldicmp).toBeUndefined();
  });

  test("an error is sent about an ICMP query, and about a first fragment", () => {
    const lab = labs.routerOf(2);
    for (const type of [0, 8, 13, 14])
      expect(oneError(lab, toRouter({ ttl: 1, protocol: ICMP, payload: icmp({ type }) }))).toMatchObject({ type: 11 });
    expect(oneError(lab, toRouter({ ttl: 1, fragment: MF }))).toMatchObject({ type: 11 });
  });

  test("an error quotes the IP header and 8 bytes, as they were received", () => {
    const lab = labs.routerOf(2, SMALL);
    for (const fields of [{ ttl: 1 }, { payload: big, fragment: DF }, { ttl: 1, protocol: TCP, payload: tcp() }]) {
      const packet = ipv4(fields);
      expect(oneError(lab, toRouter(fields)).rest).toEqual(Array.from(packet.subarray(0, 28)));
    }
  });

  test("an error quotes options as they were received, though they have been filled in meanwhile", () => {
    const fields = { options: [7, 7, 4, 0, 0, 0, 0, 0], payload: big, fragment: DF };
    const error = oneError(labs.routerOf(2, SMALL), toRouter(fields));
    expect(error.rest).toEqual(Array.from(ipv4(fields).subarray(0, 36)));
  });

  test("an error quotes no more than there is, padding not counted", () => {
    const fields = { ttl: 1, protocol: 253, payload: [1, 2, 3] };
    const bytes = Uint8Array.from([...toRouter(fields), ...Array(23).fill(0xee)]);
    expect(oneError(labs.routerOf(2), bytes).rest).toEqual(Array.from(ipv4(fields)));
  });

  test("an error comes from the packet's destination if that was ours, else from the interface that it leaves by", () => {
    const lab = labs.routerOf(3);
    expect(oneError(lab, toRouter({ dst: "10.0.1.1" })).src).toBe("10.0.1.1");
    expect(oneError(lab, toRouter({ ttl: 1 })).src).toBe("10.0.0.1");
    expect(oneError(lab, toRouter({ ttl: 1, src: "20.2.0.9" }))).toMatchObject({ src: "10.0.2.1", port: "em2" });
  });

  test("an error whose way back is not known is not sent", () => {
    const lab = labs.routerOf(2);
    expect(lab.changes(() => expect(lab.receive("em0", toRouter({ ttl: 1, src: "9.9.9.9" }))).toEqual([])).stats.generated).toBeUndefined();
  });

  test("at most 200 errors of one type are sent in a second, of each type by itself", () => {
    const lab = labs.routerOf(2);
    const burst = (fields: IpFields) => lab.burst("em0", Array(250).fill(toRouter(fields))).length;
    expect([burst({ ttl: 1 }), burst({ dst: "9.9.9.9" }), burst({ ttl: 1 })]).toEqual([200, 200, 0]);
    expect(lab.stat("icps_limited")).toBe(50 + 50 + 250);
    lab.until(1);
    expect([burst({ ttl: 1 }), burst({ dst: US })]).toEqual([200, 200]);
  });

  test("no limit: 0; a limit counts from the next error on", () => {
    const lab = labs.routerOf(2, { sysctl: { "net.inet.icmp.icmplim": 0 } });
    const burst = () => lab.burst("em0", Array(300).fill(toRouter({ ttl: 1 }))).length;
    expect(burst()).toBe(300);
    lab.set("net.inet.icmp.icmplim", 10);
    expect(burst()).toBe(10);
  });

  test("errors have their own identification, one more each", () => {
    const lab = labs.routerOf(2);
    const ids = [1, 2, 3].map(() => oneError(lab, toRouter({ ttl: 1 })).id);
    expect(ids).toEqual([ids[0]!, ids[0]! + 1, ids[0]! + 2]);
  });
});

/** From a host on em0's own subnet to something that is reached by em0 as well. */
const detour = (fields: IpFields = {}) => ipFrame({ dst: ownMac(0), src: station(7) }, { src: "10.0.0.7", dst: "20.0.0.9", ...fields });
const withHost = { arp: [7, 2].map((n) => ({ if: "em0", ip: `10.0.0.${n}`, mac: station(n) })) };

onEachMachine((labs) => {
  test("a host that took a detour is told the better gateway, and its packet is forwarded", () => {
    const lab = labs.routerOf(2, withHost);
    const sent = lab.sent("em0", detour());
    expect(sent.map(({ path }) => path).sort()).toEqual(["Forwarded", "Originated"]);
    const redirect = readIcmp(sent.find(({ path }) => path === "Originated")!.data);
    expect(redirect).toMatchObject({ type: 5, code: 1, word: ipBytes("10.0.0.2"), src: "10.0.0.1", dst: "10.0.0.7", intact: true });
    expect(redirect.rest).toEqual(Array.from(detour().subarray(14, 42)));
    expect(lab.stat("ips_redirectsent")).toBe(1);
  });

  test("for a destination on the same subnet the gateway is the destination itself", () => {
    const lab = labs.routerOf(2, withHost);
    const sent = lab.sent("em0", detour({ dst: "10.0.0.2" }));
    expect(readIcmp(sent.find(({ path }) => path === "Originated")!.data).word).toEqual(ipBytes("10.0.0.2"));
  });

  test.each([
    ["redirects are off", { sysctl: { "net.inet.ip.redirect": 0 } }, detour()],
    ["the packet leaves by another interface", {}, detour({ dst: "20.1.0.9" })],
    ["the sender is not on the interface's subnet", {}, detour({ src: "20.0.0.7" })],
    ["the route is the default route", { routes: [{ dst: "default", via: "10.0.0.2" }] }, detour({ dst: "9.9.9.9" })],
    ["the packet could not be sent", { ports: { em0: { mtu: 576 } } }, detour({ fragment: DF, payload: udp({ data: Array(600).fill(0) }) })],
  ])("no redirect is sent if %s", (_, more: LabOptions, data) => {
    const lab = labs.routerOf(2, { ...withHost, ...more, ports: { em0: { receiveMtu: 1500 }, ...more.ports } });
    const { stats } = lab.changes(() => lab.receive("em0", data));
    expect(stats.ips_redirectsent).toBeUndefined();
  });
});
