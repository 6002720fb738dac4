// Who gets a CPU. After lwkt_switch and lwkt_preempt (sys/kern/lwkt_thread.c): the highest priority first; of threads that need the BGL one that can get
// it; interrupts preempt, one level deep, and not during a switch.

import { Cost, ThreadKind } from "../../abi";
import { costOf } from "../../kern/costs";
import { Cpu } from "../../kern/cpu";
import { beginTurns, cpuSource, hasTurn, MachineState, NEVER, nextTurn, setEvent } from "../../kern/events";
import { Kernel, setNow } from "../../kern/kernel";
import { bgl } from "../../kern/lock";
import { cpuHasBgl, lockTake } from "../../kern/lock_take";
import { lwktSchedule, Thread, WOKEN } from "../../kern/thread";
import { tracePreempt, traceResume, traceSwitch, tracing } from "../../kern/trace";
import { bglLeft, bglRelease, bglShared, bglWaited, spinForBgl, spinnerTries, stopSpinning } from "./bgl";
import { serveIpis } from "./ipis";
import { best, PREEMPTS, preempting, priorityOf, unqueue } from "./runqueue";
import { beginStep, slotEnds } from "./steps";
import { classOf, Doing, emptySlot, isInterrupt, Level, nextTime, setClass, setSlot, suspend, takesIpis, unsuspend, Vcpu } from "./vcpu";

/** Something has changed on a CPU, or its time has come: lets it do all that comes before whatever else happens, and sets its next event. */
export function settleCpu(v: Vcpu): void {
  let now = Kernel.at().now;
  beginTurns(v.cpu);
  while (true) {
    while (v.level == Level.Ipi ? v.ipiEnd <= now : turn(v, now)) {
      if (v.level == Level.Ipi && v.ipiEnd <= now) serveIpis(v);
      if (!hasTurn(v.cpu, now)) return setEvent(cpuSource(v.cpu), now);
    }
    now = nextTime(v);
    if (!nextTurn(v.cpu, now)) return;
    setNow(now);
  }
}

/** One thing that the CPU can do now. False: there is none. */
function turn(v: Vcpu, now: u64): bool {
  const slot = v.active;
  if (slot.end <= now) {
    slotEnds(v, slot);
    return true;
  }
  if (v.ipiAt <= now && takesIpis(v)) {
    serveIpis(v);
    return true;
  }
  if (v.level != Level.Thread || !Cpu.at(v.cpu).head) return slot.doing == Doing.Nothing && v.level == Level.Thread && idle(v);
  if (slot.doing == Doing.Switching) return false;
  if (preempt(v)) return true;
  if (slot.doing == Doing.BglSpin) return replaceSpinner(v);
  return slot.doing == Doing.Nothing && lwktSwitch(v);
}

/** An interrupt takes the CPU from whatever has it. False: none can. */
function preempt(v: Vcpu): bool {
  const t = preempting(v.cpu);
  if (!t) return false;
  unqueue(t);
  getBglFor(t);
  suspend(v.thread);
  v.level = Level.Interrupt;
  const entry = t.at == t.home && isInterrupt(t);
  setSlot(v.interrupt, t, Doing.Switching, Kernel.at().now + costOf(entry ? Cost.Interrupt : Cost.Switch));
  setClass(v, classOf(v.interrupt));
  if (tracing()) tracePreempt(v.thread.thread, t);
  return true;
}

/** The interrupt is through, or waits: what it preempted goes on. */
function unpreempt(v: Vcpu): void {
  emptySlot(v.interrupt);
  v.level = Level.Thread;
  unsuspend(v.thread);
  if (tracing()) traceResume(v.thread.thread, v.cpu);
  setClass(v, classOf(v.thread));
  if (v.thread.doing == Doing.BglSpin) spinnerTries(v);
  else if (cpuHasBgl(v.cpu)) bglLeft(v); // the interrupt sleeps with it
}

/** A thread that needs the BGL runs only on a CPU that has it. */
function getBglFor(t: Thread): void {
  if (!t.mpcount) return;
  if (cpuHasBgl(t.cpu)) bglShared(t);
  else lockTake(t, bgl());
  bglWaited(t);
}

/** The CPU spins for the BGL, but a thread that does not need it has become runnable. Too late if the lock is on its way. */
function replaceSpinner(v: Vcpu): bool {
  if (v.thread.end != NEVER) return false;
  const t = best(v.cpu, false);
  if (!t) return false;
  const spinner = v.thread.thread!;
  stopSpinning(v);
  yieldCpu(v, spinner);
  return true;
}

/** lwkt_switch: the next thread; one that needs the BGL and cannot get it only if there is no other, and then the CPU spins. */
function lwktSwitch(v: Vcpu): bool {
  const t = best(v.cpu, false);
  if (!t) {
    const spinner = best(v.cpu, true)!;
    unqueue(spinner);
    spinForBgl(v, spinner);
    return true;
  }
  unqueue(t);
  if (t.mpcount) getBglFor(t);
  else if (cpuHasBgl(v.cpu)) bglRelease(v);
  const cost = v.last == t ? 0 : costOf(Cost.Switch);
  v.last = t;
  setSlot(v.thread, t, Doing.Switching, Kernel.at().now + cost);
  if (cost && tracing()) traceSwitch(t, cost);
  if (cost) setClass(v, classOf(v.thread));
  else beginStep(v, v.thread);
  return true;
}

/** Nothing can run: the CPU gives the BGL up and switches to its idle thread, so that it has to switch back to whoever wakes up. */
function idle(v: Vcpu): bool {
  v.last = null;
  if (cpuHasBgl(v.cpu)) bglRelease(v);
  setClass(v, classOf(v.thread));
  return false;
}

/** Whether a thread is runnable that should not wait until the running one sleeps: an interrupt that could not preempt because it needs the BGL. */
export function mustYield(v: Vcpu): bool {
  if (!Cpu.at(v.cpu).head) return false;
  const t = best(v.cpu, false);
  return t != null && priorityOf(t) >= PREEMPTS;
}

/** Whether a thread is runnable, and can run, that does not come after this one. */
export function isOutranked(v: Vcpu, by: Thread): bool {
  if (!Cpu.at(v.cpu).head) return false;
  const t = best(v.cpu, false);
  return t != null && priorityOf(t) >= priorityOf(by);
}

/** The thread in a slot is runnable, and lets others go first. */
export function yieldCpu(v: Vcpu, t: Thread): void {
  giveUp(v);
  makeRunnable(t);
}

/** The thread in a slot sleeps at its place of rest, unless it was woken while it had the CPU. */
export function sleep(v: Vcpu, t: Thread): void {
  giveUp(v);
  const woken = t.queued == WOKEN && t.kind == ThreadKind.Control; // the others have a port or a flag to look at
  t.queued = 0;
  if (woken) lwktSchedule(t);
}

/** A thread that has given its CPU up, to wait for a lock or for others, can run again. */
export function makeRunnable(t: Thread): void {
  t.queued = 0;
  lwktSchedule(t);
}

/** The CPU is free for another thread. What was preempted goes on, and its step passes no time: the one that leaves may be runnable in a moment. */
export function giveUp(v: Vcpu): void {
  if (v.level != Level.Interrupt) return emptySlot(v.thread);
  MachineState.at().leaving = 1;
  unpreempt(v);
  MachineState.at().leaving = 0;
}
