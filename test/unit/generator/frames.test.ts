import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { destination, IP, source, station, typeOf, u16 } from "../../support/frames.ts";
import { readIp, UDP } from "../../support/packets.ts";
import { Source } from "./support.ts";

const dottedIp = (ip: number): string => [24, 16, 8, 0].map((shift) => (ip >>> shift) & 255).join(".");

describe("a frame", () => {
  test("is Ethernet II, IPv4 and UDP with the fields that are said", () => {
    const { bytes } = new Source().attach({}).take();
    expect(bytes.length).toBe(60);
    expect([destination(bytes), source(bytes), typeOf(bytes)]).toEqual(["02:bb:00:00:00:fe", "02:00:00:00:00:01", IP]);
    expect(readIp(bytes)).toMatchObject({
      headerLength: 20,
      tos: 0,
      length: 46,
      id: 0,
      fragment: 0,
      ttl: 64,
      protocol: UDP,
      checksumIsRight: true,
      src: "10.0.0.1",
      dst: "20.0.0.1",
    });
    expect(bytes[14]).toBe(0x45);
    expect([u16(bytes, 34), u16(bytes, 36), u16(bytes, 38), u16(bytes, 40)]).toEqual([1024, 9, 26, 0]);
  });

  test.each([42, 43, 60, 63, 64, 65, 66, 128, 1514, 9014, 14 + 0xffff])(
    "of %i bytes has zeros behind its headers, and IP and UDP know its length",
    (length) => {
      const traffic = new Source().attach({ length });
      const room = traffic.soil();
      expect(traffic.parts.trafficWrite(0, traffic.room)).toBe(length);
      const bytes = room.slice(0, length);
      expect([u16(bytes, 16), u16(bytes, 38)]).toEqual([length - 14, length - 34]);
      expect(readIp(bytes).checksumIsRight).toBe(true);
      expect(bytes.subarray(42).every((byte) => byte === 0)).toBe(true);
      expect(room.subarray(Math.max(64, length)).every((byte) => byte === 0xff)).toBe(true);
    },
  );

  test("is refused if it has no room for its headers, or is longer than IP can say", () => {
    for (const length of [0, 41, 14 + 0x10000]) expect(() => new Source().attach({ length })).toThrow("assertion");
  });

  test("has the right checksum whatever the addresses and the length are", () => {
    const traffic = new Source();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 42, max: 14 + 0xffff }), fc.nat(300), (srcIp, length, flow) => {
        traffic.attach({ srcIp, length, flows: 301, srcIps: 301, dstIps: 301, count: BigInt(flow + 1) });
        const last = traffic.takeMany(flow + 1).at(-1)!;
        expect(readIp(last.bytes)).toMatchObject({ checksumIsRight: true, src: dottedIp((srcIp + flow) >>> 0), dst: dottedIp(0x14000001 + flow) });
      }),
      { numRuns: 60 },
    );
  });

  test("has a checksum that is right where the sum of the words carries twice: for one source of these", () => {
    const traffic = new Source().attach({ srcIp: 0xffff0000, dstIp: 0xffff8000, flows: 65_536, srcIps: 65_536 });
    const wrong = traffic.takeMany(65_536).filter(({ bytes }) => !readIp(bytes).checksumIsRight);
    expect(wrong).toEqual([]);
  });
});

describe("flow f", () => {
  const key = (bytes: Uint8Array) => ({
    src: source(bytes),
    dst: destination(bytes),
    from: readIp(bytes).src,
    to: readIp(bytes).dst,
    sport: u16(bytes, 34),
    dport: u16(bytes, 36),
  });

  test("has the f-th of each kind of address, counted round", () => {
    const arrivals = new Source().attach({ flows: 12, srcMacs: 5, dstMacs: 4, srcIps: 3, dstIps: 12, srcMac: station(0) }).takeMany(24);
    for (const [i, { flow, bytes }] of arrivals.entries()) {
      expect(flow).toBe(i % 12);
      expect(key(bytes)).toEqual({
        src: station(flow % 5),
        dst: `02:bb:00:00:0${(0xfe + (flow % 4)) >> 8}:${((0xfe + (flow % 4)) & 255).toString(16).padStart(2, "0")}`,
        from: `10.0.0.${1 + (flow % 3)}`,
        to: `20.0.0.${1 + flow}`,
        sport: 1024 + flow,
        dport: 9,
      });
    }
  });

  test("MAC addresses carry through all six bytes", () => {
    const arrivals = new Source().attach({ flows: 3, srcMacs: 3, srcMac: "02:ff:ff:ff:ff:ff" }).takeMany(3);
    expect(arrivals.map(({ bytes }) => source(bytes))).toEqual(["02:ff:ff:ff:ff:ff", "03:00:00:00:00:00", "03:00:00:00:00:01"]);
  });

  test("source ports go from 1024 to 65535 and begin again", () => {
    const arrivals = new Source().attach({ flows: 64_514 }).takeMany(64_514);
    expect([0, 1, 64_511, 64_512, 64_513].map((i) => u16(arrivals[i]!.bytes, 34))).toEqual([1024, 1025, 65535, 1024, 1025]);
  });

  test("one address of each kind and one flow: every frame is the same", () => {
    const [first, ...others] = new Source().attach({ flows: 1, uniform: true }).takeMany(20);
    for (const { bytes, flow } of others) expect({ bytes, flow }).toEqual({ bytes: first!.bytes, flow: 0 });
  });
});
