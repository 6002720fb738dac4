// TCP segments (RFC 793 3.1) in their frames: no options, all zeros as data, the checksum right.

import { get16, get32, put16, put32 } from "../../memory/bytes";
import { sum } from "../../wire/checksum";
import { ETHER_HDR_LEN } from "../../wire/ethernet";
import { IP_DF, IP_MIN_HEADER, IPPROTO_TCP, Ipv4 } from "../../wire/ipv4";
import { Ends, packetIn, writeHeaders } from "./closed_ends";
import { TcpConnection } from "./tcp_connection";

const HEADER: u32 = 20;
/** The discard service (RFC 863). */
const DISCARD: u32 = 9;
const ACK: u32 = 0x10;
const PSH: u32 = 0x08;

/** Length of the frame of a segment. */
export function tcpFrameLength(data: u32): u32 {
  return max<u32>(ETHER_HDR_LEN + IP_MIN_HEADER + HEADER + data, 60);
}

/** Writes a segment with `data` bytes from `seq` on, or the acknowledgement `seq` if there are none. Returns the length of its frame. */
export function writeSegment(at: usize, ends: Ends, c: TcpConnection, seq: u32, data: u32): u32 {
  const back = data == 0;
  const frame = writeHeaders(at, ends, back, IPPROTO_TCP, IP_DF, IP_MIN_HEADER + HEADER + data);
  const ip = at + ETHER_HDR_LEN;
  const tcp = ip + IP_MIN_HEADER;
  put16(tcp, back ? DISCARD : c.port);
  put16(tcp + 2, back ? c.port : DISCARD);
  put32(tcp + 4, back ? 0 : seq);
  put32(tcp + 8, back ? seq : 0);
  put16(tcp + 12, ((HEADER << 10) & 0xf000) | ACK | (back ? 0 : PSH));
  put16(tcp + 14, <u32>min<u64>(c.window >> scaleOf(c.window), 0xffff));
  put32(tcp + 16, 0);
  store<u16>(tcp, <u16>~sum(tcp, HEADER, pseudoSum(ip, HEADER + data)), 16);
  if (data) memory.fill(tcp + HEADER, 0, data);
  return frame;
}

/** RFC 7323: the shift that was agreed on. */
function scaleOf(window: u64): u32 {
  let shift: u32 = 0;
  while (window >> shift > 0xffff) shift++;
  return shift;
}

/** The segment in a frame of `length` bytes that leaves; 0: it is a fragment, or something else, or bits of it were changed on its way (RFC 793 3.1). */
export function segmentIn(frame: usize, length: u32): usize {
  const ip = packetIn(frame);
  if (!ip || changetype<Ipv4>(ip).off & 0x3fff || changetype<Ipv4>(ip).protocol != IPPROTO_TCP) return 0;
  const end = ip + changetype<Ipv4>(ip).len;
  const segment = ip + changetype<Ipv4>(ip).hlen;
  if (end > frame + length || end < segment + HEADER) return 0;
  return sum(segment, <u32>(end - segment), pseudoSum(ip, <u32>(end - segment))) == 0xffff ? segment : 0;
}

/** Sum of the pseudo header of a segment of `length` bytes. */
function pseudoSum(ip: usize, length: u32): u32 {
  return sum(ip + 12, 8) + bswap<u16>(<u16>IPPROTO_TCP) + bswap<u16>(<u16>length);
}

/** Its sequence number, or that which it acknowledges. */
export function numberIn(segment: usize, back: bool): u32 {
  return get32(segment + (back ? 8 : 4));
}

/** Bytes of data that it has. `frame`: as given to segmentIn. */
export function dataIn(frame: usize, segment: usize): u32 {
  const ip = packetIn(frame);
  return <u32>(ip + changetype<Ipv4>(ip).len - segment) - ((get16(segment + 12) >> 12) << 2);
}
