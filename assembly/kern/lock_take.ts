// Getting and freeing a lock on a machine that has time: the record changes hands, its cache line moves, and both cost.

import { Cost } from "../abi";
import { costOf } from "./costs";
import { holderGot } from "./faults";
import { Kernel } from "./kernel";
import { bgl, Lock } from "./lock";
import { lockFreed, lockGot } from "./lock_stats";
import { LockState, Step } from "./step";
import { Thread } from "./thread";
import { traceGot, traceLeft, tracing } from "./trace";

/** Gives a free lock to a thread. The get is paid for by the step that it is in. */
export function lockTake(t: Thread, lock: Lock): void {
  assert(lock.owner == 0, "a lock is held by one thread");
  lock.owner = t.id;
  lock.gets++;
  lockGot(lock);
  if (tracing()) traceGot(t, lock);
  const state = LockState.at(lock.number);
  Step.of(t).extra += costOf(state.line == t.cpu + 1 ? Cost.LockGet : Cost.LockRemote);
  state.line = t.cpu + 1;
  if (state.fault) holderGot(t, state.fault);
}

/** Whether nobody has a lock now. One that a step has left is free from then on, though the step goes on: unless somebody waits, who gets it at its end. */
export function lockIsFree(lock: Lock): bool {
  return lock.owner == 0 || isLeft(lock, Kernel.at().now);
}

/** The same at a later time at which nothing else has happened. */
export function lockWillBeFree(lock: Lock, time: u64): bool {
  if (lock.owner == 0) return true;
  const state = LockState.at(lock.number);
  return state.freeAt != 0 && state.freeAt <= time && !state.head;
}

function isLeft(lock: Lock, now: u64): bool {
  if (!lockWillBeFree(lock, now)) return false;
  lockFree(lock);
  return true;
}

/** Frees a lock: since its step has left it, or now. */
export function lockFree(lock: Lock): void {
  assert(lock.owner != 0, "a free lock is not freed");
  const owner = Thread.at(lock.owner - 1);
  const state = LockState.at(lock.number);
  const now = Kernel.at().now;
  const time = state.freeAt && !state.head ? min(state.freeAt, now) : now;
  const hold = lockFreed(lock, time);
  state.freeAt = 0;
  if (tracing()) traceLeft(owner, lock, time, hold);
  lock.owner = 0;
}

/** Whether the CPU has the BGL, through whichever of its threads. While it is handed over no CPU has it, and none can get it. */
export function cpuHasBgl(cpu: u32): bool {
  const owner = bgl().owner;
  return owner != 0 && LockState.at(0).travels == 0 && Thread.at(owner - 1).cpu == cpu;
}
