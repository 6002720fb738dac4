// One number for all state: a 64-bit hash of every region up to the exchange areas. What the host wants to see of a run is not part of it.

import { Boot, Region } from "../abi";
import { base, boot } from "../memory/arena";

/** Multiplier and shifts of splitmix64's finalizer. */
export function fingerprint(): u64 {
  let hash: u64 = 0x9e37_79b9_7f4a_7c15 ^ boot(Boot.Seed); // what random streams will give is state, too
  const end = base(Region.Io);
  for (let at = base(Region.Kernel); at < end; at += 8) {
    hash = (hash ^ load<u64>(at)) * 0xbf58_476d_1ce4_e5b9;
    hash ^= hash >> 29;
  }
  hash = (hash ^ (hash >> 30)) * 0x94d0_49bb_1331_11eb;
  return hash ^ (hash >> 31);
}
