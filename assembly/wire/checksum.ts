// The Internet checksum (RFC 1071) and its update (RFC 1624).

/** One's complement sum of `length` bytes in the machine's byte order, folded to 16 bits and added to `seed`. */
export function sum(at: usize, length: u32, seed: u32 = 0): u32 {
  let total: u64 = seed;
  const end = at + length;
  for (; at + 4 <= end; at += 4) total += load<u32>(at);
  if (at + 2 <= end) {
    total += load<u16>(at);
    at += 2;
  }
  if (at < end) total += load<u8>(at);
  total = (total & 0xffff_ffff) + (total >> 32);
  let folded = <u32>(total & 0xffff) + (<u32>(total >> 16) & 0xffff) + <u32>(total >> 32);
  folded = (folded & 0xffff) + (folded >> 16);
  return (folded & 0xffff) + (folded >> 16);
}

/** Whether an IP header without options is intact: five words, added without a loop. */
export function intact20(at: usize): bool {
  const first = load<u64>(at);
  const second = load<u64>(at, 8);
  let total = (first & 0xffff_ffff) + (first >> 32) + (second & 0xffff_ffff) + (second >> 32) + <u64>load<u32>(at, 16);
  total = (total & 0xffff_ffff) + (total >> 32);
  const words = <u32>(total & 0xffff) + <u32>(total >> 16);
  const folded = (words & 0xffff) + (words >> 16);
  return (folded & 0xffff) + (folded >> 16) == 0xffff;
}

/** The checksum field for these bytes, in the machine's byte order; the field itself must be zero in them. */
export function cksum(at: usize, length: u32): u16 {
  return <u16>~sum(at, length);
}

/** Whether a region that contains its checksum is intact. */
export function intact(at: usize, length: u32): bool {
  return sum(at, length) == 0xffff;
}

/**
 * The header checksum after the time to live went down by one: both in host order. The kernel's form (ip_flow.c): `sum >= 0xfeff ? sum + 0x0101 :
 * sum + 0x0100`, modulo 65536, which never yields 0xffff.
 */
export function afterTtl(checksum: u32): u32 {
  return (checksum >= 0xfeff ? checksum + 0x0101 : checksum + 0x0100) & 0xffff;
}
