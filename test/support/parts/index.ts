// Parts of the engine by themselves, for tests that hold them against models: this module takes the place of assembly/index.ts in build/parts.wasm.

import { Boot, Region } from "../../../assembly/abi";
import { base, boot, planned, planStart, reserve, take } from "../../../assembly/memory/arena";

export { below, draw, exponential, seedOf } from "../../../assembly/kern/random";
export { histogramBytes, record } from "../../../assembly/stats/histogram";
export { queuePut, queueSettle, queueTake } from "../../../assembly/stats/queue_stat";

/** Takes memory for `bytes` to play with, and gives their address. */
export function lay(bytes: u32): usize {
  planStart();
  reserve(Region.Scratch, 1, bytes);
  assert(planned() > 0 && boot(Boot.Cpus) == 0, "nothing of the engine is there");
  return take() ? base(Region.Scratch) : 0;
}
