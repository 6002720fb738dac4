// Serializers and the locks of output queues (sys/kern/lwkt_serialize.c). A serializer that is taken lets the thread sleep; giving it back wakes the first
// sleeper, which tries again when it runs: in between anybody may get it. For the lock of an output queue a thread spins first, as lwkt_serialize_adaptive_enter
// does, and one that spins gets it from the hand that frees it.

import { Cost } from "../../abi";
import { costOf } from "../../kern/costs";
import { Kernel } from "../../kern/kernel";
import { Lock } from "../../kern/lock";
import { lockContended, lockHandedOver, lockWaited } from "../../kern/lock_stats";
import { lockFree, lockIsFree, lockTake } from "../../kern/lock_take";
import { dropFirstRelease, LockState, Step } from "../../kern/step";
import { Thread } from "../../kern/thread";
import { traceSpin, traceWait, tracing } from "../../kern/trace";
import { watchLocked } from "../../kern/watch/on";
import { bglLeft } from "./bgl";
import { wake } from "./ipis";
import { giveUp } from "./schedule";
import { beginStep } from "./steps";
import { classOf, Doing, endIn, Slot, setClass, setCpuEvent, setSlot, Vcpu } from "./vcpu";

/** Locks of output queues are the even ones. */
function isAdaptive(lock: Lock): bool {
  return (lock.number & 1) == 0;
}

/** A thread asks for a lock at the end of a step. True: it has it. */
export function askLock(v: Vcpu, slot: Slot, t: Thread, lock: Lock): bool {
  if (lockIsFree(lock)) {
    lockTake(t, lock);
    t.waiting = 0;
    return true;
  }
  lock.contended++;
  lockContended(lock);
  Step.of(t).asked = Kernel.at().now;
  append(lock, t);
  if (tracing()) traceWait(t, lock);
  if (isAdaptive(lock)) {
    setSlot(slot, t, Doing.LockSpin, Kernel.at().now + costOf(Cost.AdaptiveSpin));
    setClass(v, classOf(slot));
    if (tracing()) traceSpin(t, lock);
  } else giveUp(v);
  return false;
}

/** A thread that waited runs again. The BGL it has by now; a serializer may have been taken by another, then it sleeps once more. */
export function retryLock(v: Vcpu, t: Thread): bool {
  const lock = changetype<Lock>(t.waiting);
  if (!lockIsFree(lock)) {
    prepend(lock, t);
    giveUp(v);
    return false;
  }
  got(lock, t);
  return true;
}

function got(lock: Lock, t: Thread): void {
  watchLocked(t, lockWaited(lock, Step.of(t).asked));
  lockHandedOver(lock);
  lockTake(t, lock);
  t.waiting = 0;
}

/** A thread that spun has been given the lock, or has spun long enough and sleeps. */
export function spunOut(v: Vcpu, slot: Slot): void {
  const t = slot.thread!;
  const lock = changetype<Lock>(t.waiting);
  if (lock.owner != t.id) {
    giveUp(v);
    return;
  }
  lock.owner = 0; // kept for it
  got(lock, t);
  beginStep(v, slot);
}

/** Gives back the first `count` of the locks that a step has left. */
export function freeStaged(v: Vcpu, t: Thread, count: u32): void {
  const s = Step.of(t);
  for (; count > 0; count--) {
    const lock = changetype<Lock>(load<u32>(s.releaseAt(0)));
    dropFirstRelease(s);
    if (lock.number == 0) bglLeft(v);
    else if (lock.owner == t.id) free(v, lock, s); // else another has got it since the step left it
  }
}

function free(v: Vcpu, lock: Lock, s: Step): void {
  lockFree(lock);
  const first = LockState.at(lock.number).head;
  if (!first) return;
  const w = Vcpu.at(first.cpu);
  const slot = slotOf(w, first);
  if (slot == null) {
    remove(lock);
    wake(v, first, s);
    return;
  }
  remove(lock);
  lock.owner = first.id; // kept for it: nobody else can take it while its line travels
  endIn(w, slot, costOf(Cost.LineTransfer));
  setCpuEvent(w);
}

/** The slot in which a thread spins; null: it sleeps. */
function slotOf(v: Vcpu, t: Thread): Slot | null {
  if (v.thread.thread == t && v.thread.doing == Doing.LockSpin) return v.thread;
  return v.interrupt.thread == t && v.interrupt.doing == Doing.LockSpin ? v.interrupt : null;
}

// ---- the list of waiters ----

function append(lock: Lock, t: Thread): void {
  const state = LockState.at(lock.number);
  Step.of(t).next = null;
  const last = state.head ? state.tail : null;
  if (last) Step.of(last).next = t;
  else state.head = t;
  state.tail = t;
}

function prepend(lock: Lock, t: Thread): void {
  const state = LockState.at(lock.number);
  Step.of(t).next = state.head;
  if (!state.head) state.tail = t;
  state.head = t;
}

function remove(lock: Lock): void {
  const state = LockState.at(lock.number);
  state.head = Step.of(state.head!).next;
}
