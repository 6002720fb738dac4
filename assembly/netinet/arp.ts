// Address resolution, the output side. After sys/netinet/if_ether.c of 2008-2010: one held packet per entry, a request a second at most, a host that does not
// answer is taken to be down for a while.
//
// in     arpResolve for a packet to be sent
// out    the destination address in the mbuf, or the packet held · requests on the pending list · Drop.Arp*, HostDown
// reads  addresses, Knob.Arp*        writes  this CPU's table
// locks  none; the table is touched only on its own CPU
// costs  Cost.Arp

import { At, Counter, Drop, IFF_NOARP, IFF_STATICARP, Knob, NO_PORT, Path } from "../abi";
import { drop } from "../kern/ends";
import { Ifnet } from "../kern/ifnet";
import { knob, timeSecond } from "../kern/kernel";
import { Mbuf, mGetcl } from "../kern/mbuf";
import { pend, Thread } from "../kern/thread";
import { MAC_BROADCAST } from "../memory/bytes";
import { isBroadcastOf, sourceFor } from "../net/ifaddr";
import { count } from "../stats/counters";
import { ARP_LEN, ARPOP_REQUEST, Arp } from "../wire/arp";
import { ETHER_HDR_LEN, ETHERTYPE_ARP } from "../wire/ethernet";
import { isMulticast } from "../wire/ipv4";
import { ArpEntry, arpCreate, arpFind } from "./arp_table";

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

export function arpPacket(t: Thread, m: Mbuf, ifp: Ifnet, to: u64): Mbuf | null {
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
