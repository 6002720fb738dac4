// What a machine that has time keeps of threads and locks beside their records: the step that a thread is in the middle of, with what becomes visible at
// its end, and who waits for a lock.

import { Boot, Region } from "../abi";
import { base, boot } from "../memory/arena";
import { Lock } from "./lock";
import { Thread } from "./thread";

/** The BGL, and a serializer and the lock of an output queue for every port. */
export function lockTotal(): u32 {
  return 1 + 2 * boot(Boot.Ports);
}

/** Who waits for a lock, by `Lock.number`. */
@unmanaged
export class LockState {
  head: Thread | null; // waiters, longest first, linked by `Step.next`
  tail: Thread | null;
  freeAt: u64; // when the step that has it has left it; 0: it has not
  line: u32; // 1 + CPU that has the lock's cache line, 0 = nobody yet
  spinners: u32; // BGL: CPUs that spin for it
  travels: u32; // BGL: 1: its owner is a thread that is to have it, and whose CPU does not have it yet
  fault: u32; // 1 + the fault that may stall who gets it, 0 = none

  static at(number: u32): LockState {
    return changetype<LockState>(base(Region.Machine) + <usize>number * offsetof<LockState>());
  }
}

/** A thread's step. */
@unmanaged
export class Step {
  work: u64; // picoseconds that the stages of the path have charged since the step began
  extra: u64; // and what locks and IPIs take, which ends no step
  ipis: u64; // CPUs that get their IPIs at the end
  asked: u64; // when the thread asked for the lock that it waits for, unless that is the BGL
  bglSince: u64; // 1 + when it began to wait for the BGL, which a sleeper gets before the lock that it sleeps for; 0: it does not wait for it
  rings: usize; // transmit rings that get frames at the end, linked by `Ifnet.txNext`
  next: Thread | null; // waiters of a lock
  wakeNext: Thread | null; // threads that an IPI wakes
  releases: u32; // locks given back at the end
  release0: Lock;
  release1: Lock;
  release2: Lock;
  release3: Lock;
  early: u32; // of those, the ones that were given back before the step had worked
  missed: u32; // preempt_miss: it could not get the BGL, and waits for its turn like any other
  refill: usize; // interface whose receive slots are free at the end
  delivered: u64; // cause of a packet of a closed loop that has reached a protocol of this host; 0: none has

  static of(t: Thread): Step {
    return changetype<Step>(t.step);
  }

  releaseAt(index: u32): usize {
    return changetype<usize>(this) + offsetof<Step>("release0") + ((<usize>index) << 2);
  }
}

function stepsAt(): usize {
  return (<usize>lockTotal() * offsetof<LockState>() + 7) & ~7;
}

/** Gives a thread its record. */
export function attachStep(t: Thread): void {
  t.step = base(Region.Machine) + stepsAt() + <usize>(t.id - 1) * offsetof<Step>();
}

/** Bytes of the region that both lie in. */
export function stepBytes(threads: u32): u64 {
  return <u64>stepsAt() + <u64>threads * offsetof<Step>();
}

/** Notes that a lock is given back at the end of the step. */
export function stageRelease(s: Step, lock: Lock): void {
  assert(s.releases < 4, "a step gives back four locks at most");
  store<u32>(s.releaseAt(s.releases), <u32>changetype<usize>(lock));
  s.releases++;
}

/** Whether a lock is on that list. */
export function isStaged(s: Step, lock: Lock): bool {
  for (let i: u32 = 0; i < s.releases; i++) if (load<u32>(s.releaseAt(i)) == <u32>changetype<usize>(lock)) return true;
  return false;
}

/** Takes a lock off that list. False: it is not on it. */
export function unstageRelease(s: Step, lock: Lock): bool {
  for (let i: u32 = 0; i < s.releases; i++) {
    if (load<u32>(s.releaseAt(i)) != <u32>changetype<usize>(lock)) continue;
    for (let later = i + 1; later < s.releases; later++) store<u32>(s.releaseAt(later - 1), load<u32>(s.releaseAt(later)));
    s.releases--;
    if (i < s.early) s.early--;
    return true;
  }
  return false;
}

/** Takes the first one off that list. */
export function dropFirstRelease(s: Step): void {
  for (let i: u32 = 1; i < s.releases; i++) store<u32>(s.releaseAt(i - 1), load<u32>(s.releaseAt(i)));
  s.releases--;
  if (s.early) s.early--;
}
