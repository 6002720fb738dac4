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

/** Whether a sender would have to wait, who cannot. */
export function ipiqFull(source: u32, target: u32): bool {
  const q = Ipiq.at(source, target);
  return source != target && q.windex - q.rindex > SPIN_ABOVE;
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

/** Shows the target what was written: by an interrupt, too, that has preempted the writer, for the queue keeps its order. @returns how many entries that were */
export function ipiqPost(source: u32, target: u32): u32 {
  const q = Ipiq.at(source, target);
  const entries = q.windex - q.posted;
  if (!entries) return 0;
  q.posted = q.windex;
  Cpu.at(target).ipiSources |= 1 << (<u64>source);
  Kernel.at().ipis |= 1 << (<u64>target);
  return entries;
}

/** Sends what was written, where CPUs look at their queues anyway: the target is interrupted if it has nothing in them yet. */
export function postAtOnce(source: u32, target: u32): void {
  const raises = Cpu.at(target).ipiSources == 0;
  const entries = ipiqPost(source, target);
  if (source != target) countIpis(source, entries, raises);
}

/** Counts entries for another CPU, of which the first one has interrupted it if it `raises`: it takes the others in the same interrupt. */
export function countIpis(source: u32, entries: u32, raises: bool): void {
  if (raises) count(source, Counter.ipiq_count);
  if (entries > u32(raises)) countMany(source, Counter.ipiq_avoided, entries - u32(raises));
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
