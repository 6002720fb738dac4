// Lengths of frames that differ.

import { SizeKind } from "../../abi";
import { below } from "../../kern/random";
import { ipHeadOf } from "./frame";
import { Generator } from "./generator";
import { valueByWeight } from "./weights";

/** Sets the length of the next frame. */
export function pickSize(g: Generator): void {
  if (g.sizeKind == SizeKind.Fixed) return;
  const length = nextSize(g);
  g.length = length;
  g.ipHead = ipHeadOf(length);
}

function nextSize(g: Generator): u32 {
  const lots = changetype<usize>(g) + offsetof<Generator>("sizeLots");
  switch (g.sizeKind) {
    case SizeKind.Uniform:
      return g.size + <u32>below(lots, g.sizeCount);
    case SizeKind.Weights:
      return valueByWeight(lots, g.sizes, g.sizeCount);
    case SizeKind.Lot:
      return sizeAt(g, <u32>below(lots, g.sizeCount));
    default:
      g.size = g.size + 1 < g.sizeCount ? g.size + 1 : 0;
      return sizeAt(g, g.size);
  }
}

function sizeAt(g: Generator, index: u32): u32 {
  return load<u32>(g.sizes + ((<usize>index) << 2));
}
