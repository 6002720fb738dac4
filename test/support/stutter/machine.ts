// The driver of the stutter machine: CPUs take turns by seed. On one CPU the order of threads is that of the instant machine; time moves only when
// everything stands.

import { At, Boot, Ipi, Stop } from "../../../assembly/abi";
import { nextArrival, takeArrival } from "../../../assembly/dev/arrivals";
import { drainRing } from "../../../assembly/dev/departures";
import { nicTxInterrupt } from "../../../assembly/dev/nic";
import { Cpu } from "../../../assembly/kern/cpu";
import { Ifnet, txUnlinkFirst } from "../../../assembly/kern/ifnet";
import { ipiqTake } from "../../../assembly/kern/ipiq";
import { Kernel } from "../../../assembly/kern/kernel";
import { bgl, Lock } from "../../../assembly/kern/lock";
import { lwktSchedule, Thread } from "../../../assembly/kern/thread";
import { boot } from "../../../assembly/memory/arena";
import { ipi, resume } from "../../../assembly/path";
import { draw, grantedAt, refusalsAt } from "./seam";

/** A word pair per CPU. */
export const ORDER_BYTES: u64 = 64 * 8;

export function run(until: u64): Stop {
  for (let arrival = nextArrival(); ; arrival = nextArrival()) {
    if (!quiesce()) return Stop.OutputFull;
    if (!arrival || arrival.time > until) break;
    if (!clock(arrival.time)) return Stop.OutputFull;
    for (let taken: u32 = 0; arrival && taken < boot(Boot.Burst) && arrival.time <= until; taken++) {
      takeArrival(arrival);
      arrival = nextArrival();
    }
  }
  return until != u64.MAX_VALUE && !clock(until) ? Stop.OutputFull : Stop.Idle;
}

function clock(time: u64): bool {
  const k = Kernel.at();
  while (k.nextTick <= time) {
    k.now = max(k.now, k.nextTick);
    lwktSchedule(Thread.at(boot(Boot.Cpus) << 2));
    if (!quiesce()) return false;
  }
  k.now = max(k.now, time);
  return true;
}

/** Lets a random CPU go on until none can. False: the output area is full. */
function quiesce(): bool {
  const k = Kernel.at();
  while (true) {
    while (k.txHead) {
      const ifp = changetype<Ifnet>(k.txHead);
      if (!drainRing(ifp)) return false;
      txUnlinkFirst();
      nicTxInterrupt(ifp);
    }
    let busy: u32 = 0;
    for (let cpu: u32 = 0; cpu < boot(Boot.Cpus); cpu++) if (canGoOn(cpu)) busy++;
    if (!busy) return true;
    let chosen = draw(busy);
    for (let cpu: u32 = 0; ; cpu++)
      if (canGoOn(cpu) && chosen-- == 0) {
        turn(cpu);
        break;
      }
  }
}

function canGoOn(cpu: u32): bool {
  const c = Cpu.at(cpu);
  return c.ipiSources != 0 || c.head != null || c.current != null;
}

/** IPIs run between two steps; those of the CPU to itself are direct calls, which come when the message is through. */
function turn(cpu: u32): void {
  const c = Cpu.at(cpu);
  const own: u64 = 1 << (<u64>cpu);
  if (c.ipiSources & ~own || (c.ipiSources && !c.current)) {
    const kind = ipiqTake(cpu);
    ipi(cpu, <Ipi>kind, c.ipiArg);
    return;
  }
  const waiting = c.current;
  if (!waiting) {
    const t = c.dequeue()!;
    c.current = t;
    if (t.mpcount) t.waiting = changetype<usize>(bgl()); // its CPU gave the lock up while it slept
    return;
  }
  if (load<u32>(refusalsAt(cpu))) store<u32>(refusalsAt(cpu), load<u32>(refusalsAt(cpu)) - 1);
  else if (waiting.waiting) grant(waiting, changetype<Lock>(waiting.waiting));
  else {
    store<u32>(grantedAt(cpu), 1);
    goOn(waiting);
  }
}

function grant(t: Thread, lock: Lock): void {
  if (lock.owner) return;
  lock.owner = t.id;
  lock.gets++;
  t.waiting = 0;
  goOn(t);
}

function goOn(t: Thread): void {
  const c = Cpu.at(t.cpu);
  const at = resume(t);
  if (at != At.Wait) store<u32>(grantedAt(t.cpu), 0);
  c.current = at == At.Wait ? t : null;
  if (at == At.Wait) return;
  if (t.mpcount) bgl().owner = 0;
  if (t.head) lwktSchedule(t);
}
