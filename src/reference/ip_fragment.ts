/** Fragmentation. After ip_fragment and ip_optcopy of sys/netinet/ip_output.c. */
import { get16, put16 } from "./bytes.ts";
import { OPTION_END, OPTION_NOP } from "./ip_options.ts";
import { AT_FRAGMENT, AT_LENGTH, headerLength, IP_HEADER, IP_MF, sumHeader, totalLength } from "./ipv4.ts";

/** High bit of an option's type: it goes into every fragment (RFC 791 3.1). */
const OPTION_COPIED = 0x80;

/** The fragments of a datagram that is longer than `mtu`, each with its header checksum. Every one but the last carries (mtu - hlen) & ~7 bytes. */
export function fragment(ip: Uint8Array, mtu: number): Uint8Array[] {
  const header = headerLength(ip);
  const total = totalLength(ip);
  const size = (mtu - header) & ~7;
  const laterHeader = copiedHeader(ip, header);
  const fragments: Uint8Array[] = [];
  for (let from = header; from < total; from += size) {
    const to = Math.min(from + size, total);
    const head = from === header ? ip.subarray(0, header) : laterHeader;
    const piece = new Uint8Array(head.length + to - from);
    piece.set(head);
    piece.set(ip.subarray(from, to), head.length);
    piece[0] = 0x40 | (head.length / 4);
    put16(piece, AT_LENGTH, piece.length);
    put16(piece, AT_FRAGMENT, (get16(ip, AT_FRAGMENT) + (from - header) / 8) | (to < total ? IP_MF : 0));
    sumHeader(piece);
    fragments.push(piece);
  }
  return fragments;
}

/** The header of later fragments: options with the copied flag, and the no-operations, which keep the others aligned; filled up with ends of list. */
function copiedHeader(ip: Uint8Array, header: number): Uint8Array {
  const copied: number[] = [];
  let length = 1;
  for (let at = IP_HEADER; at < header && ip[at] !== OPTION_END; at += length) {
    length = ip[at] === OPTION_NOP ? 1 : ip[at + 1]!;
    if (ip[at] === OPTION_NOP || ip[at]! & OPTION_COPIED) copied.push(...ip.subarray(at, at + length));
  }
  const result = new Uint8Array(IP_HEADER + ((copied.length + 3) & ~3));
  result.set(ip.subarray(0, IP_HEADER));
  result.set(copied, IP_HEADER);
  return result;
}
