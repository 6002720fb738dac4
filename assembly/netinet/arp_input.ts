// Address resolution, the input side: what other hosts say of themselves, and the age of entries. After sys/netinet/if_ether.c of 2008-2010.
//
// in     At.ArpInput on CPU 0; At.ArpUpdate on the other CPUs; At.ArpTimer on each
// out    held packets and replies on the pending list · Drop.ArpBad, ArpEntryGone
// reads  addresses, Knob.Arp*        writes  this CPU's table
// locks  the BGL if ARP is not MPSAFE; the table is touched only on its own CPU
// costs  Cost.Arp

import { At, Boot, Cost, Counter, Drop, IFF_STATICARP, Isr, Knob } from "../abi";
import { deliver, drop } from "../kern/ends";
import { Ifnet } from "../kern/ifnet";
import { knob, timeSecond } from "../kern/kernel";
import { Mbuf, MSGF_MPSAFE, Netmsg } from "../kern/mbuf";
import { pend, Thread } from "../kern/thread";
import { boot } from "../memory/arena";
import { isGroupMac } from "../memory/bytes";
import { isAddressOf, localAddress } from "../net/ifaddr";
import { reply } from "../net/msgport";
import { Netisr } from "../net/netisr";
import { netisrCpu } from "../net/protocol_threads";
import { charge } from "../seam";
import { count } from "../stats/counters";
import { ARP_LEN, ARPOP_REPLY, ARPOP_REQUEST, Arp } from "../wire/arp";
import { arpPacket } from "./arp";
import { ArpEntry, arpBucketHead, arpCreate, arpFind, arpFree, arpSlots } from "./arp_table";

/** Place ArpInput: in_arpinput, on CPU 0. */
export function arpInput(t: Thread, m: Mbuf): At {
  charge(t, Cost.Arp);
  const arp = changetype<Arp>(m.data);
  const ifp = Ifnet.at(m.rcvif);
  if (m.len < ARP_LEN || !arp.wellFormed || isGroupMac(arp.sha)) return drop(t, m, Drop.ArpBad);
  const request = arp.op == ARPOP_REQUEST;
  count(t.cpu, request ? Counter.arps_requests_received : Counter.arps_replies_received);
  if (arp.sha == ifp.lladdr) return deliver(m); // our own, come back
  if (arp.spa != 0 && localAddress(arp.spa)) count(t.cpu, Counter.arps_dupip);
  const forUs = isAddressOf(ifp, arp.tpa);
  if (!(ifp.flags & IFF_STATICARP)) update(t, m, ifp, forUs);
  if (request && forUs) answer(t, m, ifp);
  return toNextCpu(t, m);
}

/** Place ArpUpdate: what CPU 0 has learned, on the next CPU. */
export function arpUpdate(t: Thread, m: Mbuf): At {
  const ifp = Ifnet.at(m.rcvif);
  charge(t, Cost.Arp);
  if (!(ifp.flags & IFF_STATICARP)) update(t, m, ifp, isAddressOf(ifp, changetype<Arp>(m.data).tpa));
  return toNextCpu(t, m);
}

/** The packet itself is the message that goes round the CPUs. */
function toNextCpu(t: Thread, m: Mbuf): At {
  const cpu = t.cpu + 1;
  if (cpu == boot(Boot.Cpus)) return deliver(m);
  m.dispatch = <u16>At.ArpUpdate;
  m.flags = Netisr.at(Isr.Arp).mpsafe ? MSGF_MPSAFE : 0;
  m.thread = netisrCpu(cpu);
  return At.SendMsg;
}

/** arp_update_oncpu: an existing dynamic entry is refreshed, a new one is made only if we are the target. */
function update(t: Thread, m: Mbuf, ifp: Ifnet, create: bool): void {
  const arp = changetype<Arp>(m.data);
  const ip = arp.spa;
  if (ip == 0 || localAddress(ip)) return;
  let entry = arpFind(t.cpu, ifp.index, ip);
  if (!entry) {
    if (!create) return;
    entry = arpCreate(t.cpu, ifp.index, ip);
    if (!entry) return;
    count(t.cpu, Counter.arps_created);
  } else if (entry.resolved && !entry.expire)
    return; // permanent
  else count(t.cpu, Counter.arps_refreshed);
  entry.mac = arp.sha;
  entry.resolved = 1;
  entry.reject = 0;
  entry.expire = timeSecond() + knob(Knob.ArpMaxAge);
  entry.asked = 0;
  entry.preempt = <u8>knob(Knob.ArpMaxtries);
  const held = entry.held;
  if (!held) return;
  entry.held = null;
  held.dmac = arp.sha;
  pend(t, held, At.EtherOutput);
}

function answer(t: Thread, m: Mbuf, ifp: Ifnet): void {
  const arp = changetype<Arp>(m.data);
  const packet = arpPacket(t, m, ifp, arp.sha);
  if (!packet) return;
  count(t.cpu, Counter.arps_replies_sent);
  changetype<Arp>(packet.data).write(ARPOP_REPLY, ifp.lladdr, arp.tpa, arp.sha, arp.spa);
  pend(t, packet, At.EtherOutput);
}

/** Place ArpTimer: arptimer for this CPU's table. */
export function arpTimer(t: Thread, message: Netmsg): At {
  reply(message);
  charge(t, Cost.Timer);
  const now = timeSecond();
  for (let bucket: u32 = 0; bucket < arpSlots(); bucket++)
    for (let index = arpBucketHead(t.cpu, bucket); index; ) {
      const entry = ArpEntry.at(t.cpu, index);
      index = entry.next;
      if (!entry.expire || entry.expire > now) continue;
      const held = entry.held;
      if (held) drop(t, held, Drop.ArpEntryGone);
      arpFree(t.cpu, entry);
      count(t.cpu, Counter.arps_expired);
    }
  return At.Done;
}

/** A permanent entry on every CPU. False: a table is full. */
export function arpStatic(port: u32, ip: u32, mac: u64): bool {
  for (let cpu: u32 = 0; cpu < boot(Boot.Cpus); cpu++) {
    let entry = arpFind(cpu, port, ip);
    if (!entry) entry = arpCreate(cpu, port, ip);
    if (!entry) return false;
    entry.mac = mac;
    entry.resolved = 1;
    entry.expire = 0;
  }
  return true;
}
