// What is noted about threads, each time for the packet that the thread works on: locks that it waits for and gets, its steps, and what its CPU does.

import { ThreadKind, TraceKind } from "../../abi";
import { Ifnet } from "../ifnet";
import { Lock } from "../lock";
import { Netmsg } from "../mbuf";
import { Step } from "../step";
import { Thread } from "../thread";
import { causeOf, isMessage, now } from "./packets";
import { complete, hasWindow, mayWantOf, NO_CAUSE, note, setCause, TraceState, TraceThread } from "./ring";

/** Notes something about a thread, for the packet that it works on. */
function noteBy(kind: TraceKind, t: Thread, subject: u32, value: u64): void {
  noteAt(kind, t, now(), subject, value);
}

function noteAt(kind: TraceKind, t: Thread, time: u64, subject: u32, value: u64): void {
  const own = TraceThread.of(t.id);
  if (!mayWantOf(own)) return;
  if (TraceState.at().running == t.id && own.message) own.row = changetype<Netmsg>(own.message).lock;
  note(kind, time, own.cause, t.cpu, t.id, t.at, own.row, subject, value);
}

// ---- locks ----

/** A thread has to wait for a lock. */
export function traceWait(t: Thread, lock: Lock): void {
  if (lock.number) {
    const own = TraceThread.of(t.id);
    own.asked = now() + 1;
    own.lock = lock.number;
  }
  noteBy(TraceKind.Wait, t, lock.number, 0);
}

/** The CPU spins for a lock that a thread waits for. */
export function traceSpin(t: Thread, lock: Lock): void {
  noteBy(TraceKind.Spin, t, lock.number, 0);
}

export function traceKept(t: Thread, lock: Lock): void {
  noteBy(TraceKind.Kept, t, lock.number, waited(t, lock));
}

export function traceGot(t: Thread, lock: Lock): void {
  noteBy(TraceKind.Got, t, lock.number, waited(t, lock));
}

/** A thread that waited goes on under the lock of its CPU, unless it got it itself just now. */
export function traceWaited(t: Thread, lock: Lock): void {
  if (lock.owner != t.id) traceKept(t, lock);
}

/** For how long; the wait is over. */
function waited(t: Thread, lock: Lock): u64 {
  if (!lock.number) return Step.of(t).bglSince ? now() + 1 - Step.of(t).bglSince : 0;
  const own = TraceThread.of(t.id);
  if (own.lock != lock.number) return 0;
  const since = own.asked;
  own.asked = 0;
  return since ? now() + 1 - since : 0;
}

/** A lock is free since `time`, after it was held for `hold`. */
export function traceLeft(t: Thread, lock: Lock, time: u64, hold: u64): void {
  noteAt(TraceKind.Left, t, time, lock.number, hold);
}

// ---- what CPUs do ----

/** What the next step of a thread is about: the head of its port, or what it is in the middle of. */
function look(t: Thread): void {
  const own = TraceThread.of(t.id);
  if (t.at == t.home) take(own, t.kind < <u32>ThreadKind.Interrupt ? changetype<usize>(t.head) : 0);
  else if (isMessage(t.subject)) take(own, t.subject);
}

function take(own: TraceThread, message: usize): void {
  const cause = causeOf(message);
  own.message = message;
  if (cause != own.cause) setCause(own, cause);
  own.row = message ? changetype<Netmsg>(message).lock : 0;
}

/** A thread begins a step. */
export function traceStep(t: Thread): void {
  const s = TraceState.at();
  look(t);
  traceAs(t);
  s.running = t.id;
  const own = TraceThread.of(t.id);
  s.last = mayWantOf(own) ? note(TraceKind.Step, now(), own.cause, t.cpu, t.id, t.at, 0, 0, 0) : 0;
}

/** Its code has run, and the step will take `work` picoseconds. */
export function traceWorked(t: Thread, work: u64): void {
  const s = TraceState.at();
  const own = TraceThread.of(t.id);
  if (own.message) own.row = changetype<Netmsg>(own.message).lock; // nobody has taken a freed mbuf in between
  if (s.last) complete(s.last, own.row, work);
  s.last = 0;
  s.running = 0;
}

/** What is put into queues from now on is put there by this thread. */
export function traceAs(t: Thread): void {
  const s = TraceState.at();
  s.thread = t.id;
  s.cpu = t.cpu;
}

/** The thread gets a CPU that another has had. */
export function traceSwitch(t: Thread, cost: u64): void {
  look(t);
  noteBy(TraceKind.Switch, t, 0, cost);
}

/** An interrupt thread takes the CPU from a thread, null: from none. */
export function tracePreempt(t: Thread | null, by: Thread): void {
  about(TraceKind.Preempt, t, by.cpu, by.id, 0);
}

/** The thread has the CPU again. */
export function traceResume(t: Thread | null, cpu: u32): void {
  about(TraceKind.Resume, t, cpu, 0, 0);
}

/** A CPU interrupts its thread to take its IPIs. */
export function traceServes(t: Thread | null, cpu: u32): void {
  const s = TraceState.at();
  s.thread = 0;
  s.cpu = cpu;
  s.last = about(TraceKind.Served, t, cpu, 0, 0);
}

/** It has taken them, which takes `time` picoseconds. */
export function traceServed(time: u64): void {
  const s = TraceState.at();
  if (s.last) store<u64>(s.last, time, 16);
  s.last = 0;
}

function about(kind: TraceKind, t: Thread | null, cpu: u32, subject: u32, value: u64): usize {
  if (!t) return hasWindow() ? note(kind, now(), NO_CAUSE, cpu, 0, 0, 0, subject, value) : 0;
  const own = TraceThread.of(t.id);
  if (!mayWantOf(own)) return 0;
  return note(kind, now(), own.cause, cpu, t.id, t.at, own.row, subject, value);
}

/** A thread has sent an IPI to a CPU. */
export function traceIpi(t: Thread, target: u32): void {
  noteBy(TraceKind.Ipi, t, target, 0);
}

/** An interface interrupts its CPU. */
export function traceInterrupt(ifp: Ifnet): void {
  if (!hasWindow()) return;
  note(TraceKind.Interrupt, now(), NO_CAUSE, ifp.cpu, 0, 0, 0, ifp.index, ifp.rxFilled);
}
