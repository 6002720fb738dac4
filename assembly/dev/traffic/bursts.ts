// Bursts: times with traffic take turns with times without, each of a length that is constant or exponential. The clock of the arrivals stands still without:
// they are constant or Poisson in the time with traffic alone, so that their rate there is exact, and the rest of a gap goes on in the next burst.
// The first burst begins at the start.

import { exponential } from "../../kern/random";
import { Generator } from "./generator";

/** The next arrival, or u64.MAX_VALUE if the stop comes first. A frame may come at the very end of a burst. */
export function afterBurst(g: Generator, time: u64): u64 {
  let gap = g.poisson ? exponential(changetype<usize>(g) + offsetof<Generator>("arrivals"), g.interval) : g.interval;
  let now = time;
  while (gap > g.onLeft) {
    gap -= g.onLeft;
    now += g.onLeft + lengthOf(g, g.off, g.offIsExponential);
    g.onLeft = lengthOf(g, g.on, g.onIsExponential);
    if (now >= g.stop) return u64.MAX_VALUE;
  }
  g.onLeft -= gap;
  return now + gap;
}

function lengthOf(g: Generator, mean: u64, isExponential: u32): u64 {
  return isExponential ? exponential(changetype<usize>(g) + offsetof<Generator>("turns"), mean) : mean;
}

/** `on` and `off` in ps, not both 0. */
export function attachBursts(number: u32, poisson: u32, on: u64, onIsExponential: u32, off: u64, offIsExponential: u32): void {
  assert(on > 0, "there is time for traffic");
  const g = Generator.at(number);
  g.poisson = poisson;
  g.on = on;
  g.off = off;
  g.onIsExponential = onIsExponential;
  g.offIsExponential = offIsExponential;
  g.onLeft = lengthOf(g, on, onIsExponential);
}
