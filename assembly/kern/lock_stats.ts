// What is measured of locks on a machine that has time: LockField and two histograms each, and which threads had it.

import { COARSE_BITS, LockField, Region } from "../abi";
import { base } from "../memory/arena";
import { bump } from "../memory/bytes";
import { histogramBytes, record } from "../stats/histogram";
import { Kernel } from "./kernel";
import { Lock } from "./lock";
import { lockTotal } from "./step";

const LOCK_BYTES: usize = (<usize>LockField.Count) << 3;
/** Of a thread: its holds of a lock that are over, and for how many ps together. */
const SHARE_BYTES: usize = 16;

export function lockStatBytes(): u64 {
  return <u64>lockTotal() * <u64>LOCK_BYTES;
}

/** Bytes of Region.LockShares: for each thread a share per lock, so that what a thread does lies together. */
export function lockShareBytes(threads: u32): u64 {
  return <u64>lockTotal() * <u64>threads * <u64>SHARE_BYTES;
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

/** Its owner has given it back at `time`. @returns how long it was held */
export function lockFreed(lock: Lock, time: u64): u64 {
  const stat = statOf(lock);
  const hold = time - load<u64>(stat + (LockField.since << 3));
  store<u64>(stat + (LockField.since << 3), time);
  add(stat, LockField.hold, hold);
  raise(stat, LockField.maxHold, hold);
  addSquare(stat, LockField.holdSquares, hold);
  record(histogram(lock, 1), COARSE_BITS, hold);
  const share = base(Region.LockShares) + <usize>((lock.owner - 1) * lockTotal() + lock.number) * SHARE_BYTES;
  bump(share);
  store<u64>(share + 8, load<u64>(share + 8) + hold);
  return hold;
}

/** A thread did not get it at once. */
export function lockContended(lock: Lock): void {
  const stat = statOf(lock);
  add(stat, LockField.contended, 1);
  add(stat, LockField.waiting, 1);
}

/** One that waited has got it. @returns how long it waited */
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
