/**
 * Toeplitz hash of sys/net/toeplitz.c: the key is two bytes, repeated. The hash of a bit string is the XOR, over its set bits, of the 32 key bits
 * that start at the bit's own position.
 */
export function toeplitz(bytes: Uint8Array, seed0 = 0x6d, seed1 = 0x5a): number {
  const period = (seed0 << 8) | seed1;
  let hash = 0;
  bytes.forEach((byte, index) => {
    for (let bit = 0; bit < 8; bit++) if (byte & (0x80 >> bit)) hash ^= keyWindow(period, index * 8 + bit);
  });
  return hash >>> 0;
}

/** 32 bits of the key from bit `position` on: the 16-bit period, rotated, twice. */
function keyWindow(period: number, position: number): number {
  const turn = position % 16;
  const rotated = ((period << turn) | (period >>> (16 - turn))) & 0xffff;
  return (rotated << 16) | rotated;
}
