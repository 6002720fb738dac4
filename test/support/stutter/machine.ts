// The driver of the stutter machine: CPUs take turns by seed. On one CPU the order of threads is that of the instant machine; time moves only when
// everything stands.

import { At, Boot, Ipi, Stop } from "../../../assembly/abi";
import { Arrival, arrivalsEnd, arrivalsTaken, firstArrival } from "../../../assembly/dev/arrivals";
import { drainRing } from "../../../assembly/dev/departures";
import { nicAssert, nicTxInterrupt } from "../../../assembly/dev/nic";
import { nicReceive } from "../../../assembly/dev/nic_receive";
import { Cpu } from "../../../assembly/kern/cpu";
import { Ifnet, txUnlinkFirst } from "../../../assembly/kern/ifnet";
import { ipiqTake } from "../../../assembly/kern/ipiq";
import { Kernel, setNow } from "../../../assembly/kern/kernel";
import { bgl, Lock } from "../../../assembly/kern/lock";
import { lwktSchedule, Thread } from "../../../assembly/kern/thread";
import { boot } from "../../../assembly/memory/arena";
import { ipi, resume } from "../../../assembly/path";
import { draw, refusalsAt, take } from "./seam";

export {
  bootMachine,
  framesSent,
  packetsInside,
  planMachine,
  planQuestions,
  pollingChanged,
  postIpi,
  threadRequested,
} from "../../../assembly/machine/timeless";

export const ORDER_BYTES: u64 = 64 * 4; // a word per CPU

export function run(until: u64): Stop {
  for (let at = firstArrival(); isDue(at, until); ) {
    if (!clock(changetype<Arrival>(at).time)) return Stop.OutputFull;
    for (let room = boot(Boot.Burst); room-- && isDue(at, until); ) {
      const arrival = changetype<Arrival>(at);
      if (nicReceive(arrival.ifp, arrival.bytes, arrival.length, arrival.time, arrival.cause)) nicAssert(arrival.ifp);
      at = changetype<usize>(arrival.next);
      arrivalsTaken(at);
    }
  }
  return clock(until == u64.MAX_VALUE ? Kernel.at().now : until) ? Stop.Idle : Stop.OutputFull;
}

function isDue(at: usize, until: u64): bool {
  return at < arrivalsEnd() && changetype<Arrival>(at).time <= until;
}

/** False, here and below: the output area is full. */
function clock(time: u64): bool {
  if (!quiesce()) return false;
  const k = Kernel.at();
  while (k.nextTick <= time) {
    setNow(max(k.now, k.nextTick));
    lwktSchedule(Thread.at(boot(Boot.Cpus) << 2));
    if (!quiesce()) return false;
  }
  setNow(max(k.now, time));
  return true;
}

/** Lets a random CPU take its turn until none can go on. */
function quiesce(): bool {
  const cpus = boot(Boot.Cpus);
  for (let idle: u32 = 0, cpu = draw(cpus); idle < cpus; ) {
    for (let ifp = Kernel.at().txHead; ifp; ifp = Kernel.at().txHead) {
      if (!drainRing(changetype<Ifnet>(ifp))) return false;
      txUnlinkFirst();
      nicTxInterrupt(changetype<Ifnet>(ifp));
    }
    const went = turn(cpu);
    idle = went ? 0 : idle + 1;
    cpu = went ? draw(cpus) : (cpu + 1) % cpus;
  }
  return true;
}

/** An IPI, or the next step of a thread. IPIs of a CPU to itself are direct calls, which come when the message is through. False: there is neither. */
function turn(cpu: u32): bool {
  const c = Cpu.at(cpu);
  if (c.ipiSources & ~(1 << (<u64>cpu)) || (c.ipiSources && !c.current)) ipi(cpu, <Ipi>ipiqTake(cpu), c.ipiArg);
  else if (c.current || c.head) step(c, c.current ? c.current! : c.dequeue()!);
  else return false;
  return true;
}

function step(c: Cpu, t: Thread): void {
  if (!c.current && t.mpcount) t.waiting = changetype<usize>(bgl()); // its CPU gave the lock up while it slept
  c.current = t;
  const refusals = load<u32>(refusalsAt(t.cpu));
  if (refusals > 1) return store<u32>(refusalsAt(t.cpu), refusals - 1);
  if (t.waiting) {
    if (changetype<Lock>(t.waiting).owner) return;
    take(t, changetype<Lock>(t.waiting));
    t.waiting = 0;
    store<u32>(refusalsAt(t.cpu), 0);
  }
  if (resume(t) == At.Wait) return;
  c.current = null;
  if (t.mpcount) bgl().owner = 0;
  if (t.head) lwktSchedule(t);
}
