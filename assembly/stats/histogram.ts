// Log-linear histograms: HISTOGRAM_HEAD bytes (count, sum, min, max), then one u64 per bucket; memory of zeros is an empty one. Values below 2^(bits + 1) have
// a bucket each; above, every octave has 2^bits of them, so that none is wider than 2^-bits of what it holds.

import { HISTOGRAM_HEAD, TIME_BITS } from "../abi";
import { bump } from "../memory/bytes";

/** What is larger counts as this. */
const LARGEST: u64 = (1 << TIME_BITS) - 1;

@unmanaged
export class Head {
  count: u64;
  sum: u64; // modulo 2^64
  min: u64; // means nothing while count is 0
  max: u64;
}

if (offsetof<Head>() != HISTOGRAM_HEAD) ERROR("the head of a histogram is not as long as HISTOGRAM_HEAD says");

export function histogramBytes(bits: u32): u64 {
  return <u64>HISTOGRAM_HEAD + ((<u64>(TIME_BITS + 1 - bits)) << (bits + 3));
}

function bucketOf(bits: u32, value: u64): usize {
  if (value >> (bits + 1) == 0) return <usize>value;
  const octave = 63 - bits - <u32>clz<u64>(value);
  return ((<usize>octave) << bits) + <usize>(value >> octave);
}

/** Counts a value in the histogram at `at`. */
export function record(at: usize, bits: u32, value: u64): void {
  const head = changetype<Head>(at);
  const kept = min(value, LARGEST);
  const count = head.count;
  if (count == 0 || kept < head.min) head.min = kept;
  if (kept > head.max) head.max = kept;
  head.count = count + 1;
  head.sum += kept;
  bump(at + HISTOGRAM_HEAD + (bucketOf(bits, kept) << 3));
}

/** How many values lie in the bucket `first` or above it. */
export function above(at: usize, bits: u32, first: u32): u64 {
  const buckets = at + HISTOGRAM_HEAD;
  const last = buckets + (bucketOf(bits, changetype<Head>(at).max) << 3);
  let values: u64 = 0;
  for (let bucket = buckets + ((<usize>first) << 3); bucket <= last; bucket += 8) values += load<u64>(bucket);
  return values;
}
