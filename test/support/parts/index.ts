// Parts of the engine by themselves, for tests that hold them against models: this module takes the place of assembly/index.ts in build/parts.wasm.

import { GENERATOR_RECORD, Region } from "../../../assembly/abi";
import { makeFrame } from "../../../assembly/dev/traffic/frame";
import { Generator, generatorBytes, noGenerator } from "../../../assembly/dev/traffic/generator";
import { Wire } from "../../../assembly/kern/wire";
import { base, planStart, reserve, take } from "../../../assembly/memory/arena";

export { attachGenerator, attachGeneratorAddresses, attachGenerators } from "../../../assembly/dev/traffic/attach";
export { below, draw, exponential, seedOf } from "../../../assembly/kern/random";
export { histogramBytes, record } from "../../../assembly/stats/histogram";
export { queuePut, queueSettle, queueTake } from "../../../assembly/stats/queue_stat";

/** Takes memory for the generators of `ports` and for `bytes` to play with, and gives the address of those. */
export function lay(bytes: u32, ports: u32): usize {
  planStart();
  reserve(Region.Generators, 1, generatorBytes());
  reserve(Region.Wires, ports, offsetof<Wire>());
  reserve(Region.Scratch, 1, bytes);
  if (!take()) return 0;
  for (let port: u32 = 0; port < ports; port++) Wire.at(port).due = changetype<usize>(noGenerator());
  return base(Region.Scratch);
}

/** When the next frame of a port arrives. */
export function trafficNext(port: u32): u64 {
  return Generator.dueAt(Wire.at(port)).next;
}

/** Of the generator that made the last frame: its number, and the flow. */
export function lastGenerator(): u32 {
  return last;
}

export function lastFlow(): u32 {
  return Generator.at(last).flow;
}

let last: u32 = 0;

/** Writes the next frame of a port, and answers its length. */
export function trafficWrite(port: u32, at: usize): u32 {
  const g = Generator.dueAt(Wire.at(port));
  last = <u32>((changetype<usize>(g) - base(Region.Generators)) / GENERATOR_RECORD);
  makeFrame(g, at);
  return g.length;
}

export function generators(): usize {
  return base(Region.Generators);
}
