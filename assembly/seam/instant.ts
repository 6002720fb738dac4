// The seam of the instant machine: nothing takes time, nobody waits. Locks are got and counted; with one host core no get can find a lock taken.

import { At, Cost, Ipi } from "../abi";
import { Ifnet, txPut } from "../kern/ifnet";
import { ipiqPut, ipiqRoom, postAtOnce } from "../kern/ipiq";
import { Lock } from "../kern/lock";
import { Mbuf } from "../kern/mbuf";
import { Thread } from "../kern/thread";

/** Work of the current step, `times` over. */
export function charge(t: Thread, cost: Cost, times: u32 = 1): void {}

/** Work of the current step that is in no table of costs. */
export function spend(t: Thread, ps: u64): void {}

/** Gets a lock. False: the thread waits, and the machine enters `at` with `subject` once the lock is its own. */
export function enter(t: Thread, at: At, subject: usize, lock: Lock): bool {
  assert(lock.owner == 0, "a lock is held by one thread");
  lock.owner = t.id;
  lock.gets++;
  return true;
}

/** Gets a lock if that is possible at once. */
export function tryEnter(t: Thread, lock: Lock): bool {
  assert(lock.owner == 0, "a lock is held by one thread");
  lock.owner = t.id;
  lock.gets++;
  return true;
}

/** Gives a lock back. */
export function leave(t: Thread, lock: Lock): void {
  assert(lock.owner == t.id, "only its owner leaves a lock");
  lock.owner = 0;
}

/** Hands a frame to the transmitter. The caller has seen room in the ring. */
export function output(t: Thread, ifp: Ifnet, m: Mbuf): void {
  txPut(ifp, m);
}

/** The driver takes descriptors of frames that have been sent back. True: there is room in the ring. */
export function txeof(t: Thread, ifp: Ifnet): bool {
  return false;
}

/** Ends the step here, so that what it did can be seen before `at` is entered with `subject`. True: the machine has no need of that. */
export function pause(t: Thread, at: At, subject: usize): bool {
  return true;
}

/** The driver has read slots of the receive ring, which it gives back at the end of the step. */
export function rxTaken(t: Thread, ifp: Ifnet, slots: u32): void {}

/** Sends an IPI. False: no room in the queue; nothing is sent, and the machine enters `at` with `subject` again, which sends again. */
export function send(t: Thread, at: At, subject: usize, cpu: u32, ipi: Ipi, arg: usize): bool {
  const room = ipiqRoom(t.cpu, cpu);
  assert(room, "the instant machine empties IPI queues after every step");
  ipiqPut(t.cpu, cpu, ipi, arg);
  postAtOnce(t.cpu, cpu);
  return true;
}
