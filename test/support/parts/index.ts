// Parts of the engine by themselves, for tests that hold them against models: this module takes the place of assembly/index.ts in build/parts.wasm.

import { Boot, GENERATOR_RECORD, Region } from "../../../assembly/abi";
import { Generator, generatorBytes, noGenerator } from "../../../assembly/dev/traffic/generator";
import { makeFrame } from "../../../assembly/dev/traffic/make";
import { Wire } from "../../../assembly/kern/wire";
import { base, boot, bytes, planStart, reserve, take } from "../../../assembly/memory/arena";

export {
  attachBatches,
  attachFlowWeights,
  attachGenerator,
  attachGeneratorAddresses,
  attachGenerators,
} from "../../../assembly/dev/traffic/attach";
export { attachBursts } from "../../../assembly/dev/traffic/bursts";
export { attachCapture } from "../../../assembly/dev/traffic/capture";
export { attachMix, attachPorts, attachSizes, attachStations } from "../../../assembly/dev/traffic/content";
export { attachRates } from "../../../assembly/dev/traffic/rates";
export { below, draw, exponential, seedOf } from "../../../assembly/kern/random";
export { histogramBytes, record } from "../../../assembly/stats/histogram";
export { queuePut, queueSettle, queueTake } from "../../../assembly/stats/queue_stat";

/** Takes memory for the generators of `ports` and for `room` bytes to play with, and gives the address of those. */
export function lay(room: u32, ports: u32): usize {
  planStart();
  reserve(Region.Generators, 1, generatorBytes());
  reserve(Region.Wires, ports, offsetof<Wire>());
  reserve(Region.Traffic, 1, boot(Boot.TrafficBytes));
  reserve(Region.Scratch, 1, room);
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

/** Makes the next frame of a port, and answers its length. */
export function trafficWrite(port: u32, at: usize): u32 {
  const g = Generator.dueAt(Wire.at(port));
  last = <u32>((changetype<usize>(g) - base(Region.Generators)) / GENERATOR_RECORD);
  lastBytes = makeFrame(g, at);
  return g.length;
}

let lastBytes: usize = 0;

/** Where the last frame lies. */
export function lastFrame(): usize {
  return lastBytes;
}

/** The next `n` arrivals of a port: times (u64) to `at`. Answers how many there were. */
export function trafficTimes(port: u32, at: usize, n: u32): u32 {
  const wire = Wire.at(port);
  for (let i: u32 = 0; i < n; i++) {
    const g = Generator.dueAt(wire);
    if (g.next == u64.MAX_VALUE) return i;
    store<u64>(at + ((<usize>i) << 3), g.next);
    makeFrame(g, base(Region.Scratch));
  }
  return n;
}

export function regionBase(region: u32): usize {
  return base(region);
}

export function regionBytes(region: u32): usize {
  return bytes(region);
}

export function generators(): usize {
  return base(Region.Generators);
}
