// What is measured of locks on a machine that has time: LockField and two histograms each, and who had the BGL.

import { Boot, COARSE_BITS, LockField, Region } from "../abi";
import { base, boot } from "../memory/arena";
import { bump } from "../memory/bytes";
import { histogramBytes, record } from "../stats/histogram";
import { Kernel } from "./kernel";
import { Lock } from "./lock";
import { lockTotal } from "./step";
import { Thread } from "./thread";

const LOCK_BYTES: usize = (<usize>LockField.Count) << 3;
/** Of a CPU or thread: gets of the BGL, and ps for which it had it. */
const SHARE_BYTES: usize = 16;

/** Bytes of Region.LockStats: the locks, then a share per CPU, then one per thread. */
export function lockStatBytes(threads: u32): u64 {
  return <u64>lockTotal() * <u64>LOCK_BYTES + <u64>(boot(Boot.Cpus) + threads) * <u64>SHARE_BYTES;
}

export function lockHistogramBytes(): u64 {
  return <u64>lockTotal() * 2 * histogramBytes(COARSE_BITS);
}

function statOf(lock: Lock): usize {
  return base(Region.LockStats) + <usize>lock.number * LOCK_BYTES;
}

function add(stat: usize, field: LockField, n: u64): void {
  const at = stat + ((<usize>field) << 3);
  store<u64>(at, load<u64>(at) + n);
}

function raise(stat: usize, field: LockField, n: u64): void {
  const at = stat + ((<usize>field) << 3);
  if (n > load<u64>(at)) store<u64>(at, n);
}

/** Adds the square of a time in ps to a sum in ns^2. */
function addSquare(stat: usize, field: LockField, ps: u64): void {
  const at = stat + ((<usize>field) << 3);
  const ns = <f64>ps / 1000;
  store<f64>(at, load<f64>(at) + ns * ns);
}

function histogram(lock: Lock, hold: usize): usize {
  return base(Region.LockHistograms) + (((<usize>lock.number) << 1) + hold) * <usize>histogramBytes(COARSE_BITS);
}

/** A lock has been got. */
export function lockGot(lock: Lock): void {
  const stat = statOf(lock);
  add(stat, LockField.gets, 1);
  store<u64>(stat + (LockField.since << 3), Kernel.at().now);
}

/** It has been given back at `time`. @returns how long it was held */
export function lockFreed(lock: Lock, time: u64): u64 {
  const stat = statOf(lock);
  const hold = time - load<u64>(stat + (LockField.since << 3));
  store<u64>(stat + (LockField.since << 3), time);
  add(stat, LockField.hold, hold);
  raise(stat, LockField.maxHold, hold);
  addSquare(stat, LockField.holdSquares, hold);
  record(histogram(lock, 1), COARSE_BITS, hold);
  return hold;
}

/** A thread did not get it at once. */
export function lockContended(lock: Lock): void {
  const stat = statOf(lock);
  add(stat, LockField.contended, 1);
  add(stat, LockField.waiting, 1);
}

/** One that waited has got it, or went to sleep for good. @returns how long it waited */
export function lockWaited(lock: Lock, asked: u64): u64 {
  const stat = statOf(lock);
  const wait = Kernel.at().now - asked;
  add(stat, LockField.waiting, <u64>-1);
  add(stat, LockField.waits, 1);
  add(stat, LockField.wait, wait);
  raise(stat, LockField.maxWait, wait);
  addSquare(stat, LockField.waitSquares, wait);
  record(histogram(lock, 0), COARSE_BITS, wait);
  return wait;
}

/** It went from one CPU to a waiter on another: from the release to the get it was nobody's. Called before `lockGot`. */
export function lockHandedOver(lock: Lock): void {
  const stat = statOf(lock);
  add(stat, LockField.handovers, 1);
  add(stat, LockField.handover, Kernel.at().now - load<u64>(stat + (LockField.since << 3)));
}

function shareAt(index: u32): usize {
  return base(Region.LockStats) + <usize>lockTotal() * LOCK_BYTES + <usize>index * SHARE_BYTES;
}

/** A thread has got the BGL. */
export function bglGotBy(t: Thread): void {
  bump(shareAt(t.cpu));
  bump(shareAt(boot(Boot.Cpus) + t.id - 1));
}

/** It has given it back after `hold`. */
export function bglFreedBy(thread: u32, cpu: u32, hold: u64): void {
  const ofCpu = shareAt(cpu) + 8;
  store<u64>(ofCpu, load<u64>(ofCpu) + hold);
  const ofThread = shareAt(boot(Boot.Cpus) + thread - 1) + 8;
  store<u64>(ofThread, load<u64>(ofThread) + hold);
}
