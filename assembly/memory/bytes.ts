// Bytes on the wire: big-endian fields at any address, and 48-bit addresses as u64 with the first byte on the wire lowest.

/** The low 48 bits of a word loaded from a MAC address. */
export const MAC_MASK: u64 = 0xffff_ffff_ffff;
/** ff:ff:ff:ff:ff:ff */
export const MAC_BROADCAST: u64 = MAC_MASK;

export function get16(at: usize): u32 {
  return bswap<u16>(load<u16>(at));
}

export function get32(at: usize): u32 {
  return bswap<u32>(load<u32>(at));
}

export function put16(at: usize, value: u32): void {
  store<u16>(at, bswap<u16>(<u16>value));
}

export function put32(at: usize, value: u32): void {
  store<u32>(at, bswap<u32>(value));
}

export function getMac(at: usize): u64 {
  return load<u64>(at) & MAC_MASK;
}

export function putMac(at: usize, mac: u64): void {
  store<u32>(at, <u32>mac);
  store<u16>(at, <u16>(mac >> 32), 4);
}

/** The group bit: the lowest bit of the first byte. */
export function isGroupMac(mac: u64): bool {
  return (mac & 1) != 0;
}

/** Adds one to a 64-bit counter. */
export function bump(at: usize): void {
  store<u64>(at, load<u64>(at) + 1);
}

export function add64(at: usize, value: u64): void {
  store<u64>(at, load<u64>(at) + value);
}

/**
 * Copies a frame or header; the two places do not overlap. Short copies dominate here, and 16 bytes at a time, the last 16 overlapping those before, beat
 * the call behind memory.copy up to some hundred bytes.
 */
export function copyBytes(to: usize, from: usize, length: u32): void {
  const end = <usize>length;
  if (end > 512) {
    memory.copy(to, from, end);
    return;
  }
  let at: usize = 0;
  if (end >= 16) {
    for (const last = end - 16; at < last; at += 16) v128.store(to + at, v128.load(from + at));
    at = end - 16;
    v128.store(to + at, v128.load(from + at));
    return;
  }
  for (; at + 4 <= end; at += 4) store<u32>(to + at, load<u32>(from + at));
  for (; at < end; at++) store<u8>(to + at, load<u8>(from + at));
}
