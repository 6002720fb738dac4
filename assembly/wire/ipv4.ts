// IPv4 header (RFC 791 3.1). `this` is its first byte; values are in host order.

import { get16, get32, put16, put32 } from "../memory/bytes";
import { afterTtl, cksum, intact, intact20 } from "./checksum";

export const IP_MIN_HEADER: u32 = 20;
export const IP_DF: u32 = 0x4000;
export const IP_MF: u32 = 0x2000;
export const IP_OFFMASK: u32 = 0x1fff;
export const IPPROTO_ICMP: u32 = 1;
export const IPPROTO_TCP: u32 = 6;
export const IPPROTO_UDP: u32 = 17;

@unmanaged
export class Ipv4 {
  get base(): usize {
    return changetype<usize>(this);
  }
  get version(): u32 {
    return <u32>load<u8>(this.base) >> 4;
  }
  /** Header length in bytes. */
  get hlen(): u32 {
    return (<u32>load<u8>(this.base) & 15) << 2;
  }
  set hlen(bytes: u32) {
    store<u8>(this.base, 0x40 | (bytes >> 2));
  }
  get tos(): u32 {
    return load<u8>(this.base, 1);
  }
  set tos(tos: u32) {
    store<u8>(this.base, tos, 1);
  }
  /** Total length, header included. */
  get len(): u32 {
    return get16(this.base + 2);
  }
  set len(bytes: u32) {
    put16(this.base + 2, bytes);
  }
  set id(id: u32) {
    put16(this.base + 4, id);
  }
  /** Flags and fragment offset. */
  get off(): u32 {
    return get16(this.base + 6);
  }
  set off(off: u32) {
    put16(this.base + 6, off);
  }
  get ttl(): u32 {
    return load<u8>(this.base, 8);
  }
  set ttl(ttl: u32) {
    store<u8>(this.base, ttl, 8);
  }
  get protocol(): u32 {
    return load<u8>(this.base, 9);
  }
  set protocol(protocol: u32) {
    store<u8>(this.base, protocol, 9);
  }
  get src(): u32 {
    return get32(this.base + 12);
  }
  set src(address: u32) {
    put32(this.base + 12, address);
  }
  get dst(): u32 {
    return get32(this.base + 16);
  }
  set dst(address: u32) {
    put32(this.base + 16, address);
  }

  get checksumOk(): bool {
    const hlen = this.hlen;
    return hlen == IP_MIN_HEADER ? intact20(this.base) : intact(this.base, hlen);
  }

  /** Recomputes the header checksum. */
  seal(): void {
    store<u16>(this.base, 0, 10);
    store<u16>(this.base, cksum(this.base, this.hlen), 10);
  }

  /** IPTTLDEC with the checksum kept right. */
  decrementTtl(): void {
    this.ttl = this.ttl - 1;
    put16(this.base + 10, afterTtl(get16(this.base + 10)));
  }
}

export function isMulticast(address: u32): bool {
  return address >> 28 == 0xe;
}

/** in_canforward: not class D or E, not net 0, not loopback. */
export function canForward(address: u32): bool {
  const net = address >> 24;
  return net != 0 && net != 127 && net < 224;
}

/** 127/8 */
export function isLoopback(address: u32): bool {
  return address >> 24 == 127;
}

/** Mask of a prefix length, 0 to 32. */
export function maskOf(length: u32): u32 {
  return length == 0 ? 0 : 0xffff_ffff << (32 - length);
}
