// The usual frame of a generator: Ethernet II, IPv4 (TTL 64, identification 0, no DF) and UDP without checksum, all zeros behind that. Flow f has the f-th
// of each kind of address, counted round, source port 1024 + f % 64,512 and destination port 9.

import { ETHER_HDR_LEN, ETHERTYPE_IP } from "../../wire/ethernet";
import { Generator } from "./generator";

/** Headers of Ethernet, IPv4 and UDP. */
export const HEADERS: u32 = 42;
/** What every frame writes, however short it is. */
const WRITTEN: usize = 64;
const FIRST_PORT: u32 = 1024;
const SOURCE_PORTS: u32 = 65536 - FIRST_PORT;
const UDP_HEADER: u32 = 8;
/** The discard service (RFC 863). */
const DISCARD: u32 = 9;
/** Words of the IP header: version 4 with five words of header, time to live 64 and protocol UDP. */
const VERSION_LENGTH: u64 = 0x4500;
const TTL_UDP: u64 = 0x4011;

/** First eight bytes of the IP header in a frame of this length. */
export function ipHeadOf(length: u32): u64 {
  return <u64>bswap<u16>(<u16>VERSION_LENGTH) | ((<u64>bswap<u16>(<u16>(length - ETHER_HDR_LEN))) << 16);
}

/** flow % n. Most often there is one address, or there are as many as flows: neither needs a division. */
export function turn(flow: u32, n: u32): u32 {
  if (flow < n) return flow;
  return n <= 1 ? 0 : flow % n;
}

/** Two words as one vector. */
function pair(low: u64, high: u64): v128 {
  return i64x2.replace_lane(i64x2.splat(low), 1, high);
}

/**
 * Writes 64 bytes at least. One shuffle brings all numbers of a header into the order of the wire; swapping each would take most of the time. The last two bytes of the first store are
 * overwritten by the second: so each field lies in one store as a whole, and those of the IP header are aligned if it is.
 */
export function writeFrame(g: Generator, at: usize, flow: u32): void {
  const ip = at + ETHER_HDR_LEN;
  const length = g.length;
  const src = g.srcIp + turn(flow, g.srcIps);
  const dst = g.dstIp + turn(flow, g.dstIps);
  const sport = FIRST_PORT + turn(flow, SOURCE_PORTS);
  const macs = pair(g.dstMac + turn(flow, g.dstMacs), g.srcMac + turn(flow, g.srcMacs));
  const rest = pair(((<u64>src) << 32) | (TTL_UDP << 16) | checksum(length, src, dst), ((<u64>DISCARD) << 48) | ((<u64>sport) << 32) | <u64>dst);
  v128.store(at, i8x16.shuffle(macs, i16x8.splat(ETHERTYPE_IP), 5, 4, 3, 2, 1, 0, 13, 12, 11, 10, 9, 8, 16, 17, 16, 17));
  store<u64>(ip, g.ipHead);
  v128.store(ip, i8x16.shuffle(rest, rest, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 13, 12, 15, 14), 8);
  store<u64>(ip, <u64>bswap<u16>(<u16>(length - HEADERS + UDP_HEADER)), 24);
  v128.store(ip, i64x2.splat(0), 32);
  store<u16>(ip, 0, 48);
  if (length > <u32>WRITTEN) memory.fill(at + WRITTEN, 0, length - WRITTEN);
}

/** The IP header's checksum (RFC 1071), as a number. */
function checksum(length: u32, src: u32, dst: u32): u64 {
  let sum = VERSION_LENGTH + TTL_UDP + <u64>(length - ETHER_HDR_LEN) + <u64>src + <u64>dst;
  sum = (sum & 0xffff) + ((sum >> 16) & 0xffff) + (sum >> 32);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return sum ^ 0xffff;
}
