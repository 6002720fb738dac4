// The seam of the stutter machine: every get of a lock and every IPI is refused 0 to 3 times, drawn from the engine's seed, so that path code which could
// not wait there fails at once. Its own state is a word pair per CPU in the region that the instant machine orders bursts in.

import { At, Boot, Cost, Ipi, Region } from "../../../assembly/abi";
import { Cpu } from "../../../assembly/kern/cpu";
import { Ifnet, txPut } from "../../../assembly/kern/ifnet";
import { ipiqRoom, ipiqSend } from "../../../assembly/kern/ipiq";
import { Kernel } from "../../../assembly/kern/kernel";
import { Lock } from "../../../assembly/kern/lock";
import { Mbuf } from "../../../assembly/kern/mbuf";
import { Thread } from "../../../assembly/kern/thread";
import { base, boot } from "../../../assembly/memory/arena";

/** Refusals that the wait of a CPU's current thread has left. */
export function refusalsAt(cpu: u32): usize {
  return base(Region.Order) + ((<usize>cpu) << 3);
}
/** 1: the send that is tried again now has been refused often enough. */
export function grantedAt(cpu: u32): usize {
  return refusalsAt(cpu) + 4;
}

/** splitmix64, seeded by the configuration. */
export function draw(below: u32): u32 {
  const k = Kernel.at();
  if (!k.random) k.random = <u64>boot(Boot.Seed) + 1;
  k.random += 0x9e37_79b9_7f4a_7c15;
  let z = k.random;
  z = (z ^ (z >> 30)) * 0xbf58_476d_1ce4_e5b9;
  z = (z ^ (z >> 27)) * 0x94d0_49bb_1331_11eb;
  return <u32>((z ^ (z >> 31)) % below);
}

function wait(t: Thread, at: At, subject: usize, lock: usize, refusals: u32): bool {
  t.at = at;
  t.subject = subject;
  t.waiting = lock;
  store<u32>(refusalsAt(t.cpu), refusals);
  return false;
}

function take(t: Thread, lock: Lock): bool {
  assert(lock.owner == 0, "a lock is held by one thread");
  lock.owner = t.id;
  lock.gets++;
  return true;
}

export function charge(t: Thread, cost: Cost, times: u32 = 1): void {}

export function enter(t: Thread, at: At, subject: usize, lock: Lock): bool {
  assert(lock.owner != t.id, "no thread gets a lock twice");
  const refusals = draw(4);
  if (refusals || lock.owner) return wait(t, at, subject, changetype<usize>(lock), refusals);
  return take(t, lock);
}

export function tryEnter(t: Thread, lock: Lock): bool {
  return lock.owner || draw(4) ? false : take(t, lock);
}

export function leave(t: Thread, lock: Lock): void {
  assert(lock.owner == t.id, "only its owner leaves a lock");
  lock.owner = 0;
}

export function output(t: Thread, ifp: Ifnet, m: Mbuf): void {
  txPut(ifp, m);
}

export function send(t: Thread, at: At, subject: usize, cpu: u32, ipi: Ipi, arg: usize): bool {
  const granted = load<u32>(grantedAt(t.cpu));
  store<u32>(grantedAt(t.cpu), 0);
  const refusals = granted ? 0 : draw(4);
  if (refusals || !ipiqRoom(t.cpu, cpu)) return wait(t, at, subject, 0, refusals);
  ipiqSend(t.cpu, cpu, ipi, arg);
  return true;
}
