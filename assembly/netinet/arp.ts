// Address resolution. After sys/netinet/if_ether.c of 2008-2010: one held packet per entry, a request a second at most, a host that does not answer is
// taken to be down for a while.
//
// in     arpResolve for a packet to be sent; At.ArpInput on CPU 0; At.ArpUpdate on the other CPUs; At.ArpTimer on each
// out    the destination address in the mbuf, or the packet held · held packets, replies and requests on the pending list · Drop.Arp*, HostDown
// reads  addresses, Knob.Arp*        writes  this CPU's table
// locks  the BGL if ARP is not MPSAFE; the table is touched only on its own CPU
// costs  Cost.Arp

import { At, Boot, Cost, Counter, Drop, IFF_NOARP, IFF_STATICARP, Isr, Knob, NO_PORT, Path } from "../abi";
import { deliver, drop } from "../kern/ends";
import { Ifnet } from "../kern/ifnet";
import { knob, timeSecond } from "../kern/kernel";
import { Mbuf, MSGF_MPSAFE, mGetcl, Netmsg } from "../kern/mbuf";
import { pend, Thread } from "../kern/thread";
import { boot } from "../memory/arena";
import { isGroupMac, MAC_BROADCAST } from "../memory/bytes";
import { isAddressOf, isBroadcastOf, localAddress, sourceFor } from "../net/ifaddr";
import { reply } from "../net/msgport";
import { Netisr, netisrCpu } from "../net/netisr";
import { charge } from "../seam";
import { count } from "../stats/counters";
import { ARP_LEN, ARPOP_REPLY, ARPOP_REQUEST, Arp } from "../wire/arp";
import { ETHER_HDR_LEN, ETHERTYPE_ARP } from "../wire/ethernet";
import { isMulticast } from "../wire/ipv4";
import { ArpEntry, arpBucketHead, arpCreate, arpFind, arpFree, arpSlots } from "./arp_table";

/** What arpResolve did. */
export const enum Resolved {
  /** `m.dmac` is set. */ Yes,
  /** The packet waits in the entry. */ Held,
  /** The host is down: EHOSTDOWN. */ Down,
  /** Unknown, and the interface must not ask. */ NotAsked,
  /** No entry left. */ Full,
}

/** arpresolve for `m.outif` and `m.nexthop`. */
export function arpResolve(t: Thread, m: Mbuf): Resolved {
  return arpResolveBy(t, m, arpFind(t.cpu, m.outif, m.nexthop));
}

/** The same, with the entry that there is for them. */
export function arpResolveBy(t: Thread, m: Mbuf, known: ArpEntry | null): Resolved {
  if (known && known.resolved) {
    const expire = known.expire;
    m.dmac = known.mac;
    if (!expire) return Resolved.Yes;
    if (expire > timeSecond()) {
      refreshEarly(t, m, known);
      return Resolved.Yes;
    }
  }
  return unresolved(t, m, known);
}

/** la_preempt: asks again while the entry is still good. */
function refreshEarly(t: Thread, m: Mbuf, entry: ArpEntry): void {
  if (!entry.preempt || timeSecond() + entry.preempt <= entry.expire) return;
  entry.preempt--;
  arpRequest(t, m, Ifnet.at(m.outif), m.nexthop);
}

function unresolved(t: Thread, m: Mbuf, known: ArpEntry | null): Resolved {
  const ifp = Ifnet.at(m.outif);
  const ip = m.nexthop;
  let entry = known;
  if (isBroadcastOf(ifp, ip)) {
    m.dmac = MAC_BROADCAST;
    return Resolved.Yes;
  }
  if (isMulticast(ip)) {
    m.dmac = 0x5e_0001 | ((<u64>bswap<u32>(ip & 0x7f_ffff)) << 16);
    return Resolved.Yes;
  }
  if (ifp.flags & (IFF_NOARP | IFF_STATICARP)) return Resolved.NotAsked;
  if (!entry) entry = arpCreate(t.cpu, ifp.index, ip);
  if (!entry) return Resolved.Full;
  if (entry.reject && entry.expire > timeSecond()) return Resolved.Down;
  hold(t, entry, m);
  ask(t, entry, m, ifp);
  return Resolved.Held;
}

/** la_hold: the newer packet replaces the older. */
function hold(t: Thread, entry: ArpEntry, m: Mbuf): void {
  const older = entry.held;
  if (older) drop(t, older, Drop.ArpHeldReplaced);
  entry.held = m;
  m.next = null;
}

/** One request a second at most; after maxtries the host is down for host_down_time. */
function ask(t: Thread, entry: ArpEntry, m: Mbuf, ifp: Ifnet): void {
  const now = timeSecond();
  if (entry.resolved) entry.asked = 0; // it was known once and is too old
  entry.resolved = 0;
  entry.reject = 0;
  if (entry.asked && entry.expire == now) return;
  entry.expire = now;
  if (<i32>entry.asked < knob(Knob.ArpMaxtries)) {
    entry.asked++;
    arpRequest(t, m, ifp, entry.ip);
    return;
  }
  entry.reject = 1;
  entry.expire = now + knob(Knob.ArpHostDownTime);
  entry.asked = 0;
  entry.preempt = <u8>knob(Knob.ArpMaxtries);
  count(t.cpu, Counter.arps_timeouts);
}

/** arprequest: broadcasts "who has", on account of packet `m`. */
function arpRequest(t: Thread, m: Mbuf, ifp: Ifnet, ip: u32): void {
  const request = arpPacket(t, m, ifp, MAC_BROADCAST);
  if (!request) return;
  count(t.cpu, Counter.arps_requests_sent);
  changetype<Arp>(request.data).write(ARPOP_REQUEST, ifp.lladdr, sourceFor(ifp, ip), 0, ip);
  pend(t, request, At.EtherOutput);
}

function arpPacket(t: Thread, m: Mbuf, ifp: Ifnet, to: u64): Mbuf | null {
  const packet = mGetcl();
  if (!packet) return null;
  count(t.cpu, Counter.generated);
  packet.rcvif = <u8>NO_PORT;
  packet.path = <u8>Path.Originated;
  packet.cause = m.cause;
  packet.arrived = m.arrived;
  packet.thread = t;
  packet.lock = m.lock;
  packet.data += ETHER_HDR_LEN;
  packet.len = ARP_LEN;
  packet.outif = <u8>ifp.index;
  packet.etherType = ETHERTYPE_ARP;
  packet.dmac = to;
  return packet;
}

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
