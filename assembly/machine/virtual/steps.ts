// The steps of threads: the code of a step runs when it begins, and at its end what it did becomes visible: frames, locks, IPIs. Then the thread goes on,
// waits, or sleeps.

import { At, ThreadKind } from "../../abi";
import { Cpu } from "../../kern/cpu";
import { MachineState } from "../../kern/events";
import { Ifnet } from "../../kern/ifnet";
import { Io, Kernel } from "../../kern/kernel";
import { Lock } from "../../kern/lock";
import { Step } from "../../kern/step";
import { Thread } from "../../kern/thread";
import { traceStep, traceWorked, tracing } from "../../kern/trace";
import { resume } from "../../path";
import { askBgl, spinnerTakes } from "./bgl";
import { softclockDone } from "./clock";
import { feedbackDelivered } from "./feedback";
import { goesRound, handlerDone } from "./interrupts";
import { callOwn, postIpis, spinForRoom } from "./ipis";
import { flushRings } from "./links";
import { askLock, freeStaged, retryLock, spunOut } from "./locks";
import { lookAtRing } from "./nics";
import { mustYield, sleep, yieldCpu } from "./schedule";
import { classOf, Doing, Slot, setClass, Vcpu } from "./vcpu";
import { jobDone } from "./work";

/** Runs a thread from its place to the next one where it can wait. */
export function beginStep(v: Vcpu, slot: Slot): void {
  const t = slot.thread!;
  if (t.waiting && !retryLock(v, t)) return;
  if (t.kind == ThreadKind.Interrupt) lookAtRing(t);
  const machine = MachineState.at();
  machine.steps++;
  const s = Step.of(t);
  s.work = 0;
  Io.at().ownEvent = Cpu.at(v.cpu).head || machine.leaving ? 0 : v.ipiAt; // a runnable thread may preempt it
  if (tracing()) traceStep(t);
  slot.doing = Doing.Running;
  setClass(v, classOf(slot));
  slot.result = resume(t);
  slot.end = Kernel.at().now + s.work + s.extra;
  if (tracing()) traceWorked(t, s.work + s.extra);
  s.extra = 0;
  if (s.early) freeStaged(v, t, s.early);
}

/** What a slot does has come to its end. */
export function slotEnds(v: Vcpu, slot: Slot): void {
  switch (slot.doing) {
    case Doing.Running:
      return endStep(v, slot);
    case Doing.BglSpin:
      return spinnerTakes(v);
    case Doing.LockSpin:
      return spunOut(v, slot);
    default:
      return beginStep(v, slot);
  }
}

function endStep(v: Vcpu, slot: Slot): void {
  const t = slot.thread!;
  const s = Step.of(t);
  s.work = 0;
  if (s.rings | s.refill) flushRings(s);
  if (s.delivered) {
    feedbackDelivered(s.delivered);
    s.delivered = 0;
  }
  if (s.releases) freeStaged(v, t, s.releases);
  if (s.ipis) {
    callOwn(t, s);
    postIpis(t, s);
  }
  switch (<At>slot.result) {
    case At.Wait:
      return t.waiting ? wait(v, slot, t) : spinForRoom(v, slot);
    case At.Empty:
      return sleep(v, t);
    default:
      return done(v, slot, t);
  }
}

/** The step's work is done, and the thread needs a lock. */
function wait(v: Vcpu, slot: Slot, t: Thread): void {
  const lock = changetype<Lock>(t.waiting);
  const got = lock.number ? askLock(v, slot, t, lock) : askBgl(v, t);
  if (got) beginStep(v, slot);
}

/** A message, an interrupt or a callout is finished. */
function done(v: Vcpu, slot: Slot, t: Thread): void {
  if (t.kind > <u32>ThreadKind.Control) return jobDone(v, slot, t);
  const more = hasMore(t);
  if (more && !(t.kind < <u32>ThreadKind.Interrupt && mustYield(v))) return beginStep(v, slot);
  if (more) return yieldCpu(v, t);
  sleep(v, t);
  if (t.kind == ThreadKind.Interrupt) handlerDone(Ifnet.at(t.port));
}

/** Whether the thread has another message, interrupt or callout. */
function hasMore(t: Thread): bool {
  if (t.kind == ThreadKind.Interrupt) return goesRound(t, Ifnet.at(t.port));
  return t.kind == ThreadKind.Softclock ? softclockDone() : t.head != null;
}
