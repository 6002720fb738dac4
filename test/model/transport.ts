/** What IPv4 packets carry. */
import { put16, put32 } from "../../src/reference/bytes.ts";
import type { Random } from "./random.ts";
import { seal } from "./wire.ts";

const TCP = 6;
const UDP = 17;
const ICMP = 1;

/** Header and data of a protocol. */
export function transport(r: Random, protocol: number): Uint8Array {
  const data = dataLength(r);
  if (protocol === TCP) return tcp(r, data);
  if (protocol === UDP) return udp(r, data);
  return protocol === ICMP ? icmp(r, data) : bytes(r, data);
}

function dataLength(r: Random): number {
  return r.weighted([
    [8, r.below(30)],
    [3, r.below(600)],
    [2, r.from(1300, 1500)],
    [1, r.from(1500, 2960)],
  ]);
}

function bytes(r: Random, length: number): Uint8Array {
  const seed = r.word();
  return Uint8Array.from({ length }, (_, i) => (seed >>> ((i & 3) * 8)) + i);
}

function tcp(r: Random, length: number): Uint8Array {
  const segment = bytes(r, 20 + length);
  ports(r, segment);
  segment[12] = r.rarely(5, 5, [0, 4, 6, 15]) << 4;
  return r.percent(3) ? segment.subarray(0, r.below(24)) : segment;
}

function udp(r: Random, length: number): Uint8Array {
  const datagram = bytes(r, 8 + length);
  ports(r, datagram);
  put16(datagram, 4, 8 + length);
  return r.percent(3) ? datagram.subarray(0, r.below(10)) : datagram;
}

function ports(r: Random, header: Uint8Array): void {
  put16(header, 0, 1000 + r.below(3));
  put16(header, 2, r.pick([53, 80]));
}

/** Echo requests above all; the rest is what others say to us and about us. */
function icmp(r: Random, length: number): Uint8Array {
  const message = bytes(r, 8 + Math.max(length, r.percent(50) ? 12 : 0));
  message[0] = r.weighted([
    [8, 8],
    [3, 13],
    [2, r.pick([0, 14, 17, 9])],
    [3, r.pick([3, 5, 11, 12, 4])],
    [1, r.below(256)],
  ]);
  message[1] = r.rarely(10, 0, [1, 3, 4]);
  put32(message, 4, r.word());
  const whole = r.percent(4) ? message.subarray(0, r.below(20)) : message;
  if (whole.length >= 4) seal(whole, 0, whole.length, 2);
  if (r.percent(3) && whole.length > 3) whole[2]! ^= 1;
  return whole;
}
