// Which of an interface's generators comes next: a winner tree over their records. With n generators, the inner nodes are 1 to n - 1, node i's children are
// 2 i and 2 i + 1, and leaf n + k is generator k; a change costs one comparison per level. One generator needs no tree.

import { GENERATOR_RECORD } from "../../abi";
import { Wire } from "../../kern/wire";
import { Generator } from "./generator";

/** The `nth` of the generators of `g`'s interface. */
function sibling(g: Generator, nth: u32): Generator {
  return changetype<Generator>(changetype<usize>(g) - <usize>g.nth * GENERATOR_RECORD + <usize>nth * GENERATOR_RECORD);
}

function winnerOf(g: Generator, node: u32): u32 {
  const n = g.siblings;
  return node >= n ? node - n : sibling(g, node).winner;
}

function play(g: Generator, node: u32): void {
  const a = winnerOf(g, node << 1);
  const b = winnerOf(g, (node << 1) + 1);
  const left = sibling(g, a).next;
  const right = sibling(g, b).next;
  sibling(g, node).winner = left < right || (left == right && a < b) ? a : b;
}

/** Says that a generator's next arrival has changed. */
export function settleDue(g: Generator): void {
  const n = g.siblings;
  if (!n) return;
  for (let node = (n + g.nth) >> 1; node; node >>= 1) play(g, node);
  Wire.at(g.port).due = changetype<usize>(sibling(g, sibling(g, 1).winner));
}
