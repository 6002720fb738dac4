// When a generator's next frame comes, by the kind of its arrivals.

import { ArrivalKind } from "../../abi";
import { exponential } from "../../kern/random";
import { settleDue } from "./due";
import { Generator } from "./generator";

/** The next arrival after the one at `time`, or after the start at `time`, unless that is too late or one too many. */
export function schedule(g: Generator, time: u64): void {
  const next = nextAfter(g, time);
  g.untilEnd = g.left > 0 && next < g.stop ? ~next : 0;
  if (g.siblings) settleDue(g);
}

/** u64.MAX_VALUE: none follows from this one. */
function nextAfter(g: Generator, time: u64): u64 {
  switch (g.kind) {
    case ArrivalKind.Constant:
      return time + g.interval;
    case ArrivalKind.Poisson:
      return time + exponential(changetype<usize>(g) + offsetof<Generator>("arrivals"), g.interval);
    default:
      return u64.MAX_VALUE;
  }
}
