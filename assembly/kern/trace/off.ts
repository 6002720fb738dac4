// No trace: on a machine without time, which has no moments to note, and on a machine with time whose host wants none. What calls these functions is left out
// of the module.

import { Drop, Path } from "../../abi";
import { Ifnet } from "../ifnet";
import { Lock } from "../lock";
import { Mbuf, Netmsg } from "../mbuf";
import { Thread } from "../thread";

/** Bytes of Region.Trace. */
export function traceBytes(threads: u32): u64 {
  return 0;
}

/** Whether anything is noted: the one question that is asked wherever something could be. */
export function tracing(): bool {
  return false;
}

// ---- the host's side ----

export function setTrace(every: u32, from: u64, to: u64): void {}

export function traceFlow(index: u32, src: u32, dst: u32): void {}

export function traceWritten(): u64 {
  return 0;
}

// ---- packets ----

/** A frame has come into a receive ring. */
export function traceArrival(m: Mbuf): void {}

/** The interface has refused a frame. */
export function traceRefused(ifp: Ifnet, bytes: usize, cause: u64, time: u64, reason: Drop): void {}

/** A packet or message has entered a queue. */
export function traceQueued(queue: usize, m: Netmsg): void {}

/** It has left the queue, in which it was for `stay`. */
export function traceTaken(queue: usize, m: Netmsg, stay: u64): void {}

/** A copy of a packet has been made. */
export function traceCopied(m: Mbuf): void {}

/** A packet has reached its end: sent by `port` at `time`, or delivered. */
export function traceEnded(m: Mbuf, path: Path, port: u32, time: u64): void {}

/** A thread has dropped a packet. */
export function traceDrop(t: Thread, m: Mbuf, reason: Drop): void {}

// ---- locks: asked for and waited for, got, given back ----

export function traceWait(t: Thread, lock: Lock): void {}

export function traceSpin(t: Thread, lock: Lock): void {}

export function traceKept(t: Thread, lock: Lock): void {}

export function traceGot(t: Thread, lock: Lock): void {}

export function traceWaited(t: Thread, lock: Lock): void {}

export function traceLeft(t: Thread, lock: Lock, time: u64, hold: u64): void {}

// ---- what CPUs do ----

export function traceStep(t: Thread): void {}

export function traceWorked(t: Thread, work: u64): void {}

export function traceAs(t: Thread): void {}

export function traceSwitch(t: Thread, cost: u64): void {}

export function tracePreempt(t: Thread | null, by: Thread): void {}

export function traceResume(t: Thread | null, cpu: u32): void {}

export function traceServes(t: Thread | null, cpu: u32): void {}

export function traceServed(time: u64): void {}

export function traceIpi(t: Thread, target: u32): void {}

export function traceInterrupt(ifp: Ifnet): void {}
