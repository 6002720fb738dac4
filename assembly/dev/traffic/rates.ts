// Rates that change: pieces of time with a constant rate, or with one that goes linearly from one value to another.
//
// Arrivals are found by a change of time, which is exact for constant and for Poisson arrivals: what comes has a work of 10^12 (times the frames of a batch),
// or an exponential one with that mean, and the work done up to a time is the integral of the rate, in packets per second, over ps. A frame comes at the first
// ps, and within a ramp the first tick of the ramp, at which its work is done; what that does too much counts for the next one, so that roundings do
// not add up. Ramps have less than 2^31 ticks of 2^shift ps.

import { Boot, RATE_PIECE, Region } from "../../abi";
import { exponential } from "../../kern/random";
import { base, boot } from "../../memory/arena";
import { Generator } from "./generator";

/** Where nothing comes any more. */
const NEVER: u64 = u64.MAX_VALUE;

@unmanaged
class Piece {
  start: u64; // ps
  length: u64;
  ticks: u32; // of a ramp, 0: the rate is constant
  shift: u32;
  from: u32; // packets per second, up to 10^9
  to: u32;

  /** Rate after `n` ticks, times the number of ticks: below 2^61. */
  rateAt(n: u64): u64 {
    return <u64>this.from * (this.ticks - n) + <u64>this.to * n;
  }

  /** Work done in `d` ticks from tick `n` on, cut off; u64.MAX_VALUE: that much at least. */
  work(n: u64, d: u64): u64 {
    return ratio(d << this.shift, this.rateAt(n) + this.rateAt(n + d), (<u64>this.ticks) << 1);
  }
}
if (offsetof<Piece>() != RATE_PIECE) ERROR("a piece is not as long as RATE_PIECE says");

/** a * b / c, cut off, or u64.MAX_VALUE. a and b below 2^63, c below 2^32. */
function ratio(a: u64, b: u64, c: u64): u64 {
  const low = (a & 0xffff_ffff) * (b & 0xffff_ffff);
  const middle = (a >> 32) * (b & 0xffff_ffff) + (low >> 32);
  const other = (a & 0xffff_ffff) * (b >> 32) + (middle & 0xffff_ffff);
  const high = (a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32);
  if (high >= c) return NEVER;
  const first = (high << 32) | (other & 0xffff_ffff);
  return ((first / c) << 32) + (((first % c) << 32) | (low & 0xffff_ffff)) / c;
}

/** The next arrival; `time` is that of the last one. */
export function afterPiece(g: Generator, time: u64): u64 {
  let work = g.poisson ? exponential(changetype<usize>(g) + offsetof<Generator>("arrivals"), g.interval) : g.interval;
  if (work <= g.credit) {
    g.credit -= work;
    return time;
  }
  work -= g.credit;
  for (; g.pieces < g.piecesEnd; g.pieces += offsetof<Piece>(), g.within = 0) {
    const piece = changetype<Piece>(g.pieces);
    const rest = piece.ticks ? throughRamp(g, piece, work) : throughConstant(g, piece, work);
    if (!rest) return piece.start + g.within;
    work = rest;
  }
  return NEVER;
}

/** Does the work in the piece in force: 0, then `within` is when and `credit` what is too much; or what is left when the piece ends. */
function throughConstant(g: Generator, piece: Piece, work: u64): u64 {
  const left = piece.length - g.within;
  const rate = <u64>piece.from;
  if (!rate) return work;
  const takes = (work - 1) / rate + 1;
  if (takes > left) return work - left * rate;
  g.within += takes;
  g.credit = takes * rate - work;
  return 0;
}

function throughRamp(g: Generator, piece: Piece, work: u64): u64 {
  const n = g.within >> piece.shift;
  const left = <u64>piece.ticks - n;
  const all = left ? piece.work(n, left) : 0;
  if (all < work) return work - all;
  const takes = ticksFor(piece, n, left, work);
  g.within += takes << piece.shift;
  g.credit = piece.work(n, takes) - work;
  return 0;
}

/** The least number of ticks in which the work is done; `left` are enough. The first guess is the one for the rate at tick `n`; steps away from it double. */
function ticksFor(piece: Piece, n: u64, left: u64, work: u64): u64 {
  const rate = piece.rateAt(n) / piece.ticks;
  const guess = rate ? min(left, (work / rate) >> piece.shift) : left;
  let low: u64 = 0; // not enough
  let high = left; // enough
  let step: u64 = 1;
  if (piece.work(n, guess) < work) {
    low = guess;
    for (; low + step < high && piece.work(n, low + step) < work; step <<= 1) low += step;
    high = min(high, low + step);
  } else {
    high = guess;
    for (; high > step && piece.work(n, high - step) >= work; step <<= 1) high -= step;
    low = high > step ? high - step : 0;
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (piece.work(n, middle) < work) low = middle;
    else high = middle;
  }
  return high;
}

/** `count` pieces, one after the other without gaps, the first at `offset` of the table. The generator's `interval` is the work of an arrival. */
export function attachRates(number: u32, poisson: u32, offset: u32, count: u32): void {
  assert(offset + count * <u32>offsetof<Piece>() <= boot(Boot.TrafficBytes), "the pieces are in the table");
  const g = Generator.at(number);
  g.poisson = poisson;
  g.pieces = base(Region.Traffic) + <usize>offset;
  g.piecesEnd = g.pieces + <usize>count * offsetof<Piece>();
  g.within = 0;
  g.credit = 0;
}
