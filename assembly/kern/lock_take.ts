// Getting and freeing a lock on a machine that has time: the record changes hands, its cache line moves, and both cost.

import { Cost } from "../abi";
import { costOf } from "./costs";
import { bgl, Lock } from "./lock";
import { bglFreedBy, bglGotBy, lockFreed, lockGot } from "./lock_stats";
import { LockState, Step } from "./step";
import { Thread } from "./thread";
import { traceGot, traceLeft, tracing } from "./trace/on";

/** Gives a free lock to a thread. The get is paid for by the step that it is in. */
export function lockTake(t: Thread, lock: Lock): void {
  assert(lock.owner == 0, "a lock is held by one thread");
  lock.owner = t.id;
  lock.gets++;
  lockGot(lock);
  if (tracing()) traceGot(t, lock);
  if (lock.number == 0) bglGotBy(t);
  const state = LockState.at(lock.number);
  Step.of(t).extra += costOf(state.line == t.cpu + 1 ? Cost.LockGet : Cost.LockRemote);
  state.line = t.cpu + 1;
}

/** Frees a lock now. */
export function lockFree(lock: Lock): void {
  assert(lock.owner != 0, "a free lock is not freed");
  const owner = Thread.at(lock.owner - 1);
  const hold = lockFreed(lock);
  if (lock.number == 0) bglFreedBy(owner.id, owner.cpu, hold);
  if (tracing()) traceLeft(owner, lock, hold);
  lock.owner = 0;
}

/** Whether the CPU has the BGL, through whichever of its threads. While it is handed over no CPU has it, and none can get it. */
export function cpuHasBgl(cpu: u32): bool {
  const owner = bgl().owner;
  return owner != 0 && LockState.at(0).travels == 0 && Thread.at(owner - 1).cpu == cpu;
}
