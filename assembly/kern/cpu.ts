// CPUs: a run queue each, and what they have to take from IPI queues. Threads never migrate.

import { Region } from "../abi";
import { base } from "../memory/arena";
import { Kernel } from "./kernel";
import { Thread } from "./thread";

@unmanaged
export class Cpu {
  ipiSources: u64; // bit n: CPU n has sent something that is not taken yet
  ipiArg: usize; // argument of the IPI taken last
  head: Thread | null; // run queue
  tail: Thread | null;
  current: Thread | null; // stutter machine only: in the middle of a message, it waits for a lock or for room in an IPI queue
  flows: u32; // net.inet.ip.ipflow.inuseN

  static at(cpu: u32): Cpu {
    return changetype<Cpu>(base(Region.Cpus) + <usize>cpu * offsetof<Cpu>());
  }

  enqueue(t: Thread): void {
    t.next = null;
    const last = this.head ? this.tail : null;
    if (last) last.next = t;
    else this.head = t;
    this.tail = t;
    Kernel.at().ready |= 1 << (<u64>t.cpu);
  }

  dequeue(): Thread | null {
    const t = this.head;
    if (!t) return null;
    this.head = t.next;
    if (!t.next) Kernel.at().ready &= ~(1 << (<u64>t.cpu));
    t.next = null;
    t.queued = 0;
    return t;
  }
}
