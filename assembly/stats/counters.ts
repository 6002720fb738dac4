// Where packets and events are counted: 64-bit, in place, per event. Blocks are per CPU, so that no two CPUs write one line.

import { Counter, Drop, Path, PortCounter, Region } from "../abi";
import { base, COUNTERS_AT, front } from "../memory/arena";
import { add64, bump } from "../memory/bytes";

let drops: usize = 0;
let ends: usize = 0;
let dropBlock: usize = 0;

/** Bytes of the Drop counts of one CPU: a row per port, and one for packets without a port. */
export function dropBlockBytes(ports: u32): u64 {
  return (<u64>ports + 1) * <u64>Drop.Count * 8;
}

export function attachCounters(ports: u32): void {
  assert(base(Region.Counters) == front() + COUNTERS_AT, "boot lays out this region third");
  drops = base(Region.Drops);
  ends = base(Region.Ends);
  dropBlock = <usize>dropBlockBytes(ports);
}

function placeOf(cpu: u32, counter: u32): usize {
  return front() + COUNTERS_AT + ((<usize>(cpu * <u32>Counter.Count + counter)) << 3);
}

export function count(cpu: u32, counter: u32): void {
  bump(placeOf(cpu, counter));
}

export function countMany(cpu: u32, counter: u32, n: u64): void {
  add64(placeOf(cpu, counter), n);
}

/** Counts the end of a packet that came in by `port`; row 0 is for packets of our own. */
export function countDrop(cpu: u32, row: u32, reason: u32): void {
  bump(drops + <usize>cpu * dropBlock + ((<usize>(row * <u32>Drop.Count + reason)) << 3));
}

/** Counts the end of a packet that left by `port`, or was delivered from it. */
export function countEnd(port: u32, path: u32): void {
  bump(ends + ((<usize>(port * <u32>Path.Count + path)) << 3));
}

/** Counters of a port lie at the end of its record; `block` is their address. */
export function countPort(block: usize, counter: PortCounter): void {
  bump(block + ((<usize>counter) << 3));
}

export function addPort(block: usize, counter: PortCounter, n: u64): void {
  add64(block + ((<usize>counter) << 3), n);
}

/** Raises a high-water mark. */
export function raisePort(block: usize, counter: PortCounter, value: u64): void {
  const at = block + ((<usize>counter) << 3);
  if (value > load<u64>(at)) store<u64>(at, value);
}
