// The BGL (sys/kern/kern_mplock.c): it belongs to a CPU; a CPU that cannot have it runs another thread, or spins. Who gets it when it is free is a policy:
//
//   cas     it is free at once; a spinning CPU notices after Cost.LineTransfer, and the first compare-and-swap wins, of equals by lot. A get that comes
//           before that, of the CPU that has just released it as well, wins: a keeper can starve the others
//   fifo    it goes to the CPU whose thread has waited longest        random   to one of the spinning CPUs by lot

import { Cost, LockPolicy } from "../../abi";
import { costOf } from "../../kern/costs";
import { MachineState, NEVER, noticeSource, setEvent } from "../../kern/events";
import { Kernel } from "../../kern/kernel";
import { bgl } from "../../kern/lock";
import { lockContended, lockHandedOver, lockWaited } from "../../kern/lock_stats";
import { cpuHasBgl, lockFree, lockTake } from "../../kern/lock_take";
import { below } from "../../kern/random";
import { isStaged, LockState, Step } from "../../kern/step";
import { Thread } from "../../kern/thread";
import { traceKept, traceSpin, traceWait, traceWaited, tracing } from "../../kern/trace";
import { watchLocked } from "../../kern/watch/on";
import { settleCpu, yieldCpu } from "./schedule";
import { beginStep } from "./steps";
import { classOf, Doing, endIn, Level, Slot, setClass, setCpuEvent, setSlot, Vcpu } from "./vcpu";

/** A thread asks for the BGL at the end of a step. True: it has it. */
export function askBgl(v: Vcpu, t: Thread): bool {
  const lock = bgl();
  if (cpuHasBgl(v.cpu)) {
    lock.gets++;
    if (tracing()) traceKept(t, lock);
  } else if (lock.owner == 0) lockTake(t, lock);
  else {
    lock.contended++;
    lockContended(lock);
    Step.of(t).bglSince = Kernel.at().now + 1;
    if (tracing()) traceWait(t, lock);
    yieldCpu(v, t);
    Step.of(t).missed = 1;
    return false;
  }
  t.waiting = 0;
  return true;
}

/** A thread that may have waited for the BGL has its CPU, which has the lock. */
export function bglWaited(t: Thread): void {
  const s = Step.of(t);
  if (!s.bglSince) return;
  const wait = lockWaited(bgl(), s.bglSince - 1);
  if (tracing()) traceWaited(t, bgl());
  s.bglSince = 0;
  if (t.waiting != changetype<usize>(bgl())) return; // what it slept for is what it waits for
  watchLocked(t, wait);
  t.waiting = 0;
}

/** A thread gets the BGL that its CPU has: if it asked, that is a get. */
export function bglShared(t: Thread): void {
  if (Step.of(t).bglSince) bgl().gets++;
}

/** Lets the CPU spin on behalf of a thread. One that slept with the lock starts to wait now. */
export function spinForBgl(v: Vcpu, t: Thread): void {
  const s = Step.of(t);
  if (!s.bglSince) {
    bgl().contended++;
    lockContended(bgl());
    s.bglSince = Kernel.at().now + 1;
    if (tracing()) traceWait(t, bgl());
  }
  if (tracing()) traceSpin(t, bgl());
  v.last = t;
  setSlot(v.thread, t, Doing.BglSpin, NEVER);
  setClass(v, classOf(v.thread));
  setSpinning(MachineState.at().spinning | (1 << (<u64>v.cpu)));
}

/** The CPU does not spin any more. */
export function stopSpinning(v: Vcpu): void {
  setSpinning(MachineState.at().spinning & ~(1 << (<u64>v.cpu)));
}

function setSpinning(cpus: u64): void {
  MachineState.at().spinning = cpus;
  LockState.at(0).spinners = <u32>popcnt(cpus);
}

/** The thread that the CPU spins for goes on if the lock is free, or the CPU's own by now. */
export function spinnerTries(v: Vcpu): void {
  const has = cpuHasBgl(v.cpu);
  if (!((MachineState.at().spinning >> <u64>v.cpu) & 1) || (bgl().owner && !has)) return;
  if (!has) return spinnerTakes(v);
  bgl().gets++;
  spinnerHas(v);
}

/** The lock is free, and goes to the thread that the CPU spins for. */
export function spinnerTakes(v: Vcpu): void {
  bgl().owner = 0; // it may have been kept for this thread
  LockState.at(0).travels = 0;
  lockHandedOver(bgl());
  lockTake(v.thread.thread!, bgl());
  spinnerHas(v);
}

function spinnerHas(v: Vcpu): void {
  stopSpinning(v);
  bglWaited(v.thread.thread!);
  beginStep(v, v.thread);
}

/** Frees the BGL, unless another thread of the CPU needs it. */
export function bglLeft(v: Vcpu): void {
  if (needs(v.thread) || needs(v.interrupt)) return;
  bglRelease(v);
}

function needs(slot: Slot): bool {
  const t = slot.thread;
  return t != null && (t.mpcount > 0 || isStaged(Step.of(t), bgl())); // it gives it back at the end of its step
}

/** Frees the BGL. */
export function bglRelease(v: Vcpu): void {
  lockFree(bgl());
  const machine = MachineState.at();
  if (!machine.spinning) return;
  const delay = costOf(Cost.LineTransfer);
  if (machine.policy == LockPolicy.Cas) {
    setEvent(noticeSource(), Kernel.at().now + delay);
    return;
  }
  const winner = machine.policy == LockPolicy.Fifo ? longest() : byLot(machine.spinning);
  const w = Vcpu.at(<u32>winner);
  stopSpinning(w);
  bgl().owner = w.thread.thread!.id; // kept for it: nobody else can take it while its line travels
  LockState.at(0).travels = 1;
  endIn(w, w.thread, delay);
  setCpuEvent(w);
}

/** CPUs that spin and are not interrupted just now. */
function able(): u64 {
  let cpus: u64 = 0;
  for (let rest = MachineState.at().spinning; rest; rest &= rest - 1) {
    const cpu = <u32>ctz(rest);
    if (Vcpu.at(cpu).level == Level.Thread) cpus |= rest & -rest;
  }
  return cpus;
}

/** One of the CPUs, or -1. */
function byLot(cpus: u64): i32 {
  if (!cpus) return -1;
  let skip = below(changetype<usize>(MachineState.at()) + offsetof<MachineState>("random"), popcnt(cpus));
  for (; skip; skip--) cpus &= cpus - 1;
  return <i32>ctz(cpus);
}

/** The CPU whose thread has waited longest, though it may be interrupted just now: it has its place in the row. */
function longest(): i32 {
  let cpu: i32 = -1;
  let asked = NEVER;
  for (let rest = MachineState.at().spinning; rest; rest &= rest - 1) {
    const since = Step.of(Vcpu.at(<u32>ctz(rest)).thread.thread!).bglSince;
    if (since >= asked) continue;
    asked = since;
    cpu = <i32>ctz(rest);
  }
  return cpu;
}

/** The spinning CPUs see that the lock was released. If it still is free, one of them has it. */
export function bglNoticed(): void {
  setEvent(noticeSource(), NEVER);
  const winner = bgl().owner ? -1 : byLot(able());
  if (winner < 0) return;
  const v = Vcpu.at(<u32>winner);
  spinnerTakes(v);
  settleCpu(v);
}
