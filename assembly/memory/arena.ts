// The linear memory as named regions, one after the other from the end of the static area. Sizes come from the numbers at BOOT and are known before a
// page is taken; nothing is allocated after boot.

import { BOOT, REGIONS, Region } from "../abi";

/** A number that the host wrote before boot. */
export function boot(field: u32): u32 {
  return load<u32>(<usize>BOOT + <usize>(field << 2));
}

/** First byte of a region. Only valid after `plan`. */
export function base(region: u32): usize {
  return load<u32>(<usize>REGIONS + <usize>(region << 3));
}

export function bytes(region: u32): usize {
  return load<u32>(<usize>REGIONS + <usize>(region << 3), 4);
}

/** Cursor of the planning pass, in bytes; past the last region's entry. */
const CURSOR: usize = <usize>REGIONS + ((<usize>Region.Count) << 3);

/** Where the regions of Kernel, knobs and counters lie behind the front. */
export const KNOBS_AT: usize = 256;
export const COUNTERS_AT: usize = 512;

/** Where the first region lies. The compiler knows it, so that reaching the records there costs no load of a base. */
export function front(): usize {
  return (__heap_base + 63) & ~63;
}

export function planStart(): void {
  store<u64>(CURSOR, front());
}

/** Gives the next region its place: `count` records of `stride` bytes, on a 64-byte line. */
export function reserve(region: u32, count: u64, stride: u64): void {
  const at = load<u64>(CURSOR);
  const size = (count * stride + 63) & ~63;
  const entry = <usize>REGIONS + <usize>(region << 3);
  store<u32>(entry, <u32>at);
  store<u32>(entry, <u32>size, 4);
  store<u64>(CURSOR, at + size);
}

/** Bytes of memory needed in all; more than 2^32 means that it cannot be had. */
export function planned(): u64 {
  return load<u64>(CURSOR);
}

/** Takes the planned memory. False: the host refused it, and nothing has changed. */
export function take(): bool {
  const pages = <i32>((planned() + 0xffff) >> 16);
  const have = memory.size();
  return pages <= have || memory.grow(pages - have) >= 0;
}
