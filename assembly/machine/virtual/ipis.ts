// IPIs (sys/kern/lwkt_ipiq.c): entries become visible at the end of the sender's step, and interrupt the target after a while unless it is serving IPIs
// anyway. The target takes all of them, source by source, in a critical section.

import { At, Boot, Cost, CpuClass, Ipi } from "../../abi";
import { costOf, costsOf } from "../../kern/costs";
import { Cpu } from "../../kern/cpu";
import { MachineState, NEVER } from "../../kern/events";
import { countIpis, ipiqPost, ipiqRoomAgain, ipiqTake } from "../../kern/ipiq";
import { Kernel } from "../../kern/kernel";
import { Step } from "../../kern/step";
import { Thread } from "../../kern/thread";
import { traceAs, traceIpi, traceServed, traceServes, tracing } from "../../kern/trace";
import { boot } from "../../memory/arena";
import { ipi } from "../../path";
import { putsOf } from "../../seam/virtual";
import { spinnerTries } from "./bgl";
import { lookAtPolled } from "./nics";
import { makeRunnable } from "./schedule";
import { beginStep } from "./steps";
import { classOf, Doing, endIn, Level, Slot, setClass, setCpuEvent, setSlot, suspend, unsuspend, Vcpu } from "./vcpu";

/** What a CPU asks of itself is a direct call. Its time is part of the step. */
export function callOwn(t: Thread, s: Step): void {
  const own: u64 = 1 << (<u64>t.cpu);
  if (!(s.ipis & own)) return;
  s.ipis &= ~own;
  if (tracing()) traceAs(t);
  const c = Cpu.at(t.cpu);
  const others = c.ipiSources;
  c.ipiSources = 0; // only its own queue
  ipiqPost(t.cpu, t.cpu);
  while (c.ipiSources) ipi(t.cpu, <Ipi>ipiqTake(t.cpu), c.ipiArg);
  c.ipiSources = others;
}

/** Shows the targets what the step has sent them. */
export function postIpis(t: Thread, s: Step): void {
  for (let rest = s.ipis; rest; rest &= rest - 1) {
    const target = <u32>ctz(rest);
    if (tracing()) traceIpi(t, target);
    postIpi(t.cpu, target);
  }
  s.ipis = 0;
}

/** Sends what is in an IPI queue. */
export function postIpi(source: u32, target: u32): void {
  const entries = ipiqPost(source, target);
  const raises = interruptCpu(Vcpu.at(target));
  if (source != target) countIpis(source, entries, raises);
}

/** Raises the IPI at a CPU. False: it is raised, or the CPU sees what is new when it has served what it is serving. */
function interruptCpu(v: Vcpu): bool {
  if (v.ipiAt != NEVER || v.level == Level.Ipi) return false;
  v.ipiAt = Kernel.at().now + costOf(Cost.IpiLatency);
  setCpuEvent(v);
  return true;
}

/** The host has made a thread of CPU 0 runnable. */
export function threadRequested(): void {
  MachineState.at().requested = 1;
}

/** Makes a sleeping thread runnable: on another CPU by an IPI, which the waker's next step pays for. */
export function wake(v: Vcpu, t: Thread, waker: Step): void {
  if (t.cpu == v.cpu) {
    makeRunnable(t);
    return;
  }
  const target = Vcpu.at(t.cpu);
  waker.extra += costOf(Cost.IpiSend);
  if (tracing()) traceIpi(v.active.thread!, t.cpu);
  Step.of(t).wakeNext = null;
  if (target.wakes) lastOf(target.wakes!).wakeNext = t;
  else target.wakes = t;
  countIpis(v.cpu, 1, interruptCpu(target));
}

function lastOf(t: Thread): Step {
  let s = Step.of(t);
  while (s.wakeNext) s = Step.of(s.wakeNext!);
  return s;
}

/** The interrupt comes, or the IPIs that were being served are: serves those that there are, else goes back to what was interrupted. */
export function serveIpis(v: Vcpu): void {
  const now = Kernel.at().now;
  if (v.level != Level.Ipi) {
    v.returns = v.level;
    suspend(v.active);
    v.level = Level.Ipi;
    v.ipiAt = NEVER;
    v.ipiEnd = now + costOf(Cost.IpiReceive) + drain(v);
    setClass(v, CpuClass.Ipi);
  } else if (Cpu.at(v.cpu).ipiSources || v.wakes) {
    v.ipiEnd = now + drain(v);
  } else {
    v.level = v.returns;
    unsuspend(v.active);
    setClass(v, classOf(v.active));
    if (v.active.doing == Doing.BglSpin) spinnerTries(v); // it has not seen what happened meanwhile
  }
}

/** Takes everything that has come. @returns the time that it takes */
function drain(v: Vcpu): u64 {
  const c = Cpu.at(v.cpu);
  let puts: u32 = 0;
  if (tracing()) traceServes(v.returns == Level.Interrupt ? v.interrupt.thread : v.thread.thread, v.cpu);
  while (c.ipiSources) {
    const kind = <Ipi>ipiqTake(v.cpu);
    puts += putsOf(kind, c.ipiArg);
    ipi(v.cpu, kind, c.ipiArg);
  }
  for (let at = changetype<usize>(v.wakes); at; at = changetype<usize>(Step.of(changetype<Thread>(at)).wakeNext)) {
    makeRunnable(changetype<Thread>(at));
    puts++;
  }
  v.wakes = null;
  giveRoom(v.cpu);
  const time = costsOf(Cost.PutLocal, puts);
  if (tracing()) traceServed(time);
  return time;
}

/** There is no room for what a thread has to send: its CPU spins. Or it goes on at once, with the next interface that it polls. */
export function spinForRoom(v: Vcpu, slot: Slot): void {
  if (slot.thread!.at == At.PollInterface) return pollNow(v, slot);
  for (let target: u32 = 0; target < boot(Boot.Cpus); target++) if (ipiqRoomAgain(v.cpu, target)) return beginStep(v, slot);
  setSlot(slot, slot.thread, Doing.RoomSpin, NEVER);
  setClass(v, classOf(slot));
  MachineState.at().roomless |= 1 << (<u64>v.cpu);
}

function pollNow(v: Vcpu, slot: Slot): void {
  lookAtPolled(slot.thread!);
  beginStep(v, slot);
}

/** CPUs that spin for room in a queue to `target` go on if it is a quarter full or less. */
function giveRoom(target: u32): void {
  const machine = MachineState.at();
  for (let rest = machine.roomless; rest; rest &= rest - 1) {
    const source = <u32>ctz(rest);
    if (!ipiqRoomAgain(source, target)) continue;
    machine.roomless &= ~(1 << (<u64>source));
    const v = Vcpu.at(source);
    const delay = costOf(Cost.LineTransfer);
    if (v.thread.doing == Doing.RoomSpin) endIn(v, v.thread, delay);
    if (v.interrupt.doing == Doing.RoomSpin) endIn(v, v.interrupt, delay);
    setCpuEvent(v);
  }
}
