// ICMP messages (RFC 792, RFC 1191 for the next-hop MTU). `this` is the first byte behind the IP header.

import { put32 } from "../memory/bytes";
import { cksum, intact } from "./checksum";

/** Type, code, checksum and one word. */
export const ICMP_MINLEN: u32 = 8;
export const ICMP_TSLEN: u32 = 20;

export const ICMP_ECHOREPLY: u32 = 0;
export const ICMP_UNREACH: u32 = 3;
export const ICMP_UNREACH_HOST: u32 = 1;
export const ICMP_UNREACH_PROTOCOL: u32 = 2;
export const ICMP_UNREACH_PORT: u32 = 3;
export const ICMP_UNREACH_NEEDFRAG: u32 = 4;
export const ICMP_UNREACH_SRCFAIL: u32 = 5;
export const ICMP_SOURCEQUENCH: u32 = 4;
export const ICMP_REDIRECT: u32 = 5;
export const ICMP_REDIRECT_HOST: u32 = 1;
export const ICMP_ECHO: u32 = 8;
export const ICMP_TIMXCEED: u32 = 11;
export const ICMP_PARAMPROB: u32 = 12;
export const ICMP_TSTAMP: u32 = 13;
export const ICMP_TSTAMPREPLY: u32 = 14;

@unmanaged
export class Icmp {
  get base(): usize {
    return changetype<usize>(this);
  }
  get type(): u32 {
    return load<u8>(this.base);
  }
  set type(type: u32) {
    store<u8>(this.base, type);
  }
  get code(): u32 {
    return load<u8>(this.base, 1);
  }
  set code(code: u32) {
    store<u8>(this.base, code, 1);
  }
  /** The word behind the checksum: unused, a gateway, a pointer or an MTU. */
  set word(word: u32) {
    put32(this.base + 4, word);
  }
  /** Receive and transmit timestamps of a timestamp reply, in milliseconds since midnight UT. */
  stamp(ms: u32): void {
    put32(this.base + 12, ms);
    put32(this.base + 16, ms);
  }
  intact(length: u32): bool {
    return intact(this.base, length);
  }
  seal(length: u32): void {
    store<u16>(this.base, 0, 2);
    store<u16>(this.base, cksum(this.base, length), 2);
  }
}

/** ICMP_INFOTYPE: queries and their replies, about which errors may be sent. */
export function isQuery(type: u32): bool {
  return type == ICMP_ECHOREPLY || (type >= ICMP_ECHO && type <= 10) || (type >= ICMP_TSTAMP && type <= 18);
}
