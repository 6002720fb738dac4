/**
 * The look-asides of bridge and flow cache, with addresses and flows that were chosen to share one line of four: whatever a line has no room for, the table
 * behind it knows, and nothing that has moved, gone or been used again is answered from a line.
 */
import { describe, expect, test } from "vitest";
import { parseMac } from "../../src/addresses.ts";
import { BROADCAST, frame, NO_MAC, station } from "../support/frames.ts";
import { type Lab, onEachMachine, ownMac, seconds, toRouter } from "../support/lab.ts";
import { udp } from "../support/packets.ts";

const MIX = 0x9e3779b97f4a7c15n;
const line = (key: bigint, bits: bigint): bigint => BigInt.asUintN(64, key * MIX) >> (64n - bits);

/** A station's address as the engine loads it: first byte lowest. */
const loaded = (mac: string): bigint => {
  const bytes = parseMac(mac)!;
  return Array.from({ length: 6 }, (_, i) => ((bytes >> BigInt(40 - 8 * i)) & 0xffn) << BigInt(8 * i)).reduce((sum, byte) => sum | byte);
};

/** `count` stations on the line that station 0 is on, in a bridge with room for 100 addresses (64 lines). */
const crowd = (count: number): string[] => {
  const wanted = line(loaded(station(0)), 6n);
  const found: string[] = [];
  for (let n = 0; found.length < count; n++) if (line(loaded(station(n)), 6n) === wanted) found.push(station(n));
  return found;
};

const PORTS = ["em0", "em1", "em2"];
const portOf = (n: number): string => PORTS[n % 3]!;
/** Somebody known behind each port: only frames between two known stations are answered from the look-aside. */
const WITNESSES = PORTS.map((_, n) => station(0x7fff_0000 + n));
const STRANGER = station(0x7fff_ffff);

/** Where frames to each of them leave, twice; they come in at a port that the station is not behind. */
const answers = (lan: Lab, crowded: readonly string[], shift = 0): string[][] => {
  const ask = (): string[][] => crowded.map((dst, n) => lan.receive(portOf(n + shift + 1), frame({ dst, src: WITNESSES[(n + shift + 1) % 3]! })));
  const first = ask();
  expect(ask()).toEqual(first);
  return first;
};

/** Makes stations known behind their ports, by broadcasts. */
const introduce = (lan: Lab, crowded: readonly string[]): void => {
  for (const [n, src] of [...WITNESSES.entries(), ...crowded.entries()]) lan.receive(portOf(n), frame({ src, dst: BROADCAST }));
};

