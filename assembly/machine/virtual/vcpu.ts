// A CPU: the thread that has it, an interrupt that preempts that thread, IPIs that preempt both, and what its time goes into.

import { CpuClass, Region, ThreadKind } from "../../abi";
import { cpuSource, eventAt, NEVER, setEvent } from "../../kern/events";
import { Kernel } from "../../kern/kernel";
import { preempts, Thread } from "../../kern/thread";
import { base } from "../../memory/arena";

/** What the thread in a slot does. */
export const enum Doing {
  Nothing,
  /** a thread switch, or the entry into an interrupt: nothing preempts it */
  Switching,
  Running,
  BglSpin,
  /** spins for the lock of an output queue, up to a limit */
  LockSpin,
  /** spins for room in an IPI queue, and serves its own IPIs */
  RoomSpin,
}

/** A thread that has the CPU, or would have it but for what preempts it. */
@unmanaged
export class Slot {
  thread: Thread | null;
  doing: u32; // Doing
  result: u32; // At: how the step will end
  reserved: u32;
  end: u64; // when that is; NEVER while it is preempted, or spins without a limit
  left: u64; // while it is preempted: picoseconds left
}

/** Who has the CPU now. */
export const enum Level {
  Thread,
  Interrupt,
  Ipi,
}

@unmanaged
export class Vcpu {
  since: u64; // up to when its time is accounted for
  ipiAt: u64; // when the interrupt of a pending IPI comes
  ipiEnd: u64; // when the IPIs that are being served are
  doingClass: u32; // CpuClass
  level: u32; // Level
  returns: u32; // Level below the IPIs
  cpu: u32;
  last: Thread | null; // that had the CPU last
  wakes: Thread | null; // threads that an IPI makes runnable, linked by `Step.wakeNext`

  static at(cpu: u32): Vcpu {
    return changetype<Vcpu>(base(Region.Vcpus) + ((<usize>cpu) << 7));
  }

  get thread(): Slot {
    return changetype<Slot>(changetype<usize>(this) + 64);
  }
  get interrupt(): Slot {
    return changetype<Slot>(changetype<usize>(this) + 96);
  }
  /** The slot that has the CPU unless IPIs are served. */
  get active(): Slot {
    return changetype<Slot>(changetype<usize>(this) + (this.level == Level.Interrupt ? 96 : 64));
  }
}
if (offsetof<Vcpu>() > 64 || offsetof<Slot>() > 32) ERROR("Vcpu has outgrown its 128 bytes");
export const VCPU_BYTES: u64 = 128;

/** Accounts for the time up to now, and says what the CPU does from now on. */
export function setClass(v: Vcpu, doing: CpuClass): void {
  if (v.doingClass == doing) return;
  account(v, Kernel.at().now);
  v.doingClass = doing;
}

export function account(v: Vcpu, now: u64): void {
  const at = base(Region.CpuTimes) + ((<usize>(v.cpu * CpuClass.Count + v.doingClass)) << 3);
  store<u64>(at, load<u64>(at) + now - v.since);
  v.since = now;
}

/** Whether a thread is entered as the handler of an interrupt. */
export function isInterrupt(t: Thread): bool {
  return t.kind == ThreadKind.Interrupt || t.kind == ThreadKind.InterruptWork;
}

/** What the CPU's time goes into while a slot has it. */
export function classOf(slot: Slot): CpuClass {
  const t = slot.thread;
  if (!t) return CpuClass.Idle;
  switch (slot.doing) {
    case Doing.Switching:
      return isInterrupt(t) ? CpuClass.Interrupt : CpuClass.Switch;
    case Doing.BglSpin:
      return CpuClass.BglSpin;
    case Doing.LockSpin:
      return CpuClass.SerializerWait;
    case Doing.RoomSpin:
      return CpuClass.Ipi;
    default:
      if (preempts(t)) return CpuClass.Interrupt;
      return t.kind == ThreadKind.UserWork ? CpuClass.User : CpuClass.Protocol;
  }
}

/** Sets what a slot does and when that ends. */
export function setSlot(slot: Slot, t: Thread | null, doing: Doing, end: u64): void {
  slot.thread = t;
  slot.doing = doing;
  slot.end = end;
}

export function emptySlot(slot: Slot): void {
  setSlot(slot, null, Doing.Nothing, NEVER);
}

/** Something takes the CPU away from a slot: its end moves. */
export function suspend(slot: Slot): void {
  slot.left = slot.end == NEVER ? NEVER : slot.end - Kernel.at().now;
  slot.end = NEVER;
}

/** The slot has the CPU again. */
export function unsuspend(slot: Slot): void {
  slot.end = slot.left == NEVER ? NEVER : Kernel.at().now + slot.left;
}

/** Lets what a slot spins for end in `delay`, whether it has the CPU or not. */
export function endIn(v: Vcpu, slot: Slot, delay: u64): void {
  const has = v.level != Level.Ipi && changetype<usize>(v.active) == changetype<usize>(slot);
  if (has) slot.end = Kernel.at().now + delay;
  else slot.left = delay;
}

/** An IPI can be taken: not in a critical section. */
export function takesIpis(v: Vcpu): bool {
  const doing = v.active.doing;
  if (v.level == Level.Thread) return doing != Doing.Switching;
  return v.level == Level.Interrupt && doing == Doing.RoomSpin;
}

/** When the CPU has something to do next. */
export function nextTime(v: Vcpu): u64 {
  const time = v.level == Level.Ipi ? v.ipiEnd : v.active.end;
  return v.ipiAt < time && takesIpis(v) ? max(v.ipiAt, Kernel.at().now) : time;
}

/** Puts the CPU's next event into the queue, unless its turn comes now: it may have more to do than its slots tell. */
export function setCpuEvent(v: Vcpu): void {
  if (eventAt(cpuSource(v.cpu)) > Kernel.at().now) setEvent(cpuSource(v.cpu), nextTime(v));
}
