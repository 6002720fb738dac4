// A look-aside in front of a CPU's flow table: lines of four flows, of which one is picked by arithmetic. It decides nothing: whoever finds a flow here looks
// at the flow itself, so that nothing has to be taken out when a flow ends or its record is used again.
//
//   line    | key 8 | flow 4 | 0 4 | three more of the same |        64 bytes

import { Boot, Region } from "../abi";
import { base, boot } from "../memory/arena";
import { LINE_BYTES, LINE_SHIFT, lineNumber, PLACE_SHIFT, placeOf } from "../memory/line";

/** Lines per CPU: half a flow for each of their places. */
const LINES_BITS: u64 = 7;
const BLOCK_SHIFT: usize = 13;

export function flowCacheBytes(): u64 {
  return (<u64>boot(Boot.Cpus)) << BLOCK_SHIFT;
}

/** Two flows may have one key if they differ in their TOS. */
function keyOf(dst: u32, src: u32, tos: u32): u64 {
  return (<u64>dst | ((<u64>src) << 32)) ^ ((<u64>tos) << 20);
}

function lineOf(cpu: u32, key: u64): usize {
  return base(Region.FlowCache) + ((<usize>cpu) << BLOCK_SHIFT) + (lineNumber(key, 64 - LINES_BITS) << LINE_SHIFT);
}

/** Number of the flow that may be the one; 0 = none. */
export function cachedFlow(cpu: u32, dst: u32, src: u32, tos: u32): u32 {
  const key = keyOf(dst, src, tos);
  const slot = placeOf(lineOf(cpu, key), key);
  return load<u64>(slot) == key ? load<u32>(slot, 8) : 0;
}

/** Puts a flow into its line, in the place of the same key or of another one. */
export function rememberFlow(cpu: u32, dst: u32, src: u32, tos: u32, number: u32): void {
  const key = keyOf(dst, src, tos);
  const line = lineOf(cpu, key);
  let slot = line + ((<usize>number & 3) << PLACE_SHIFT);
  for (let at = line; at < line + LINE_BYTES; at += 1 << PLACE_SHIFT) if (!load<u32>(at, 8)) slot = at;
  const known = placeOf(line, key);
  if (load<u64>(known) == key) slot = known;
  store<u64>(slot, key);
  store<u32>(slot, number, 8);
}
