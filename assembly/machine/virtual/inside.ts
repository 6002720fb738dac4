// Packets that are neither in a port, a queue or a ring: threads are in the middle of them, or they are on their way to another CPU.

import { Boot, Ipi } from "../../abi";
import { chainHead } from "../../dev/chains";
import { Ipiq } from "../../kern/ipiq";
import { isPacket, Mbuf } from "../../kern/mbuf";
import { Thread, threadTotal } from "../../kern/thread";
import { boot } from "../../memory/arena";

export function packetsInside(): u32 {
  const cpus = boot(Boot.Cpus);
  let packets: u32 = 0;
  for (let i: u32 = 0; i < threadTotal(); i++) {
    const t = Thread.at(i);
    if (t.at != t.home && isPacket(t.subject)) packets++;
    for (let left = t.chained; left; left &= left - 1) packets += chainLength(chainHead(t, <u32>ctz(left)));
  }
  for (let source: u32 = 0; source < cpus; source++) for (let target: u32 = 0; target < cpus; target++) packets += inQueue(Ipiq.at(source, target));
  return packets;
}

function chainLength(head: usize): u32 {
  let packets: u32 = 0;
  for (let m = changetype<Mbuf | null>(head); m; m = m.nextPacket) packets++;
  return packets;
}

function inQueue(q: Ipiq): u32 {
  let packets: u32 = 0;
  for (let index = q.rindex; index != q.windex; index++) {
    const arg = <usize>load<u32>(q.entry(index), 4);
    if (load<u32>(q.entry(index)) == Ipi.EtherInput) packets += chainLength(arg);
    else if (isPacket(arg)) packets++;
  }
  return packets;
}
