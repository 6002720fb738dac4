// The event queue: one pending event per source, in a winner tree over keys (time << 10) | source. Ties go to the lower source: first what comes from
// outside, then the clock, what leaves, interrupts, timers of other work, faults, the BGL, at last the CPUs.

import { Boot, Region } from "../abi";
import { base, boot } from "../memory/arena";
import { Io } from "./kernel";

export const NEVER: u64 = u64.MAX_VALUE;
const SOURCE_BITS: u64 = 10;
const SOURCES: u64 = (1 << SOURCE_BITS) - 1;

/** What of the machine belongs to no CPU. */
@unmanaged
export class MachineState {
  steps: u64; // steps run: the same however a run is split
  spinning: u64; // CPUs that spin for the BGL
  roomless: u64; // CPUs that spin for room in an IPI queue
  random: u64; // stream that decides between CPUs
  policy: u32; // LockPolicy
  leaves: u32; // power of two
  started: u32;
  requested: u32; // the host has made a thread of CPU 0 runnable
  reordered: u64; // departures behind a later frame of their flow
  quiet: u32; // interfaces that do not interrupt
  leaving: u32; // a thread gives its CPU up, and is not through with that
  firstCpu: u32; // source of CPU 0

  static at(): MachineState {
    return changetype<MachineState>(base(Region.Events));
  }
}

// ---- the numbers of the sources ----

export const INPUT: u32 = 0;
export const CLOCK: u32 = 1;
/** What sources of traffic do that answer to what has left. */
export const FEEDBACK: u32 = 2;
const FIRST_PORT: u32 = 3;

export function departureOf(port: u32): u32 {
  return FIRST_PORT + port;
}
export function interruptOf(port: u32): u32 {
  return FIRST_PORT + boot(Boot.Ports) + port;
}
/** Timer of a thread of other kernel work. */
export function workOf(index: u32): u32 {
  return FIRST_PORT + 2 * boot(Boot.Ports) + index;
}
/** All faults together. */
export function faultSource(): u32 {
  return workOf(boot(Boot.Work));
}
export function noticeSource(): u32 {
  return faultSource() + 1;
}
export function cpuSource(cpu: u32): u32 {
  return noticeSource() + 1 + cpu;
}

/** Input that did not find room in its ring, or came behind a whole burst, while all else that happens at its time is done. */
export function inputAgain(): u32 {
  return cpuSource(boot(Boot.Cpus));
}

/** Leaves of the tree: the sources, rounded up to a power of two. */
function leavesFor(): u32 {
  const sources = inputAgain() + 1;
  return 1 << (32 - clz(sources - 1));
}

const TREE: usize = 128;
if (offsetof<MachineState>() > TREE) ERROR("MachineState has outgrown its place before the tree");

export function eventBytes(): u64 {
  return <u64>TREE + <u64>leavesFor() * 2 * 8;
}

/** Every source is without an event. */
export function initEvents(): void {
  const v = MachineState.at();
  v.leaves = leavesFor();
  v.firstCpu = cpuSource(0);
  memory.fill(base(Region.Events) + TREE, 255, <usize>v.leaves * 16);
}

function node(index: u32): usize {
  return base(Region.Events) + TREE + ((<usize>index) << 3);
}

function keyOf(source: u32, time: u64): u64 {
  return time >= NEVER >> SOURCE_BITS ? NEVER : (time << SOURCE_BITS) | source;
}

/** Sets the time of a source's event. */
export function setEvent(source: u32, time: u64): void {
  const key = keyOf(source, time);
  const io = Io.at();
  if (key < io.others) io.others = key;
  place(source, key);
}

function place(source: u32, event: u64): void {
  let key = event;
  const tree = base(Region.Events) + TREE;
  let at = (<usize>(MachineState.at().leaves + source)) << 3;
  if (load<u64>(tree + at) == key) return;
  store<u64>(tree + at, key);
  while (at > 8) {
    key = min(key, load<u64>(tree + (at ^ 8)));
    at = (at >> 4) << 3;
    store<u64>(tree + at, key);
  }
}

/** The key of the next event, NEVER if there is none. */
export function nextEvent(): u64 {
  return load<u64>(node(1));
}

/** Whether a source has an event. */
export function hasEvent(source: u32): bool {
  return load<u64>(node(MachineState.at().leaves + source)) != NEVER;
}

/** When a source has its event, NEVER if it has none. */
export function eventAt(source: u32): u64 {
  const key = load<u64>(node(MachineState.at().leaves + source));
  return key == NEVER ? NEVER : timeOf(key);
}

export function timeOf(key: u64): u64 {
  return key >> SOURCE_BITS;
}
export function sourceOf(key: u64): u32 {
  return <u32>(key & SOURCES);
}

/** The first key that is later than everything up to `time`. */
export function keyAfter(time: u64): u64 {
  return time >= (NEVER >> SOURCE_BITS) - 1 ? NEVER : (time + 1) << SOURCE_BITS;
}

// ---- the turns of a CPU: what it does as long as nothing else comes first, without an event for each ----

/** A CPU is going to have its turns: its event is the next one, or that of an interrupt which it takes was. */
export function beginTurns(cpu: u32): void {
  const io = Io.at();
  const key = nextEvent();
  io.others = sourceOf(key) == MachineState.at().firstCpu + cpu ? io.limit : min(io.limit, key);
}

/** Whether nothing else happens before what the CPU does now. */
export function hasTurn(cpu: u32, now: u64): bool {
  return ((now << SOURCE_BITS) | (MachineState.at().firstCpu + cpu)) < Io.at().others;
}

/** Sets the event of the CPU that has its turns. True: nothing else happens before it, and the run lasts so long; then the turns can go on at its time. */
export function nextTurn(cpu: u32, time: u64): bool {
  const io = Io.at();
  const source = MachineState.at().firstCpu + cpu;
  const key = keyOf(source, time);
  place(source, key);
  if (key >= io.others || key != nextEvent()) return false;
  io.others = io.limit;
  return true;
}

/** Whether only the clock has an event. */
export function onlyClock(): bool {
  const leaf = node(MachineState.at().leaves + CLOCK);
  const key = load<u64>(leaf);
  if (nextEvent() != key) return false;
  setEvent(CLOCK, NEVER);
  const idle = nextEvent() == NEVER;
  setEvent(CLOCK, timeOf(key));
  return idle;
}
