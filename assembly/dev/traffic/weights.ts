// Choice by weights from n things, with one draw: alias tables (Walker 1977), made by the host. Entry i says with which probability i itself is meant where
// the draw falls into the i-th of n equal parts, else it is another one. A thing of the weight 2^32 is its own other one.

import { ALIAS_ENTRY } from "../../abi";
import { draw } from "../../kern/random";

/** An entry: the probability in 2^-32, then the other one. */
const ENTRY: usize = ALIAS_ENTRY;

/** `stream`: address of the stream's state. */
export function byWeight(stream: usize, table: usize, n: u32): u32 {
  const bits = draw(stream);
  const place = (bits >> 32) * n + (((bits & 0xffff_ffff) * n) >> 32);
  const index = <u32>(place >> 32);
  const entry = table + <usize>index * ENTRY;
  return <u32>place < load<u32>(entry) ? index : load<u32>(entry, 4);
}

/** The same where the things are numbers, which stand behind the entries. */
export function valueByWeight(stream: usize, table: usize, n: u32): u32 {
  return load<u32>(table + <usize>n * ENTRY + ((<usize>byWeight(stream, table, n)) << 2));
}
