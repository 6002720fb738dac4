// Ethernet II and 802.1Q headers (IEEE 802.3 3.2, 802.1Q 9.6). Type constants are in network byte order, to be compared with the field as it lies.

import { getMac } from "../memory/bytes";

export const ETHER_HDR_LEN: u32 = 14;
/** Tag protocol identifier and tag control information. */
export const EVL_ENCAPLEN: u32 = 4;

export const ETHERTYPE_IP: u16 = 0x0008;
export const ETHERTYPE_ARP: u16 = 0x0608;
export const ETHERTYPE_IPV6: u16 = 0xdd86;
export const ETHERTYPE_VLAN: u16 = 0x0081;
export const ETHERTYPE_IPX: u16 = 0x3781;
export const ETHERTYPE_NS: u16 = 0x0006;
export const ETHERTYPE_AT: u16 = 0x9b80;
export const ETHERTYPE_AARP: u16 = 0xf380;
export const ETHERTYPE_MPLS: u16 = 0x4788;
export const ETHERTYPE_MPLS_MCAST: u16 = 0x4888;

/** A frame's first 14 bytes. `this` is the frame. */
@unmanaged
export class EtherHeader {
  get base(): usize {
    return changetype<usize>(this);
  }
  get dhost(): u64 {
    return getMac(this.base);
  }
  /** The destination is a group. One byte, as the address may have been stored in parts a moment ago. */
  get isGroup(): bool {
    return (load<u8>(this.base) & 1) != 0;
  }
  get shost(): u64 {
    return getMac(this.base + 6);
  }
  /** The whole header. The addresses have no bit above their 48, the type is in network byte order. */
  write(dhost: u64, shost: u64, type: u16): void {
    store<u64>(this.base, dhost | (shost << 48));
    store<u32>(this.base, <u32>(shost >> 16), 8);
    store<u16>(this.base, type, 12);
  }
  /** Network byte order. */
  get type(): u16 {
    return load<u16>(this.base, 12);
  }
}

/** Takes the tag out of a frame of at least 18 bytes by moving the addresses; returns its 16 bits. The frame starts 4 bytes later then. */
export function takeTag(frame: usize): u16 {
  const tag = bswap<u16>(load<u16>(frame, 14));
  const addresses = load<u64>(frame);
  const rest = load<u32>(frame, 8);
  store<u64>(frame, addresses, 4);
  store<u32>(frame, rest, 12);
  return tag;
}

/** Puts a tag in; the frame must have 4 bytes in front of it and starts there afterwards. */
export function putTag(frame: usize, tag: u16): void {
  const addresses = load<u64>(frame);
  const rest = load<u32>(frame, 8);
  store<u64>(frame - 4, addresses);
  store<u32>(frame - 4, rest, 8);
  store<u16>(frame - 4, ETHERTYPE_VLAN, 12);
  store<u16>(frame - 4, bswap<u16>(tag), 14);
}
