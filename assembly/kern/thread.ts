// LWKT threads and their message ports. After sys/kern/lwkt_thread.c and lwkt_msgport.c 1.42. A thread's state is the place where it goes on; a port is
// a FIFO through the messages themselves, with no limit and no drop.

import { At, Boot, Place, Region, ThreadCounter, ThreadKind } from "../abi";
import { base, boot } from "../memory/arena";
import { bump } from "../memory/bytes";
import { Cpu } from "./cpu";
import { Mbuf, Netmsg } from "./mbuf";
import { threadQueue, watchPut, watchTaken } from "./watch";

/** What At.HandlerDone has to undo (ARCHITECTURE, section 8.2). */
export const enum Undo {
  None,
  /** rel_mplock */ Release,
  /** td_mpcount back by one */ Recursive,
}

@unmanaged
export class Thread {
  messages: u64; // counts, in the order of ThreadCounter
  gets: u64;
  releases: u64;
  keeps: u64;
  recursiveGets: u64;
  violations: u64;

  next: Thread | null; // run queue of the CPU
  cpu: u32;
  kind: u32; // ThreadKind
  id: u32; // 1 + its place in the table: 0 is nobody in an owner field
  queued: u32; // on the run queue; on a machine that has time also while it has the CPU or waits for a lock

  home: u32; // At: where it goes on when a message, interrupt or callout is done
  at: u32; // At: where it goes on now
  subject: usize; // what it goes on with
  waiting: usize; // Lock that the place waits for; 0: it waits for something else, or for nothing

  head: Netmsg | null; // port: next to be served; null exactly when the port is empty
  tail: Netmsg | null;
  length: u32;
  highWater: u32;

  mplocked: u32; // the service loop's flag (ARCHITECTURE, section 8.1)
  mpcount: u32; // td_mpcount
  undo: u32; // Undo, at HandlerDone
  release: u32; // 1: give the BGL back at MessageDone

  pendingHead: Mbuf | null; // packets that go on after the subject, each at its `pendingAt`
  pendingTail: Mbuf | null;

  port: u32; // interrupt thread: its interface; other kernel work: which of these threads it is
  cursor: u32; // next CPU, port or timer of a loop that may wait
  chains: usize; // interrupt thread: heads and tails per CPU
  pended: u32; // interrupt thread: the interrupt is asserted; control thread: a round is asked for
  mode: usize; // protocol thread: where the variable lies that rules its service loop
  step: usize; // on a machine that has time: its Step
  chained: u64; // interrupt thread, bit n: it has a chain for CPU n

  static at(index: u32): Thread {
    return changetype<Thread>(base(Region.Threads) + <usize>index * offsetof<Thread>());
  }
}
if (offsetof<Thread>("violations") != (<usize>ThreadCounter.Count - 1) << 3) ERROR("Thread counts drifted from ThreadCounter");

// ---- places in the table (ThreadKind) ----

/** Of all CPUs; they come first, with that of `kind` for a CPU at 4 CPU + kind. */
export function protocolThreads(): u32 {
  return boot(Boot.Cpus) << 2;
}

/** The thread of the callouts. */
export function softclockThread(): Thread {
  return Thread.at(protocolThreads());
}

/** The thread of control requests. */
export function controlThread(): Thread {
  return Thread.at(protocolThreads() + 1);
}

function firstInterrupt(): u32 {
  return protocolThreads() + 2;
}

/** The interrupt thread of a port or receive ring. */
export function interruptThread(port: u32): Thread {
  return Thread.at(firstInterrupt() + port);
}

/** Place of the first thread of other kernel work. */
export function firstWork(): u32 {
  return firstInterrupt() + boot(Boot.Ports);
}

export function threadTotal(): u32 {
  return firstWork() + boot(Boot.Work);
}

/** Kinds whose threads take the CPU from whatever runs, on a machine that has time. */
const PREEMPTING: u32 =
  (1 << (<u32>ThreadKind.Interrupt)) |
  (1 << (<u32>ThreadKind.Softclock)) |
  (1 << (<u32>ThreadKind.InterruptWork)) |
  (1 << (<u32>ThreadKind.SoftWork));

export function preempts(t: Thread): bool {
  return ((PREEMPTING >> t.kind) & 1) != 0;
}

/** Value of `queued`: it was to be made runnable while it was, or had the CPU. */
export const WOKEN: u32 = 2;

/** lwkt_schedule: makes the thread runnable. Calling it twice is the same as once. */
export function lwktSchedule(t: Thread): void {
  if (t.queued) {
    t.queued = WOKEN;
    return;
  }
  t.queued = 1;
  Cpu.at(t.cpu).enqueue(t);
}

/** The same-CPU half of lwkt_thread_putport: append, wake the owner. */
export function putport(m: Netmsg, t: Thread): void {
  m.next = null;
  const last = t.head ? t.tail : null;
  if (last) last.next = m;
  else t.head = m;
  t.tail = m;
  const length = t.length + 1;
  t.length = length;
  if (length > t.highWater) t.highWater = length;
  watchPut(threadQueue(t.id), m);
  lwktSchedule(t);
}

/** lwkt_thread_getport. */
export function getport(t: Thread): Netmsg | null {
  const m = t.head;
  if (!m) return null;
  t.head = m.next;
  t.length--;
  m.next = null;
  watchTaken(threadQueue(t.id), m, Place.Port);
  return m;
}

/** Lets a packet go on at `at` after the thread's current subject, in this order. */
export function pend(t: Thread, m: Mbuf, at: At): void {
  m.pendingAt = <u16>at;
  m.next = null;
  const last = t.pendingHead ? t.pendingTail : null;
  if (last) last.next = m;
  else t.pendingHead = m;
  t.pendingTail = m;
}

export function takePending(t: Thread): Mbuf | null {
  const m = t.pendingHead;
  if (!m) return null;
  t.pendingHead = m.nextPacket;
  m.next = null;
  return m;
}

export function tally(t: Thread, counter: ThreadCounter): void {
  bump(changetype<usize>(t) + ((<usize>counter) << 3));
}
