// IPI queues. After sys/kern/lwkt_ipiq.c 1.27: a FIFO per pair of CPUs, the sender spins above half full until a quarter, the target drains all sources in
// ascending order. A send to the own CPU uses the same queue and costs no IPI: in the kernel it is a direct call.

import { Boot, Counter, Ipi, Region } from "../abi";
import { base, boot } from "../memory/arena";
import { count, countMany } from "../stats/counters";
import { Cpu } from "./cpu";
import { Kernel } from "./kernel";

/** MAXCPUFIFO of 2008, entries per pair. */
const FIFO: u32 = 16;
const SPIN_ABOVE: u32 = FIFO / 2;
const SPIN_UNTIL: u32 = FIFO / 4;

@unmanaged
export class Ipiq {
  rindex: u32;
  windex: u32;
  spinning: u32; // the sender found it more than half full and waits for a quarter
  posted: u32; // entries before this one are visible to the target

  static at(source: u32, target: u32): Ipiq {
    return changetype<Ipiq>(base(Region.Ipiq) + <usize>(target * boot(Boot.Cpus) + source) * IPIQ_BYTES);
  }

  /** Address of the entry for a running index: function u32, argument u32. */
  entry(index: u32): usize {
    return changetype<usize>(this) + offsetof<Ipiq>() + ((<usize>(index & (FIFO - 1))) << 3);
  }
}
/** A record and its entries. */
export const IPIQ_BYTES: usize = 16 + 16 * 8;

/** Whether the sender may put another entry now; above half full it may not until a quarter is left. */
export function ipiqRoom(source: u32, target: u32): bool {
  const q = Ipiq.at(source, target);
  const used = q.windex - q.rindex;
  if (q.spinning) {
    if (used > SPIN_UNTIL) return false;
    q.spinning = 0;
    return true;
  }
  if (used <= SPIN_ABOVE || source == target) return true;
  q.spinning = 1;
  count(source, Counter.ipiq_fifofull);
  return false;
}

/** Whether the sender, which spins, has its room now. */
export function ipiqRoomAgain(source: u32, target: u32): bool {
  const q = Ipiq.at(source, target);
  return q.spinning != 0 && q.windex - q.rindex <= SPIN_UNTIL;
}

/** lwkt_send_ipiq, once there is room. */
export function ipiqSend(source: u32, target: u32, ipi: Ipi, arg: usize): void {
  ipiqPut(source, target, ipi, arg);
  ipiqPost(source, target);
}

/** Writes an entry, which the target does not see yet. */
export function ipiqPut(source: u32, target: u32, ipi: Ipi, arg: usize): void {
  const q = Ipiq.at(source, target);
  assert(q.windex - q.rindex < FIFO, "an IPI queue never overflows: senders wait");
  const at = q.entry(q.windex);
  store<u32>(at, ipi);
  store<u32>(at, <u32>arg, 4);
  q.windex++;
}

/** Shows the target what was written: by an interrupt, too, that has preempted the writer, for the queue keeps its order. */
export function ipiqPost(source: u32, target: u32): void {
  const q = Ipiq.at(source, target);
  const entries = q.windex - q.posted;
  if (!entries) return;
  q.posted = q.windex;
  const cpu = Cpu.at(target);
  if (source != target) {
    const first: u32 = cpu.ipiSources ? 0 : 1; // the target is not draining yet: one hardware IPI
    if (first) count(source, Counter.ipiq_count);
    if (entries > first) countMany(source, Counter.ipiq_avoided, entries - first);
  }
  cpu.ipiSources |= 1 << (<u64>source);
  Kernel.at().ipis |= 1 << (<u64>target);
}

/** Takes the next entry for a CPU: the function, with its argument in `Cpu.ipiArg`; Ipi.Count if there is none. */
export function ipiqTake(target: u32): u32 {
  const cpu = Cpu.at(target);
  if (!cpu.ipiSources) return Ipi.Count;
  const source = <u32>ctz(cpu.ipiSources);
  const q = Ipiq.at(source, target);
  const at = q.entry(q.rindex++);
  if (q.rindex == q.posted) {
    cpu.ipiSources &= ~(1 << (<u64>source));
    if (!cpu.ipiSources) Kernel.at().ipis &= ~(1 << (<u64>target));
  }
  cpu.ipiArg = load<u32>(at, 4);
  return load<u32>(at);
}
