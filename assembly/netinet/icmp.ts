// ICMP that this host sends. After icmp_error, icmp_reflect and icmp_send in sys/netinet/ip_icmp.c; RFC 792, RFC 1122 3.2.2, RFC 1812 4.3.
//
// in     a packet that cannot go on, its first bytes saved as they were received; a request to be turned round
// out    a packet of our own on the pending list, or none
// reads  routes, addresses, Knob.IcmpLimit, IcmpErrorTos        writes  the per-second counts of the limit
// locks  none
// costs  Cost.Icmp

import { At, Cost, Counter, Knob, NO_PORT, Path, PS_PER_SECOND, Region } from "../abi";
import { deliver, drop } from "../kern/ends";
import { Ifnet } from "../kern/ifnet";
import { Kernel, knob } from "../kern/kernel";
import { M_BCAST, M_MCAST, Mbuf, mGetcl } from "../kern/mbuf";
import { pend, Thread } from "../kern/thread";
import { base } from "../memory/arena";
import { copyBytes } from "../memory/bytes";
import { isAnyBroadcast, localAddress, sourceAddress } from "../net/ifaddr";
import { charge } from "../seam";
import { count } from "../stats/counters";
import { ETHER_HDR_LEN } from "../wire/ethernet";
import { ICMP_MINLEN, Icmp, isQuery } from "../wire/icmp";
import { canForward, IP_MIN_HEADER, IP_OFFMASK, IPPROTO_ICMP, Ipv4, isMulticast } from "../wire/ipv4";
import { replyOptions } from "./ip_options";
import { dropOf, ipOutput, Output } from "./ip_output";
import { rtlookup } from "./route";
import { Route } from "./route_table";

/** RFC 792: errors quote the IP header and 8 bytes. */
const QUOTED: u32 = 8;
const MAXTTL: u32 = 255;

/** What an error says about a packet as it was received. The packet itself may be gone when a redirect about it is made. Header and quote follow. */
@unmanaged
class About {
  cause: u64;
  arrived: u64;
  mflags: u32;
  lock: u32;

  get ip(): Ipv4 {
    return changetype<Ipv4>(changetype<usize>(this) + offsetof<About>());
  }
}

/** Bytes of the save area: `About`, header and quote, then per ICMP type the second and the count of the limit. */
const SAVED_BYTES: u32 = 96;
const TYPES: u32 = 16;
export const ICMP_AREA_BYTES: u32 = SAVED_BYTES + TYPES * 16;

/** Keeps the start of a packet as it was received, for errors about it. It lasts until the end of the step. */
export function saveHeader(t: Thread, m: Mbuf): void {
  const about = saved(t);
  about.cause = m.cause;
  about.arrived = m.arrived;
  about.lock = m.lock;
  about.mflags = m.mflags;
  copyBytes(about.ip.base, m.data, min(m.len, changetype<Ipv4>(m.data).hlen + QUOTED));
}

function saved(t: Thread): About {
  return changetype<About>(base(Region.Icmp) + <usize>(t.cpu * ICMP_AREA_BYTES));
}

/** Whether an error may be sent about the packet (RFC 1812 4.3.2.7). */
function mayComplain(t: Thread, about: About): bool {
  const ip = about.ip;
  const hlen = ip.hlen;
  if (about.mflags & (M_BCAST | M_MCAST) || ip.off & IP_OFFMASK) return false;
  if (ip.protocol == IPPROTO_ICMP && ip.len >= hlen + ICMP_MINLEN && !isQuery(load<u8>(ip.base + hlen))) {
    count(t.cpu, Counter.icps_oldicmp);
    return false;
  }
  const src = ip.src;
  return !isMulticast(ip.dst) && !isAnyBroadcast(ip.dst) && canForward(src) && !isAnyBroadcast(src);
}

