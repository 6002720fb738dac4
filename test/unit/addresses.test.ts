import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatIp,
  formatMac,
  formatPrefix,
  isHostIp,
  isStationMac,
  macFromBytes,
  macToBytes,
  maskOf,
  parseIp,
  parseMac,
  parsePrefix,
  prefixContains,
  subnetOf,
} from "../../src/addresses.ts";

const anyMac = fc.bigInt({ min: 0n, max: (1n << 48n) - 1n });
const anyIp = fc.integer({ min: 0, max: 0xffff_ffff });
const anyLength = fc.integer({ min: 0, max: 32 });

describe("MAC addresses", () => {
  test("the first byte on the wire is the highest byte of the number", () => {
    expect(parseMac("02:00:00:00:00:01")).toBe(0x020000000001n);
    expect(parseMac("aB:cD:eF:01:23:45")).toBe(0xabcdef012345n);
    expect(macToBytes(0x0123456789abn)).toEqual(Uint8Array.of(0x01, 0x23, 0x45, 0x67, 0x89, 0xab));
    expect(macFromBytes(Uint8Array.of(9, 1, 2, 3, 4, 5, 6, 9), 1)).toBe(0x010203040506n);
  });

  test("text and bytes both give the same number back", () => {
    fc.assert(
      fc.property(anyMac, (mac) => {
        expect(parseMac(formatMac(mac))).toBe(mac);
        expect(macFromBytes(macToBytes(mac))).toBe(mac);
      }),
    );
  });

  test.each([
    "",
    "02:00:00:00:00",
    "02:00:00:00:00:01:02",
    "2:0:0:0:0:1",
    "02-00-00-00-00-01",
    "02:00:00:00:00:0g",
    " 02:00:00:00:00:01",
    "02:00:00:00:00:01\n",
  ])("%j is no MAC address", (text) => {
    expect(parseMac(text)).toBeUndefined();
  });

  test("fewer than six bytes are no MAC address", () => {
    expect(() => macFromBytes(new Uint8Array(8), 3)).toThrow(RangeError);
    expect(() => macFromBytes(new Uint8Array(8), -1)).toThrow(RangeError);
  });

  test("group addresses and zero belong to no station", () => {
    expect(isStationMac(0x020000000001n)).toBe(true);
    expect([0n, 0x010000000000n, 0x01005e000001n, 0xffffffffffffn].map(isStationMac)).toEqual([false, false, false, false]);
  });
});

describe("IPv4 addresses", () => {
  test("the number is in host order and never negative", () => {
    expect(parseIp("192.0.2.1")).toBe(0xc0000201);
    expect(parseIp("255.255.255.255")).toBe(0xffff_ffff);
    expect(parseIp("0.0.0.0")).toBe(0);
  });

  test("text gives the same number back", () => {
    fc.assert(
      fc.property(anyIp, (ip) => {
        expect(parseIp(formatIp(ip))).toBe(ip);
      }),
    );
  });

  test.each([
    "",
    "1.2.3",
    "1.2.3.4.5",
    "256.0.0.1",
    "01.2.3.4",
    "1.2.3.04",
    "00.0.0.0",
    "0x7f.0.0.1",
    "1.2.3.-4",
    "1..2.3",
    " 1.2.3.4",
    "1.2.3.4\n",
    "1.2.3.4/8",
    "٣.0.0.1",
  ])("%j is no IPv4 address", (text) => {
    expect(parseIp(text)).toBeUndefined();
  });

  test("hosts are outside of 0/8, 127/8 and everything from 224 on", () => {
    const isHost = (text: string) => isHostIp(parseIp(text)!);
    expect(["1.0.0.0", "126.255.255.255", "128.0.0.0", "223.255.255.255"].map(isHost)).toEqual([true, true, true, true]);
    expect(["0.255.255.255", "127.0.0.1", "224.0.0.0", "240.0.0.1", "255.255.255.255"].map(isHost)).toEqual([false, false, false, false, false]);
  });
});

describe("prefixes", () => {
  test("bits behind the prefix are kept when read and cleared by subnetOf", () => {
    expect(parsePrefix("192.0.2.77/24")).toEqual({ address: 0xc000024d, length: 24 });
    expect(formatPrefix(subnetOf({ address: 0xc000024d, length: 24 }))).toBe("192.0.2.0/24");
  });

  test("text gives the same prefix back", () => {
    fc.assert(
      fc.property(anyIp, anyLength, (address, length) => {
        expect(parsePrefix(formatPrefix({ address, length }))).toEqual({ address, length });
      }),
    );
  });

  test.each(["192.0.2.1", "192.0.2.1/", "192.0.2.1/33", "192.0.2.1/024", "192.0.2.1/-1", "192.0.2.1/2 ", "/24", "192.0.2/24", "192.0.2.1/24/8"])(
    "%j is no prefix",
    (text) => {
      expect(parsePrefix(text)).toBeUndefined();
    },
  );

  test("a mask has as many ones in front as the length says", () => {
    fc.assert(
      fc.property(anyLength, (length) => {
        expect(maskOf(length).toString(2).padStart(32, "0")).toBe("1".repeat(length).padEnd(32, "0"));
      }),
    );
  });

  test("a prefix contains exactly the addresses that begin like it", () => {
    const bits = (ip: number) => ip.toString(2).padStart(32, "0");
    const nearby = fc.tuple(anyIp, anyIp, anyLength).map(([a, b, keep]) => [a, ((a & maskOf(keep)) | (b & ~maskOf(keep))) >>> 0] as const);
    fc.assert(
      fc.property(nearby, anyLength, ([address, ip], length) => {
        expect(prefixContains({ address, length }, ip)).toBe(bits(address).slice(0, length) === bits(ip).slice(0, length));
      }),
    );
  });
});
