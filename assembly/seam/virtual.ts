// The seam of the virtual machine. A step's code runs when the step begins; what it hands on becomes visible at its end, when the work that it charged has
// been done. A lock is got at the beginning of a step or not at all: a get after work ends the step, so that the lock is asked for when the work is done.

import { At, Cost, Ipi, ThreadKind } from "../abi";
import { costOf, costsOf } from "../kern/costs";
import { MachineState, nextTurn } from "../kern/events";
import { Ifnet, txAppend } from "../kern/ifnet";
import { ipiqPut, ipiqRoom } from "../kern/ipiq";
import { Io, Kernel, setNow } from "../kern/kernel";
import { Lock } from "../kern/lock";
import { cpuHasBgl, lockFree, lockIsFree, lockTake, lockWillBeFree } from "../kern/lock_take";
import { Mbuf } from "../kern/mbuf";
import { reclaim } from "../kern/sent";
import { LockState, Step, stageRelease, unstageRelease } from "../kern/step";
import { preempts, Thread } from "../kern/thread";
import { traceKept, traceStep, traceWorked, tracing } from "../kern/trace";
import { Stamp } from "../kern/watch/on";
import { Wire } from "../kern/wire";

/** Work of the current step, `times` over. */
export function charge(t: Thread, cost: Cost, times: u32 = 1): void {
  Step.of(t).work += times == 1 ? costOf(cost) : costsOf(cost, times);
}

/** Work of the current step that is in no table of costs: picoseconds. */
export function spend(t: Thread, ps: u64): void {
  Step.of(t).work += ps;
}

/** Gets a lock. False: the thread waits, and the machine enters `at` with `subject` once the lock is its own. */
export function enter(t: Thread, at: At, subject: usize, lock: Lock): bool {
  const s = Step.of(t);
  if (take(t, s, lock)) return true;
  t.at = at;
  t.subject = subject;
  if (passTime(t, s, lock)) {
    lockTake(t, lock);
    if (tracing()) traceStep(t);
    return true;
  }
  t.waiting = changetype<usize>(lock);
  return false;
}

/**
 * Lets the work of the step be done now if nothing else happens before its end: the clock goes there, what the step has left is free, and the next one begins.
 * This is what the machine would do with an event of its own. False: something comes in between, or has to be told.
 */
function passTime(t: Thread, s: Step, lock: Lock): bool {
  if (t.kind == ThreadKind.Interrupt) return false; // the machine looks at the rings before every step of it
  const end = Kernel.at().now + s.work + s.extra;
  if (!lockWillBeFree(lock, end)) return false;
  if (s.rings | s.refill || s.ipis || end >= Io.at().ownEvent || isAwaited(s) || !nextTurn(t.cpu, end)) return false;
  if (tracing()) traceWorked(t, s.work + s.extra);
  setNow(end);
  for (let i: u32 = 0; i < s.releases; i++) lockFree(changetype<Lock>(load<u32>(s.releaseAt(i))));
  lockIsFree(lock);
  s.releases = 0;
  s.work = 0;
  s.extra = 0;
  MachineState.at().steps++;
  return true;
}

/** Whether somebody waits for a lock that the step has left, or the machine has to decide about it. */
function isAwaited(s: Step): bool {
  for (let i: u32 = 0; i < s.releases; i++) {
    const lock = changetype<Lock>(load<u32>(s.releaseAt(i)));
    if (lock.number == 0 || LockState.at(lock.number).head) return true;
  }
  return false;
}

/** One that its CPU has is the BGL, which then costs nothing. */
function take(t: Thread, s: Step, lock: Lock): bool {
  if (!lockIsFree(lock)) {
    if (again(t, s, lock)) return true;
    if (lock.number || !cpuHasBgl(t.cpu)) return false;
    lock.gets++;
    if (tracing()) traceKept(t, lock);
    return true;
  }
  if (s.work) return false;
  lockTake(t, lock);
  return true;
}

/** Gets a lock that the step has given back: it was never free, but the CPU has done both. False: it has not. */
function again(t: Thread, s: Step, lock: Lock): bool {
  if (!s.releases || !unstageRelease(s, lock)) return false;
  LockState.at(lock.number).freeAt = 0;
  lock.gets++;
  if (tracing()) traceKept(t, lock);
  s.extra += costOf(Cost.LockGet);
  return true;
}