/** Whether one more error of this type may be sent in this second (net.inet.icmp.icmplim). */
function withinLimit(t: Thread, type: u32): bool {
  const limit = <u32>knob(Knob.IcmpLimit);
  if (!limit) return true;
  const at = base(Region.Icmp) + SAVED_BYTES + <usize>(type * 16);
  const second = Kernel.at().now / PS_PER_SECOND;
  if (load<u64>(at) != second) {
    store<u64>(at, second);
    store<u32>(at, 0, 8);
  }
  const sent = load<u32>(at, 8);
  if (sent >= limit) {
    count(t.cpu, Counter.icps_limited);
    return false;
  }
  store<u32>(at, sent + 1, 8);
  return true;
}

/** icmp_error about the packet that was saved last. `word`: pointer, gateway or MTU, as it lies in the message. */
export function icmpError(t: Thread, type: u32, code: u32, word: u32): void {
  if (!mayComplain(t, saved(t))) return;
  const about = saved(t).ip;
  const route = rtlookup(about.src);
  if (!route || localAddress(about.src)) return;
  const source = localAddress(about.dst) ? about.dst : sourceAddress(Ifnet.at(Route.at(route).port));
  if (!source || !withinLimit(t, type)) return;
  const error = own(t, saved(t).cause, saved(t).arrived, saved(t).lock);
  if (!error) return;
  charge(t, Cost.Icmp);
  count(t.cpu, Counter.icps_error);
  const quoted = min(about.len, about.hlen + QUOTED);
  const icmp = changetype<Icmp>(error.data + IP_MIN_HEADER);
  icmp.type = type;
  icmp.code = code;
  icmp.word = word;
  copyBytes(icmp.base + ICMP_MINLEN, about.base, quoted);
  icmp.seal(ICMP_MINLEN + quoted);
  error.len = IP_MIN_HEADER + ICMP_MINLEN + quoted;
  const ip = changetype<Ipv4>(error.data);
  ip.hlen = IP_MIN_HEADER;
  ip.tos = knob(Knob.IcmpErrorTos);
  ip.len = error.len;
  ip.id = Kernel.at().ipId++;
  ip.off = 0;
  ip.protocol = IPPROTO_ICMP;
  ip.src = source;
  ip.dst = about.src;
  send(t, error);
}

/** A packet of our own, on account of a frame. */
function own(t: Thread, cause: u64, arrived: u64, lock: u32): Mbuf | null {
  const packet = mGetcl();
  if (!packet) return null;
  packet.data += ETHER_HDR_LEN;
  packet.cause = cause;
  packet.arrived = arrived;
  packet.thread = t;
  packet.lock = <u8>lock;
  count(t.cpu, Counter.generated);
  return packet;
}

/** The request ends as delivered; the reply, if there is a way back, is a packet of our own with these addresses. */
export function icmpReflect(t: Thread, m: Mbuf, src: u32, dst: u32): At {
  const reply = src && rtlookup(dst) && !localAddress(dst) ? own(t, m.cause, m.arrived, m.lock) : null;
  const hlen = changetype<Ipv4>(m.data).hlen;
  if (reply) {
    const length = m.len - hlen;
    copyBytes(reply.data, m.data, IP_MIN_HEADER);
    const ip = changetype<Ipv4>(reply.data);
    ip.hlen = IP_MIN_HEADER + replyOptions(m.data, hlen, reply.data);
    copyBytes(reply.data + ip.hlen, m.data + hlen, length);
    reply.len = ip.hlen + length;
    ip.len = reply.len;
    ip.off = 0;
    ip.src = src;
    ip.dst = dst;
    changetype<Icmp>(reply.data + ip.hlen).seal(length);
    count(t.cpu, Counter.icps_reflect);
    send(t, reply);
  }
  return deliver(m);
}

/** icmp_send: the last fields, and out. The caller has found a way back. */
function send(t: Thread, m: Mbuf): void {
  const ip = changetype<Ipv4>(m.data);
  ip.ttl = MAXTTL;
  ip.seal();
  m.rcvif = <u8>NO_PORT;
  m.path = <u8>Path.Originated;
  count(t.cpu, Counter.ips_localout);
  const output = ipOutput(t, m, rtlookup(ip.dst));
  if (output == Output.Send) pend(t, m, At.EtherOutput);
  else if (output != Output.Taken) drop(t, m, dropOf(output));
}
