// Destinations among stations that lie in several ranges of MAC addresses: those behind other interfaces.
//
// Flow f comes from its station s and goes to station (s + f / number of sources) of all ranges, counted round: as many flows as there are sources have
// destinations of their own, and all pairs occur when there are as many flows as pairs.

import { STATION_RANGE } from "../../abi";
import { MAC_MASK } from "../../memory/bytes";
import { turn } from "./frame";
import { Generator } from "./generator";

@unmanaged
class StationRange {
  mac: u64; // the first one; its first byte on the wire is the highest of the 48 bits
  end: u64; // stations up to here, with those of the ranges before

  static of(g: Generator, index: u32): StationRange {
    return changetype<StationRange>(g.stations + <usize>index * offsetof<StationRange>());
  }
}
if (offsetof<StationRange>() != STATION_RANGE) ERROR("a range is not as long as STATION_RANGE says");

/** The address of a flow's destination, as on the wire: first byte lowest. */
export function stationOf(g: Generator, flow: u32): u64 {
  const all = <u32>StationRange.of(g, g.ranges - 1).end;
  const station = turn(turn(flow, g.srcMacs) + flow / g.srcMacs, all);
  let low: u32 = 0;
  let high = g.ranges - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (StationRange.of(g, middle).end > station) high = middle;
    else low = middle + 1;
  }
  const before = low ? <u32>StationRange.of(g, low - 1).end : 0;
  return (bswap<u64>(StationRange.of(g, low).mac + (station - before)) >> 16) & MAC_MASK;
}