/** Gets a lock if that is possible at once: if it is free now, from the beginning of the step on. */
export function tryEnter(t: Thread, lock: Lock): bool {
  const s = Step.of(t);
  if (!lockIsFree(lock)) return again(t, s, lock);
  lockTake(t, lock);
  return true;
}

/**
 * Gives a lock back, when the work up to here is done; at the beginning of the step if it has not worked yet. Who waits sees it at the end of the step; so do
 * all of the BGL.
 */
export function leave(t: Thread, lock: Lock): void {
  assert(lock.owner == t.id || lock.number == 0, "only its owner leaves a lock");
  const s = Step.of(t);
  s.extra += costOf(Cost.LockRelease);
  if (!s.work && isOnlyOurs(t, lock)) return lockFree(lock);
  stageRelease(s, lock);
  if (!s.work) s.early = s.releases;
  else if (lock.number) LockState.at(lock.number).freeAt = Kernel.at().now + s.work + s.extra;
}

/** Nobody waits for the lock; and if it is the BGL, no thread that this one has preempted needs it. */
function isOnlyOurs(t: Thread, lock: Lock): bool {
  const state = LockState.at(lock.number);
  if (lock.number) return state.head == null;
  return state.spinners == 0 && !preempts(t);
}

/** Hands a frame to the transmitter, which sees it at the end of the step. The caller has seen room in the ring. */
export function output(t: Thread, ifp: Ifnet, m: Mbuf): void {
  txAppend(ifp, m);
  Stamp.of(m).departs = u64.MAX_VALUE;
  const wire = Wire.at(ifp.index);
  if (!wire.unsent) wire.unsent = changetype<usize>(m);
  linkRing(t, ifp);
}

/** The machine looks at the ring at the end of the step. */
function linkRing(t: Thread, ifp: Ifnet): void {
  if (ifp.txLinked) return;
  const s = Step.of(t);
  ifp.txLinked = 1;
  ifp.txNext = s.rings;
  s.rings = changetype<usize>(ifp);
}

/** The driver takes descriptors of frames that have been sent back. True: there is room in the ring. Else the machine lets the end of a transmission interrupt. */
export function txeof(t: Thread, ifp: Ifnet): bool {
  Step.of(t).extra += reclaim(ifp);
  if (ifp.txCount < ifp.txSlots) return true;
  linkRing(t, ifp);
  return false;
}

/** Ends the step here. False, always: the machine enters `at` with `subject` when it has looked at the ring of the interface that is next. */
export function pause(t: Thread, at: At, subject: usize): bool {
  t.at = at;
  t.subject = subject;
  t.waiting = 0;
  return false;
}

/** The driver has read slots of the receive ring. If it gives them back at the end of the step only, no frame finds room in them until then. */
export function rxTaken(t: Thread, ifp: Ifnet, slots: u32): void {
  if (!Wire.at(ifp.index).refillLate) return;
  ifp.rxLimit -= slots;
  Step.of(t).refill = changetype<usize>(ifp);
}

/** Sends an IPI at the end of the step. False: no room in the queue, the machine enters `at` with `subject` again. To the own CPU it is a direct call. */
export function send(t: Thread, at: At, subject: usize, cpu: u32, ipi: Ipi, arg: usize): bool {
  const s = Step.of(t);
  if (!ipiqRoom(t.cpu, cpu)) {
    t.at = at;
    t.subject = subject;
    t.waiting = 0;
    return false;
  }
  ipiqPut(t.cpu, cpu, ipi, arg);
  s.ipis |= 1 << (<u64>cpu);
  s.extra += cpu == t.cpu ? costsOf(Cost.PutLocal, putsOf(ipi, arg)) : costOf(Cost.IpiSend);
  return true;
}

/** Messages that an IPI function puts into ports. */
export function putsOf(ipi: Ipi, arg: usize): u32 {
  if (ipi != Ipi.EtherInput) return 1;
  let puts: u32 = 0;
  for (let m: Mbuf | null = changetype<Mbuf>(arg); m; m = m.nextPacket) puts++;
  return puts;
}
