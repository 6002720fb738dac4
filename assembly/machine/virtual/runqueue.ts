// The run queue of a CPU: which of its threads comes first. After lwkt_switch and lwkt_preempt (sys/kern/lwkt_thread.c).
//
//   28 interrupt threads · 14 softclock · 12 protocol, ifnet and control threads · 6 user threads inside the kernel (TDPRI_USER_NORM)

import { ThreadKind } from "../../abi";
import { Cpu } from "../../kern/cpu";
import { bgl } from "../../kern/lock";
import { cpuHasBgl } from "../../kern/lock_take";
import { Step } from "../../kern/step";
import { preempts, Thread } from "../../kern/thread";
import { isInterrupt } from "./vcpu";

export function priorityOf(t: Thread): u32 {
  if (preempts(t)) return isInterrupt(t) ? 28 : 14;
  return t.kind == ThreadKind.UserWork ? 6 : 12;
}
export const PREEMPTS: u32 = 14;

/** Whether a thread can run on its CPU now, as far as the BGL decides that. */
function canRun(t: Thread): bool {
  return t.mpcount == 0 || bgl().owner == 0 || cpuHasBgl(t.cpu);
}

/** The first runnable thread of the highest priority; null: there is none. `blocked`: of those that wait for the BGL. */
export function best(cpu: u32, blocked: bool): Thread | null {
  let found: Thread | null = null;
  let priority: u32 = 0;
  for (let at = changetype<usize>(Cpu.at(cpu).head); at; at = changetype<usize>(changetype<Thread>(at).next)) {
    const t = changetype<Thread>(at);
    if (priorityOf(t) <= priority || canRun(t) == blocked) continue;
    found = t;
    priority = priorityOf(t);
  }
  return found;
}

/** An interrupt that preempts whatever runs. One that has missed its chance does not. */
export function preempting(cpu: u32): Thread | null {
  let found: Thread | null = null;
  let priority: u32 = PREEMPTS - 1;
  for (let at = changetype<usize>(Cpu.at(cpu).head); at; at = changetype<usize>(changetype<Thread>(at).next)) {
    const t = changetype<Thread>(at);
    if (priorityOf(t) <= priority || Step.of(t).missed) continue;
    if (!canRun(t)) {
      Step.of(t).missed = 1;
      continue;
    }
    found = t;
    priority = priorityOf(t);
  }
  return found;
}

/** Takes a thread out of the run queue. */
export function unqueue(t: Thread): void {
  const c = Cpu.at(t.cpu);
  if (c.head == t) c.dequeue();
  else {
    let before = c.head!;
    while (before.next != t) before = before.next!;
    before.next = t.next;
    if (!t.next) c.tail = before;
    t.next = null;
  }
  t.queued = 1; // it has the CPU
  Step.of(t).missed = 0;
}
