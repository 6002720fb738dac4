// Random streams by integer arithmetic alone, so that every JavaScript engine draws the same. A stream is one u64 in memory, so that a snapshot has it; each
// source of chance has its own, so that a draw of one moves no other.
//
// The generator is splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014): a Weyl sequence through a bijective mixer.

/** 2^64 / golden ratio, odd. */
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/** Numbers of streams: what for, in the upper half, and of which port or other thing, in the lower one. */
export const STREAM_ARRIVALS: u64 = 1 << 32;
export const STREAM_FLOWS: u64 = 2 << 32;
export const STREAM_WORK: u64 = 3 << 32;
export const STREAM_VACATIONS: u64 = 9 << 32;
export const STREAM_BATCHES: u64 = 16 << 32;
export const STREAM_BURSTS: u64 = 17 << 32;
export const STREAM_SIZES: u64 = 18 << 32;
export const STREAM_MIX: u64 = 19 << 32;
export const STREAM_FAULTS: u64 = 24 << 32;
export const STREAM_CLOSED: u64 = 32 << 32;
export const STREAM_LOSS: u64 = 33 << 32;

/** A bijection: variant 13 of Stafford's mixers. */
function mixed(value: u64): u64 {
  let z = value;
  z = (z ^ (z >> 30)) * 0xbf58_476d_1ce4_e5b9;
  z = (z ^ (z >> 27)) * 0x94d0_49bb_1331_11eb;
  return z ^ (z >> 31);
}

/** First state of a stream. Both arguments are mixed, so that neighbours in either have nothing in common. */
export function seedOf(seed: u32, stream: u64): u64 {
  return mixed(mixed((<u64>seed + 1) * GAMMA) ^ mixed((stream + 1) * GAMMA + 1));
}

/** 64 random bits. `at`: where the state of the stream lies. */
export function draw(at: usize): u64 {
  const state = load<u64>(at) + GAMMA;
  store<u64>(at, state);
  return mixed(state);
}

/** A number below `n`, which is 1 to 2^32. No number is more likely than another by more than 2^-32 of its probability. */
export function below(at: usize, n: u64): u64 {
  const bits = draw(at);
  return ((bits >> 32) * n + (((bits & 0xffff_ffff) * n) >> 32)) >> 32;
}

/** ln 2, with 32 binary digits behind the point. */
const LN2: u64 = 2_977_044_472;

/** a + b s + (c + d s) s^2 + (e + f s) s^4, where `s` and its square have 31 binary digits behind the point. In pairs, since each product waits for the one before. */
function pairs(s: i64, square: i64, a: i64, b: i64, c: i64, d: i64, e: i64, f: i64): i64 {
  const upper = c + ((d * s) >> 31) + (((e + ((f * s) >> 31)) * square) >> 31);
  return a + ((b * s) >> 31) + ((upper * square) >> 31);
}

/**
 * -ln(bits / 2^64) with 32 binary digits behind the point, off by less than 2^-29: from 0 to 64 ln 2. `bits` is not 0.
 *
 * bits = (3 + x) * 2^(62 - zeros) with -1 <= x < 1, so it is zeros * ln 2 + ln(4 / (3 + x)). The latter is the polynomial of degree 11 that agrees at
 * the Chebyshev nodes, in an even and an odd part; its constant is two units larger, which is what all the shifts cut off in the mean.
 */
function negativeLog(bits: u64): u64 {
  const zeros = clz<u64>(bits);
  const x = <i64>((bits << zeros) - 0xc000_0000_0000_0000) >> 31;
  const square = (x * x) >> 31;
  const fourth = (square * square) >> 31;
  const even = pairs(square, fourth, 1_235_585_094, 238_609_326, 13_255_703, 983_483, 78_915, 9_716);
  const odd = pairs(square, fourth, -1_431_655_765, -53_024_297, -3_534_839, -281_031, -23_347, -2_957);
  const fraction = even + ((odd * x) >> 31);
  return zeros * LN2 + select<u64>(<u64>fraction, 0, fraction > 0);
}

/** An exponentially distributed number with this mean, rounded: mean * -ln(U). The mean is at most 2^54; the largest result is 44.4 times as much. */
export function exponential(at: usize, mean: u64): u64 {
  const log = negativeLog(draw(at) | 1);
  const fraction = log & 0xffff_ffff;
  return mean * (log >> 32) + (mean >> 32) * fraction + (((mean & 0xffff_ffff) * fraction + 0x8000_0000) >> 32);
}
