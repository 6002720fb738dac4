// Parts of the engine by themselves, for tests that hold them against models: this module takes the place of assembly/index.ts in build/parts.wasm.

import { Region } from "../../../assembly/abi";
import { generatorBytes } from "../../../assembly/dev/generator";
import { base, planStart, reserve, take } from "../../../assembly/memory/arena";

export { attachGenerator, attachGeneratorAddresses, generatorFlow, generatorNext, generatorWrite } from "../../../assembly/dev/generator";
export { below, draw, exponential, seedOf } from "../../../assembly/kern/random";
export { histogramBytes, record } from "../../../assembly/stats/histogram";
export { queuePut, queueSettle, queueTake } from "../../../assembly/stats/queue_stat";

/** Takes memory for the generators of `ports` and for `bytes` to play with, and gives the address of those. */
export function lay(bytes: u32, ports: u32): usize {
  planStart();
  reserve(Region.Generators, ports, generatorBytes());
  reserve(Region.Scratch, 1, bytes);
  return take() ? base(Region.Scratch) : 0;
}

export function generators(): usize {
  return base(Region.Generators);
}
