// The seam of the stutter machine: every get of a lock and every IPI is refused 0 to 3 times, drawn from the engine's seed, so that path code which could
// not wait there fails at once. Its state is a word per CPU in the region that the instant machine orders bursts in.

import { At, Boot, Cost, Ipi, Region } from "../../../assembly/abi";
import { Ifnet, txPut } from "../../../assembly/kern/ifnet";
import { ipiqPut, ipiqRoom, postAtOnce } from "../../../assembly/kern/ipiq";
import { Kernel } from "../../../assembly/kern/kernel";
import { Lock } from "../../../assembly/kern/lock";
import { Mbuf } from "../../../assembly/kern/mbuf";
import { Thread } from "../../../assembly/kern/thread";
import { base, boot } from "../../../assembly/memory/arena";

/** Address of a CPU's word: 1 + refusals that its thread has left; 0: none were drawn yet. */
export function refusalsAt(cpu: u32): usize {
  return base(Region.Order) + ((<usize>cpu) << 2);
}

/** 0 to `below` - 1, from the seed in the configuration: Knuth's MMIX generator, of which the upper half is random enough. */
export function draw(below: u32): u32 {
  const k = Kernel.at();
  const state = k.random ? k.random : (<u64>boot(Boot.Seed) + 1) * 0x9e37_79b9_7f4a_7c15;
  k.random = state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407;
  return <u32>((k.random >> 32) % below);
}

/** Whether the thread has to wait: by lot the first time, later only because it must. */
function refuse(t: Thread, at: At, subject: usize, lock: usize, must: bool): bool {
  const refusals = load<u32>(refusalsAt(t.cpu)) ? 0 : draw(4);
  store<u32>(refusalsAt(t.cpu), refusals || must ? refusals + 1 : 0);
  if (!refusals && !must) return false;
  t.at = at;
  t.subject = subject;
  t.waiting = lock;
  return true;
}

export function take(t: Thread, lock: Lock): bool {
  assert(lock.owner == 0, "a lock is held by one thread");
  lock.owner = t.id;
  lock.gets++;
  return true;
}

export function charge(_t: Thread, _cost: Cost, _times: u32 = 1): void {}

export function spend(_t: Thread, _ps: u64): void {}

export function enter(t: Thread, at: At, subject: usize, lock: Lock): bool {
  assert(lock.owner != t.id, "no thread gets a lock twice");
  return !refuse(t, at, subject, changetype<usize>(lock), lock.owner != 0) && take(t, lock);
}

export function tryEnter(t: Thread, lock: Lock): bool {
  return !lock.owner && !draw(4) && take(t, lock);
}

export function leave(t: Thread, lock: Lock): void {
  assert(lock.owner == t.id, "only its owner leaves a lock");
  lock.owner = 0;
}

export function output(_t: Thread, ifp: Ifnet, m: Mbuf): void {
  txPut(ifp, m);
}

export function txeof(_t: Thread, _ifp: Ifnet): bool {
  return false;
}

export function pause(t: Thread, at: At, subject: usize): bool {
  return !refuse(t, at, subject, 0, false);
}

export function rxTaken(_t: Thread, _ifp: Ifnet, _slots: u32): void {}

export function send(t: Thread, at: At, subject: usize, cpu: u32, ipi: Ipi, arg: usize): bool {
  if (refuse(t, at, subject, 0, !ipiqRoom(t.cpu, cpu))) return false;
  ipiqPut(t.cpu, cpu, ipi, arg);
  postAtOnce(t.cpu, cpu);
  return true;
}
