/** The test vectors of hashes and checksums, put to the functions of the engine itself. */
import { expect, test } from "vitest";
import { parseIp, parseMac } from "../../src/addresses.ts";
import { macToWire } from "../../src/wasm/attach.ts";
import { onEachMachine } from "../support/lab.ts";
import { checksum } from "../support/packets.ts";

/** Source and destination with ports; INP_MPORT_HASH on 2, 4 and 8 CPUs; Toeplitz over addresses and ports, over addresses; ip_flow bucket on x86. */
const TUPLES = [
  ["66.9.149.187", 2794, "161.142.100.80", 1766, [1, 3, 7], 0x9fcc9fcc, 0x0a590a59, 28],
  ["199.92.111.2", 14230, "65.69.140.83", 4739, [0, 0, 4], 0x60d760d7, 0x7ba97ba9, 31],
  ["10.0.0.1", 1024, "10.0.1.2", 80, [1, 3, 3], 0xcc30cc30, 0x00cd00cd, 59],
  ["192.168.1.10", 53, "192.168.2.20", 5353, [0, 2, 2], 0x4fd24fd2, 0x58ef58ef, 46],
] as const;

const interfaces = [{ name: "em0", mac: "02:00:00:00:00:01" }];

onEachMachine((labs) => {
  test.each(TUPLES)("INP_MPORT_HASH of %s:%i -> %s:%i, and of the way back", (src, sport, dst, dport, masked) => {
    for (const [i, cpus] of [2, 4, 8].entries()) {
      const { exports } = labs.of({ cpus, interfaces }).engine;
      const there = [parseIp(src)!, parseIp(dst)!] as const;
      expect(exports.mportHash(...there, sport, dport)).toBe(masked[i]);
      expect(exports.mportHash(there[1], there[0], dport, sport)).toBe(masked[i]);
    }
  });

  test("INP_MPORT_HASH masks by the largest power of two not above the number of CPUs", () => {
    const all = (cpus: number) => {
      const { exports } = labs.of({ cpus, interfaces }).engine;
      return new Set(Array.from({ length: 256 }, (_, last) => exports.mportHash(last, 0, 0, 0))).size;
    };
    expect([1, 2, 3, 4, 5, 7, 8, 64].map(all)).toEqual([1, 2, 2, 4, 4, 4, 8, 64]);
  });

  test.each(TUPLES)("Toeplitz hash of %s:%i -> %s:%i with the key 6d5a", (src, sport, dst, dport, _, four, two) => {
    const { exports } = labs.of({ interfaces }).engine;
    expect(exports.toeplitzPorts(parseIp(src)!, parseIp(dst)!, sport, dport) >>> 0).toBe(four);
    expect(exports.toeplitzAddresses(parseIp(src)!, parseIp(dst)!) >>> 0).toBe(two);
  });

  test("the Toeplitz hash follows its key: it is the sum of the keys shifted by the set bits", () => {
    const sysctl = { "net.toeplitz.keyseed0": 0x12, "net.toeplitz.keyseed1": 0x34 };
    const { exports } = labs.of({ interfaces, sysctl }).engine;
    const [src, dst] = [parseIp("66.9.149.187")!, parseIp("161.142.100.80")!];
    expect(exports.toeplitzPorts(src, dst, 2794, 1766) >>> 0).toBe(toeplitz(0x12341234, [src, dst], [2794, 1766]));
    expect(exports.toeplitzAddresses(src, dst) >>> 0).toBe(toeplitz(0x12341234, [src, dst]));
  });

  test.each([
    [0, [931, 92, 604]],
    [0x12345678, [167, 420, 45]],
    [0xdeadbeef, [359, 799, 161]],
  ])("bridge_rthash with key %i", (key, buckets) => {
    const { exports } = labs.of({ interfaces }).engine;
    const macs = ["00:11:22:33:44:55", "02:00:00:00:00:01", "ff:ff:ff:ff:ff:ff"];
    expect(macs.map((mac) => exports.bridgeRthash(macToWire(parseMac(mac)!), key))).toEqual(buckets);
  });

  test.each(TUPLES)("ip_flow bucket of %s:%i -> %s:%i as x86 shifts", (src, _sport, dst, _dport, _masked, _four, _two, bucket) => {
    const { exports } = labs.of({ interfaces }).engine;
    expect(exports.ipflowHash(parseIp(dst)!, parseIp(src)!, 0)).toBe(bucket);
    expect(exports.ipflowHash(parseIp(dst)!, parseIp(src)!, 5)).toBe((bucket + 5) & 63);
  });

  test("the checksum after a hop is that of a full recomputation, and never ffff", () => {
    const { exports } = labs.of({ interfaces }).engine;
    expect([0x0000, 0xfefe, 0xfeff, 0xff00, 0xfffe].map((sum) => exports.afterTtl(sum))).toEqual([0x0100, 0xfffe, 0x0000, 0x0001, 0x00ff]);
    for (let id = 0; id < 0x10000; id += 7) {
      const header = [0x45, 0, 0, 40, id >> 8, id & 255, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 1, 2];
      const before = checksum(header);
      header[8] = 63;
      expect(exports.afterTtl(before)).toBe(checksum(header));
    }
  });

  test("the Internet checksum of the example in RFC 1071, and of an odd length", () => {
    const { exports } = labs.of({ interfaces }).engine;
    const at = exports.inputAt() >>> 0;
    new Uint8Array(exports.memory.buffer, at).set([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]);
    const bytesSwapped = (sum: number): number => ((sum & 0xff) << 8) | (sum >> 8);
    expect(bytesSwapped(exports.cksum(at, 8))).toBe(0x220d);
    expect(bytesSwapped(exports.cksum(at, 7))).toBe(checksum([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6]));
  });
});

/** Bit by bit over addresses (32 bits) and ports (16 bits), most significant bit first. The key repeats itself every 32 bits. */
function toeplitz(key: number, addresses: number[], ports: number[] = []): number {
  const bits = [...addresses.map((value) => [value, 32] as const), ...ports.map((value) => [value, 16] as const)].flatMap(([value, width]) =>
    Array.from({ length: width }, (_, i) => (value >>> (width - 1 - i)) & 1),
  );
  return bits.reduce((hash, bit, i) => (bit ? hash ^ ((key << (i & 31)) | (i & 31 ? key >>> (32 - (i & 31)) : 0)) : hash), 0) >>> 0;
}
