// Times in files are pairs of 32-bit numbers, times of frames are bigints. Arithmetic on bigints costs more than the rest of a frame, so it is done on
// the halves, as far as doubles are exact.

const WORD = 2 ** 32;
const pair = new DataView(new ArrayBuffer(8));

/** high * 2^32 + low. Both are taken modulo 2^32. */
export function joined(high: number, low: number): bigint {
  pair.setUint32(0, high);
  pair.setUint32(4, low);
  return pair.getBigUint64(0);
}

/** seconds * 10^9 + fraction * unit, of two 32-bit numbers and a unit of at most 1000 ns. A fraction above a whole second carries over. */
export function ofSeconds(seconds: number, fraction: number, unit: number): bigint {
  const upper = (seconds >>> 16) * 1e9;
  const lower = (seconds & 0xffff) * 1e9 + fraction * unit;
  const upperHigh = Math.floor(upper / 65_536);
  const lowerHigh = Math.floor(lower / WORD);
  const low = (upper - upperHigh * 65_536) * 65_536 + (lower - lowerHigh * WORD);
  return low < WORD ? joined(upperHigh + lowerHigh, low) : joined(upperHigh + lowerHigh + 1, low - WORD);
}

/** (high * 2^32 + low) * factor. */
export function multiplied(high: number, low: number, factor: number): bigint {
  if (factor === 1) return joined(high, low);
  const lowProduct = low * factor;
  const carry = Math.floor(lowProduct / WORD);
  const highProduct = high * factor + carry;
  if (factor <= 1e6 && highProduct < WORD) return joined(highProduct, lowProduct - carry * WORD);
  return joined(high, low) * BigInt(factor);
}