onEachMachine((labs) => {
  describe("twelve stations on one line of a bridge's look-aside", () => {
    const crowded = crowd(12);
    const populated = (members = {}): Lab => {
      const lan = labs.bridgeOf(PORTS, { members });
      introduce(lan, crowded);
      return lan;
    };
    const expected = (shift = 0): string[][] => crowded.map((_, n) => [portOf(n + shift)]);

    test("each is reached by its own port, over and over", () => {
      const lan = populated();
      for (let round = 0; round < 3; round++) expect(answers(lan, crowded)).toEqual(expected());
      expect(lan.stat("brc_flooded")).toBe(15);
    });

    test("between two known ones, too", () => {
      const lan = populated();
      for (let round = 0; round < 2; round++)
        crowded.forEach((dst, n) => {
          const src = crowded[(n + 1) % 12]!;
          expect(lan.receive(portOf(n + 1), frame({ dst, src }))).toEqual([portOf(n)]);
        });
    });

    test("one that moves while it talks to a known one is found at its new port at once", () => {
      const lan = populated();
      const [moving, known] = [crowded[1]!, WITNESSES[0]!];
      for (let n = 0; n < 2; n++) expect(lan.receive("em0", frame({ dst: moving, src: known }))).toEqual(["em1"]);
      expect(lan.receive("em2", frame({ dst: known, src: moving }))).toEqual(["em0"]);
      for (let n = 0; n < 2; n++) expect(lan.receive("em0", frame({ dst: moving, src: known }))).toEqual(["em2"]);
    });

    test("those that move are found at their new port", () => {
      const lan = populated();
      answers(lan, crowded);
      crowded.forEach((src, n) => {
        lan.receive(portOf(n + 1), frame({ src, dst: crowded[(n + 5) % 12]! }));
      });
      expect(answers(lan, crowded, 1)).toEqual(expected(1));
      expect(lan.stat("brc_moved")).toBeGreaterThanOrEqual(12);
    });

    test("a frame from a station to itself at another port moves it before it is looked up", () => {
      const lan = populated();
      answers(lan, crowded);
      const [self] = crowded;
      expect(lan.changes(() => lan.receive("em1", frame({ src: self!, dst: self! }))).drops).toEqual({ BridgeSamePort: 1 });
    });

    test("those that age out are flooded to again", () => {
      const lan = labs.bridgeOf(PORTS, { bridge: { timeout: 10 }, sysctl: { "net.link.bridge.prune_intvl": 10 } });
      introduce(lan, crowded);
      answers(lan, crowded);
      lan.until(60);
      WITNESSES.forEach((src, n) => void lan.receive(portOf(n), frame({ src, dst: BROADCAST })));
      const flooded = lan.changes(() => crowded.map((dst, n) => lan.receive(portOf(n + 1), frame({ dst, src: WITNESSES[(n + 1) % 3]! }))));
      expect(flooded.stats.brc_flooded).toBe(12);
    });

    test("those behind a member that leaves are forgotten", () => {
      const lan = populated();
      answers(lan, crowded);
      lan.engine.removeMember("br0", "em1");
      for (const src of [WITNESSES[0]!, STRANGER]) expect(lan.receive("em0", frame({ dst: crowded[1]!, src }))).toEqual(["em2"]);
    });

    test("the zero address, which the table can hold but nobody has, is never refreshed as a station", () => {
      const lan = labs.bridgeOf(PORTS, { bridge: { mac: ownMac(9) }, sysctl: { "net.link.bridge.prune_intvl": 1 } });
      const known = station(1);
      lan.receive("em1", frame({ src: known, dst: BROADCAST }), 0);
      for (let n = 0; n < 2; n++) lan.receive("em0", frame({ src: NO_MAC, dst: ownMac(1) }), 0);
      lan.receive("em1", frame({ src: known, dst: BROADCAST }), 1000);
      for (let n = 0; n < 2; n++) lan.receive("em0", frame({ src: NO_MAC, dst: known }), 1000);
      lan.until(1300);
      expect([lan.stat("brc_aged"), lan.engine.counters().bridges[0]!.addresses]).toEqual([1, 1]);
    });

    test("a member's own address is not taken for a station's, even if a frame has come from it", () => {
      const lan = populated();
      expect(lan.changes(() => lan.receive("em0", frame({ src: ownMac(1), dst: crowded[1]! }))).drops).toEqual({ BridgeOwnSource: 1 });
      expect(lan.changes(() => lan.receive("em0", frame({ src: crowded[0]!, dst: ownMac(0) }))).ports.em0).toMatchObject({ received: 1 });
    });
  });

  describe("twelve flows on one line of a CPU's look-aside", () => {
    const key = (host: number): bigint => BigInt(0x14010000 + host) | (0x14000009n << 32n);
    const hosts: number[] = [];
    for (let host = 1; hosts.length < 12; host++) if (line(key(host), 7n) === line(key(1), 7n)) hosts.push(host);
    const to = (host: number, tos = 0): Uint8Array =>
      toRouter({ src: "20.0.0.9", dst: `20.1.${host >> 8}.${host & 255}`, tos, payload: udp({ sport: 1, dport: 1 }) });
    const router = (): Lab => labs.routerOf(2, { sysctl: { "net.inet.ip.fastforwarding": 1 } });

    test("each is a hit from its second packet on", () => {
      const lab = router();
      for (const host of hosts) lab.receive("em0", to(host));
      for (let round = 0; round < 3; round++)
        expect(lab.changes(() => hosts.map((host) => lab.receive("em0", to(host)))).stats).toMatchObject({ ipf_hits: 12 });
    });

    test("flows that differ in their TOS only are different flows", () => {
      const lab = router();
      for (const tos of [0, 4, 8, 16, 32, 64]) expect(lab.changes(() => lab.receive("em0", to(hosts[0]!, tos))).stats.ipf_misses).toBe(1);
      for (const tos of [64, 32, 16, 8, 4, 0]) expect(lab.changes(() => lab.receive("em0", to(hosts[0]!, tos))).stats.ipf_hits).toBe(1);
    });

    test("flows of one key, by the TOS of one and the destination of the other, go their own ways", () => {
      const routes = [
        { dst: "20.1.0.0/16", via: "10.0.1.2", if: "em1" },
        { dst: "21.1.0.0/16", via: "10.0.2.2", if: "em2" },
      ];
      const lab = labs.routerOf(3, { sysctl: { "net.inet.ip.fastforwarding": 1 }, routes });
      const pair = [to(hosts[0]!, 16), toRouter({ src: "20.0.0.9", dst: `21.1.0.${hosts[0]}`, payload: udp({ sport: 1, dport: 1 }) })];
      for (let round = 0; round < 4; round++) expect(pair.map((packet) => lab.receive("em0", packet))).toEqual([["em1"], ["em2"]]);
      expect(lab.engine.counters().flows).toEqual([2]);
      expect(lab.stat("ipf_misses")).toBe(2);
    });

    test("a flow that has ended is a miss, and one that took its record is itself", () => {
      const lab = router();
      for (let round = 0; round < 3; round++) for (const host of hosts) lab.receive("em0", to(host));
      lab.until(20);
      for (const host of hosts.toReversed()) expect(lab.changes(() => lab.receive("em0", to(host), 20)).stats.ipf_misses).toBe(1);
      for (const host of hosts) expect(lab.changes(() => lab.receive("em0", to(host), 20)).stats.ipf_hits).toBe(1);
    });

    test("a flow whose next hop changes its address follows it", () => {
      const lab = labs.routerOf(2, { arp: [], sysctl: { "net.inet.ip.fastforwarding": 1 } });
      lab.receive("em0", to(hosts[0]!));
      lab.receive("em1", arpReply(station(50)));
      lab.receive("em0", to(hosts[0]!));
      lab.receive("em1", arpReply(station(51)));
      const [sent] = lab.sent("em0", to(hosts[0]!));
      expect([sent!.path, [...sent!.data.subarray(0, 6)]]).toEqual([
        "Fastforwarded",
        [...frame({ dst: station(51), src: station(1) }).subarray(0, 6)],
      ]);
    });

    test("a flow whose next hop's entry went to somebody else does not send there", () => {
      const ages = { "net.link.ether.inet.max_age": 10, "net.link.ether.inet.prune_intvl": 10 };
      const lab = labs.routerOf(2, { arp: [], sysctl: { "net.inet.ip.fastforwarding": 1, ...ages } });
      lab.receive("em0", to(hosts[0]!));
      lab.receive("em1", arpReply(station(50)));
      for (const second of [1, 4, 8]) expect(lab.receive("em0", to(hosts[0]!), second)).toContain("em1");
      expect(lab.changes(() => lab.receive("em1", arpReply(station(51), 3), 10.5)).stats).toMatchObject({ arps_created: 1, arps_expired: 1 });
      const [asked] = lab.sent("em0", to(hosts[0]!), 11);
      expect([asked!.path, lab.stat("ipf_misses")]).toEqual(["Originated", 1]);
    });

    test("a flow whose next hop's entry has expired asks again", () => {
      const lab = labs.routerOf(2, { arp: [], sysctl: { "net.inet.ip.fastforwarding": 1, "net.link.ether.inet.max_age": 10 } });
      lab.receive("em0", to(hosts[0]!));
      lab.receive("em1", arpReply(station(50)));
      for (let second = 1; second <= 9; second++) lab.receive("em0", to(hosts[0]!), second);
      lab.engine.take();
      const sent = lab.sent("em0", to(hosts[0]!), 12);
      expect(sent.map(({ path }) => path)).toEqual(["Originated"]);
      expect(lab.engine.now).toBe(seconds(12));
    });
  });
});

/** 10.0.1.2, or another host there, says to the router's em1 where it is. */
const arpReply = (mac: string, host = 2): Uint8Array =>
  frame({
    dst: ownMac(1),
    src: mac,
    type: 0x0806,
    payload: [
      0,
      1,
      8,
      0,
      6,
      4,
      0,
      2,
      ...frame({ dst: mac, src: mac }).subarray(0, 6),
      10,
      0,
      1,
      host,
      ...frame({ dst: ownMac(1), src: mac }).subarray(0, 6),
      10,
      0,
      1,
      1,
    ],
  });
