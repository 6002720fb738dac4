// A CPU stands still, as in system management mode: whatever it does takes so much longer, nothing is accounted for otherwise, and interrupts and IPIs wait.
// For the machine it is as if an IPI were being served.

import { NEVER } from "../../kern/events";
import { Kernel } from "../../kern/kernel";
import { Lock } from "../../kern/lock";
import { LockState, Step } from "../../kern/step";
import { Doing, Level, Slot, setCpuEvent, suspend, Vcpu } from "./vcpu";

export function stallCpu(v: Vcpu, time: u64): void {
  if (!time) return;
  const now = Kernel.at().now;
  if (v.level == Level.Ipi) v.ipiEnd += time;
  else {
    v.returns = v.level;
    suspend(v.active);
    v.level = Level.Ipi;
    v.ipiEnd = now + time;
    v.ipiAt = NEVER; // it sees its IPIs when it goes on
  }
  keepLocks(v.thread, now, time);
  keepLocks(v.interrupt, now, time);
  setCpuEvent(v);
}

/** Locks that the step of a thread was to leave before its end are left later, too. */
function keepLocks(slot: Slot, now: u64, time: u64): void {
  const t = slot.thread;
  if (!t || slot.doing != Doing.Running) return;
  const s = Step.of(t);
  for (let i: u32 = 0; i < s.releases; i++) {
    const lock = changetype<Lock>(load<u32>(s.releaseAt(i)));
    const state = LockState.at(lock.number);
    if (lock.owner == t.id && state.freeAt > now) state.freeAt += time;
  }
}
