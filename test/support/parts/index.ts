// Parts of the engine by themselves, for tests that hold them against models: this module takes the place of assembly/index.ts in build/parts.wasm.

import { Boot, GENERATOR_RECORD, Region, TCP_RECORD } from "../../../assembly/abi";
import { Generator, generatorBytes, noGenerator } from "../../../assembly/dev/traffic/generator";
import { makeFrame } from "../../../assembly/dev/traffic/make";
import { openTcp, setRto, setWindows, TcpConnection } from "../../../assembly/dev/traffic/tcp_connection";
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
export { ackSent, tcpData } from "../../../assembly/dev/traffic/tcp_receiver";
export { tcpAck, tcpStart, tcpTake, tcpTimeout } from "../../../assembly/dev/traffic/tcp_sender";
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

/** A TCP connection at `at`, TCP_RECORD bytes, its map behind it; it begins at once. Times are ps; `every`: segments per acknowledgement. */
export function makeTcp(at: usize, limit: u64, mss: u32, window: u64, initial: u64, ssthresh: u64, rto: u64, rtoMin: u64, every: u32): void {
  const c = changetype<TcpConnection>(at);
  c.map = at + TCP_RECORD;
  setWindows(c, mss, window, initial, ssthresh);
  setRto(c, rto, rtoMin, 60_000_000_000_000);
  c.every = every;
  c.ackDelay = 100_000_000_000;
  openTcp(c, limit, 0);
}

/** Of the segment that was taken last. */
export function tcpSeq(c: TcpConnection): u64 {
  return c.seq;
}
export function tcpLength(c: TcpConnection): u32 {
  return c.length;
}
/** Of the timers of sender and receiver; u64.MAX_VALUE: not set. */
export function tcpDue(c: TcpConnection): u64 {
  return c.due;
}
export function tcpAckDue(c: TcpConnection): u64 {
  return c.ackDue;
}
