import { describe, expect, test } from "vitest";
import { Drop, ThreadKind } from "../../../assembly/abi.ts";
import { parseIp } from "../../../src/addresses.ts";
import { put16, put32 } from "../../../src/reference/bytes.ts";
import { inpMportHash, ipLengthcheck, ipMport, rssHash, toeplitz } from "../../../src/reference/index.ts";
import { ipPacket } from "./support.ts";

const MICROSOFT_KEY_FLOW = { src: "66.9.149.187", sport: 2794, dst: "161.142.100.80", dport: 1766 };
const VECTORS = [
  { ...MICROSOFT_KEY_FLOW, xor: [1, 3, 7], four: 0x9fcc9fcc, two: 0x0a590a59 },
  { src: "199.92.111.2", sport: 14230, dst: "65.69.140.83", dport: 4739, xor: [0, 0, 4], four: 0x60d760d7, two: 0x7ba97ba9 },
  { src: "10.0.0.1", sport: 1024, dst: "10.0.1.2", dport: 80, xor: [1, 3, 3], four: 0xcc30cc30, two: 0x00cd00cd },
  { src: "192.168.1.10", sport: 53, dst: "192.168.2.20", dport: 5353, xor: [0, 2, 2], four: 0x4fd24fd2, two: 0x58ef58ef },
];

type Tuple = Omit<(typeof VECTORS)[number], "xor" | "four" | "two">;
function packetOf({ src, sport, dst, dport }: Tuple, protocol: number): Uint8Array {
  const payload = new Uint8Array(20);
  put16(payload, 0, sport);
  put16(payload, 2, dport);
  payload[12] = 0x50;
  return ipPacket({ src, dst, protocol, payload });
}

describe.each(VECTORS)("$src:$sport -> $dst:$dport", (vector) => {
  const tcp = packetOf(vector, 6);

  test("the XOR hash is that of INP_MPORT_HASH, in both directions", () => {
    expect([1, 3, 7].map((mask) => inpMportHash(tcp) & mask)).toEqual(vector.xor);
    const back = { src: vector.dst, sport: vector.dport, dst: vector.src, dport: vector.sport };
    expect(inpMportHash(packetOf(back, 6))).toBe(inpMportHash(tcp));
  });

  test("the Toeplitz hash covers the ports of TCP, but not those of UDP", () => {
    const seeds = { seed0: 0x6d, seed1: 0x5a };
    expect(rssHash(tcp, seeds)).toBe(vector.four);
    expect(rssHash(packetOf(vector, 17), seeds)).toBe(vector.two);
  });

  test("the CPU is the hash under the mask of the CPUs that make a power of two", () => {
    for (const [place, cpus] of [2, 4, 8].entries()) expect(ipMport(tcp, { cpus })).toEqual({ kind: ThreadKind.Tcp, cpu: vector.xor[place] });
    expect(ipMport(tcp, { cpus: 7 }).cpu).toBe(vector.xor[1]);
    expect(ipMport(tcp, { cpus: 8, rss: { seed0: 0x6d, seed1: 0x5a } }).cpu).toBe(vector.four & 7);
  });
});

test("the Toeplitz key repeats its two bytes, so 16 bits of input matter alike", () => {
  expect(toeplitz(Uint8Array.of(0, 0, 1, 2))).toBe(toeplitz(Uint8Array.of(1, 2, 0, 0)));
  expect(toeplitz(Uint8Array.of(0x80), 0x12, 0x34)).toBe(0x12341234);
});

describe("ip_mport", () => {
  test.each([
    ["a first fragment goes to netisr 0", { fragment: 0x2000 }, { kind: ThreadKind.Netisr, cpu: 0 }],
    ["a later fragment goes to netisr 0", { fragment: 5 }, { kind: ThreadKind.Netisr, cpu: 0 }],
    ["ICMP goes to netisr 0", { protocol: 1 }, { kind: ThreadKind.Netisr, cpu: 0 }],
    ["multicast UDP goes to udp_thread 0", { dst: "224.0.0.9" }, { kind: ThreadKind.Udp, cpu: 0 }],
    ["broadcast UDP goes to udp_thread 0", { dst: "10.0.0.255" }, { kind: ThreadKind.Udp, cpu: 0 }],
    ["other UDP goes by the hash", { src: "10.0.0.2", dst: "20.1.0.9" }, { kind: ThreadKind.Udp, cpu: (2 ^ 9 ^ 0xe8 ^ 0xd0) & 7 }],
  ])("%s", (_, fields, expected) => {
    const isBroadcast = (address: number) => address === parseIp("10.0.0.255");
    expect(ipMport(ipPacket(fields), { cpus: 8, isBroadcast })).toEqual(expected);
  });
});

describe("ip_lengthcheck", () => {
  const good = () => packetOf(MICROSOFT_KEY_FLOW, 6);
  test.each<[string, (ip: Uint8Array) => Uint8Array, Drop | undefined]>([
    ["a sound packet passes", (ip) => ip, undefined],
    ["padding passes", (ip) => Uint8Array.from([...ip, 1, 2, 3]), undefined],
    ["19 bytes", (ip) => ip.subarray(0, 19), Drop.IpTooShort],
    ["header length 4", (ip) => ip.fill(0x44, 0, 1), Drop.IpBadHeaderLength],
    ["header longer than the packet", (ip) => ip.fill(0x4b, 0, 1), Drop.IpBadHeaderLength],
    ["total length above what came", (ip) => ip.subarray(0, 39), Drop.IpTooShort],
    ["TCP header cut short", (ip) => ip.fill(39, 3, 4), Drop.TcpTooShort],
    ["TCP offset below 5", (ip) => ip.fill(0x40, 32, 33), Drop.TcpBadOffset],
    ["TCP offset past the end", (ip) => ip.fill(0x60, 32, 33), Drop.TcpBadOffset],
    ["UDP header cut short", (ip) => ip.fill(27, 3, 4).fill(17, 9, 10), Drop.UdpTooShort],
    ["total length below the header, later fragment", (ip) => ip.fill(19, 3, 4).fill(1, 7, 8), Drop.IpBadLength],
    ["TCP header cut short, later fragment", (ip) => ip.fill(39, 3, 4).fill(1, 7, 8), undefined],
    ["total length below the header, other protocol", (ip) => ip.fill(19, 3, 4).fill(1, 9, 10), Drop.IpBadLength],
    ["a wrong version and checksum pass", (ip) => ip.fill(0x65, 0, 1), undefined],
  ])("%s", (_, change, expected) => {
    expect(ipLengthcheck(change(good()))).toBe(expected);
  });
});

test("put32 keeps the top bit", () => {
  const bytes = new Uint8Array(4);
  put32(bytes, 0, 0xfffefdfc);
  expect([...bytes]).toEqual([0xff, 0xfe, 0xfd, 0xfc]);
});
