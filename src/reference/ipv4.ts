/** The fields of an IPv4 header (RFC 791 3.1). Every function takes the datagram from its first byte on. */
import type { Ip } from "../types.ts";
import { checksum, get16, get32, put16 } from "./bytes.ts";

export const IP_MF = 0x2000;
export const IP_DF = 0x4000;
const IP_OFFSET = 0x1fff;

export const IPPROTO_ICMP = 1;
export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;

export const AT_TOS = 1;
export const AT_LENGTH = 2;
export const AT_ID = 4;
export const AT_FRAGMENT = 6;
export const AT_TTL = 8;
export const AT_PROTOCOL = 9;
export const AT_SUM = 10;
export const AT_SRC = 12;
export const AT_DST = 16;
export const IP_HEADER = 20;

export const headerLength = (ip: Uint8Array): number => (ip[0]! & 15) * 4;
export const totalLength = (ip: Uint8Array): number => get16(ip, AT_LENGTH);
export const source = (ip: Uint8Array): Ip => get32(ip, AT_SRC);
export const destination = (ip: Uint8Array): Ip => get32(ip, AT_DST);
export const fragmentOffset = (ip: Uint8Array): number => get16(ip, AT_FRAGMENT) & IP_OFFSET;
/** True of the first fragment as well. */
export const isFragment = (ip: Uint8Array): boolean => (get16(ip, AT_FRAGMENT) & (IP_MF | IP_OFFSET)) !== 0;

export function sumHeader(ip: Uint8Array): void {
  put16(ip, AT_SUM, 0);
  put16(ip, AT_SUM, checksum(ip, 0, headerLength(ip)));
}

export const LIMITED_BROADCAST = 0xffffffff;
export const isMulticast = (address: Ip): boolean => address >>> 28 === 14;

/** in_canforward: not class D or E, not net 0, not net 127. */
export function canForward(address: Ip): boolean {
  const net = address >>> 24;
  return net < 224 && net !== 0 && net !== 127;
}
