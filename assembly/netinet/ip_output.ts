// IP output. After ip_output and ip_fragment in sys/netinet/ip_output.c of 2010; the order of its tests is believed to be that of 2008.
//
// in     a packet with a route, from ip_forward or of our own
// out    Output.Send: it goes on to At.EtherOutput · Output.Taken: held by ARP, or its fragments are on the pending list · an error; the packet is the caller's
// reads  MTU and queue of the interface, ARP        writes  header checksum, Mbuf: output fields
// locks  none
// costs  Cost.IpForward, Cost.IpFragment per fragment

import { At, Cost, Counter, Drop, IFF_UP, RTF_GATEWAY } from "../abi";
import { drop } from "../kern/ends";
import { Ifnet } from "../kern/ifnet";
import { Mbuf, mFreem, mGetclLike } from "../kern/mbuf";
import { pend, Thread } from "../kern/thread";
import { copyBytes } from "../memory/bytes";
import { isBroadcastOf } from "../net/ifaddr";
import { ifqRoomFor } from "../net/ifq";
import { charge } from "../seam";
import { count } from "../stats/counters";
import { ETHER_HDR_LEN, ETHERTYPE_IP } from "../wire/ethernet";
import { IP_DF, IP_MF, IP_MIN_HEADER, IP_OFFMASK, Ipv4 } from "../wire/ipv4";
import { arpResolve, Resolved } from "./arp";
import { optcopy } from "./ip_options";
import { Route } from "./route_table";

/** What ip_output answers: two ways of success, then errors by their names in errno(2). */
export const enum Output {
  Send,
  Taken,
  ENOBUFS,
  EMSGSIZE,
  EACCES,
  EHOSTDOWN,
  ENETDOWN,
  /** No room for fragments. */ ENOMEM,
  /** Freed by arpresolve, which is no error in the kernel: the interface must not ask, ... */ NotAsked,
  /** ... or there is no room for an entry. */ TableFull,
}

/** ip_output by a known route. The header checksum must be right or be made so by the caller. */
export function ipOutput(t: Thread, m: Mbuf, route: u32): Output {
  const rt = Route.at(route);
  const ifp = Ifnet.at(rt.port);
  const ip = changetype<Ipv4>(m.data);
  const dst = ip.dst;
  if (!ifqRoomFor(ifp, m.len / ifp.mtu + 1)) {
    count(t.cpu, Counter.ips_odropped);
    return Output.ENOBUFS;
  }
  if (isBroadcastOf(ifp, dst)) return Output.EACCES;
  m.outif = <u8>rt.port;
  m.nexthop = rt.flags & RTF_GATEWAY ? rt.gateway : dst;
  m.etherType = ETHERTYPE_IP;
  const fits = m.len <= ifp.mtu;
  const room = ifp.mtu < ip.hlen ? 0 : (ifp.mtu - ip.hlen) & ~7;
  if (!fits && (ip.off & IP_DF || room < 8)) {
    count(t.cpu, Counter.ips_cantfrag);
    return Output.EMSGSIZE;
  }
  if (!(ifp.flags & IFF_UP)) return Output.ENETDOWN;
  return fits ? resolve(t, m) : fragment(t, m, room);
}

function resolve(t: Thread, m: Mbuf): Output {
  const resolved = arpResolve(t, m);
  if (resolved == Resolved.Yes) return Output.Send;
  if (resolved == Resolved.Held) return Output.Taken;
  return resolved == Resolved.Down ? Output.EHOSTDOWN : resolved == Resolved.NotAsked ? Output.NotAsked : Output.TableFull;
}

/** ip_fragment: `room` bytes of payload in each but the last. The first keeps all options, the others those that are to be copied. */
function fragment(t: Thread, m: Mbuf, room: u32): Output {
  const ip = changetype<Ipv4>(m.data);
  const hlen = ip.hlen;
  const off = ip.off;
  let next: Mbuf | null = null;
  for (let start = lastStart(m.len - hlen, room); start > 0; start -= room) {
    const piece = makeFragment(t, m, start, min(room, m.len - hlen - start), off);
    if (!piece) {
      freeFragments(next);
      return Output.ENOMEM;
    }
    piece.next = next;
    next = piece;
  }
  m.len = hlen + room;
  ip.len = m.len;
  ip.off = off | IP_MF;
  ip.seal();
  count(t.cpu, Counter.ips_fragmented);
  count(t.cpu, Counter.ips_ofragments);
  return sendAll(t, m, next);
}

/** Offset of the last fragment: they are made from the end, so that none is made twice. */
function lastStart(payload: u32, room: u32): u32 {
  return ((payload - 1) / room) * room;
}

function makeFragment(t: Thread, m: Mbuf, start: u32, length: u32, off: u32): Mbuf | null {
  const piece = mGetclLike(m);
  if (!piece) return null;
  charge(t, Cost.IpFragment);
  const ip = changetype<Ipv4>(m.data);
  piece.data += ETHER_HDR_LEN;
  copyBytes(piece.data, m.data, IP_MIN_HEADER);
  const hlen = IP_MIN_HEADER + optcopy(m.data, ip.hlen, piece.data);
  copyBytes(piece.data + hlen, m.data + ip.hlen + start, length);
  const header = changetype<Ipv4>(piece.data);
  piece.len = hlen + length;
  header.hlen = hlen;
  header.len = piece.len;
  const more = ip.hlen + start + length < m.len ? IP_MF : off & IP_MF;
  header.off = (off & ~(IP_MF | IP_OFFMASK)) | more | ((off & IP_OFFMASK) + (start >> 3));
  header.seal();
  return piece;
}

function freeFragments(list: Mbuf | null): void {
  for (let m = list; m; ) {
    const next: Mbuf | null = m.nextPacket;
    mFreem(m);
    m = next;
  }
}

/** Resolves every fragment by itself, in order: while the next hop is unknown each takes the place of the one before. */
function sendAll(t: Thread, first: Mbuf, rest: Mbuf | null): Output {
  const resolved = resolve(t, first);
  if (resolved > Output.Taken) {
    freeFragments(rest);
    return resolved;
  }
  if (resolved == Output.Send) pend(t, first, At.EtherOutput);
  for (let m = rest; m; ) {
    const next: Mbuf | null = m.nextPacket;
    count(t.cpu, Counter.cloned);
    count(t.cpu, Counter.ips_ofragments);
    const outcome = resolve(t, m);
    if (outcome == Output.Send) pend(t, m, At.EtherOutput);
    else if (outcome != Output.Taken) drop(t, m, dropOf(outcome));
    m = next;
  }
  return Output.Taken;
}

/** The reason under which a packet ends that ip_output refused. */
export function dropOf(output: Output): Drop {
  if (output == Output.ENOBUFS) return Drop.QueueFull;
  if (output == Output.EMSGSIZE) return Drop.NeedFragment;
  if (output == Output.EACCES) return Drop.NotPermitted;
  if (output == Output.EHOSTDOWN) return Drop.HostDown;
  if (output == Output.NotAsked) return Drop.ArpNotAsked;
  if (output == Output.TableFull) return Drop.ArpTableFull;
  return output == Output.ENETDOWN ? Drop.InterfaceDown : Drop.FragmentFailed;
}
