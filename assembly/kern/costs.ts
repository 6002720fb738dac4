// What work costs: one record per Cost, set by the host before the first run. Constant, or drawn from an exponential distribution by the entry's own random
// stream, so that one cost's draws do not move another's.

import { Boot, Cost, Region } from "../abi";
import { base, boot } from "../memory/arena";
import { exponential, seedOf } from "./random";

@unmanaged
class CostEntry {
  ps: u64;
  state: u64; // random stream
  law: u32; // 1: exponential
  reserved: u32;

  static at(cost: u32): CostEntry {
    return changetype<CostEntry>(base(Region.Costs) + <usize>cost * offsetof<CostEntry>());
  }
}

export function costBytes(): u64 {
  return <u64>Cost.Count * offsetof<CostEntry>();
}

/** Stream numbers below this are those of costs. */
const STREAMS: u64 = 0x100;

/** Sets an entry: picoseconds, or the mean of an exponential distribution. */
export function setCost(cost: u32, ps: u64, law: u32): void {
  const entry = CostEntry.at(cost);
  entry.ps = ps;
  entry.law = law;
  entry.state = seedOf(boot(Boot.Seed), STREAMS + cost);
}

/** Picoseconds of doing it once. */
export function costOf(cost: Cost): u64 {
  const entry = CostEntry.at(cost);
  return entry.law ? drawn(entry, 1) : entry.ps;
}

/** Picoseconds of doing it several times. */
export function costsOf(cost: Cost, times: u32): u64 {
  const entry = CostEntry.at(cost);
  return entry.law ? drawn(entry, times) : entry.ps * times;
}

/** A sum of so many draws. */
function drawn(entry: CostEntry, times: u32): u64 {
  let sum: u64 = 0;
  for (let i: u32 = 0; i < times; i++) sum += exponential(changetype<usize>(entry) + offsetof<CostEntry>("state"), entry.ps);
  return sum;
}
