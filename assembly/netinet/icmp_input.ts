// ICMP messages for this host. After icmp_input in sys/netinet/ip_icmp.c: echo and timestamp requests are answered, the rest is counted.
//
// in     a whole ICMP message for one of our addresses
// out    delivered, with a reply on the pending list · Drop.IcmpBad
// reads  Knob.IcmpBmcastecho        writes  the reply
// locks  none
// costs  Cost.Icmp

import { At, Cost, Counter, Drop, Knob } from "../abi";
import { deliver, drop } from "../kern/ends";
import { Ifnet } from "../kern/ifnet";
import { knob } from "../kern/kernel";
import { Mbuf } from "../kern/mbuf";
import { Thread } from "../kern/thread";
import { localAddress, sourceFor } from "../net/ifaddr";
import { charge } from "../seam";
import { count } from "../stats/counters";
import {
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_MINLEN,
  ICMP_PARAMPROB,
  ICMP_REDIRECT,
  ICMP_SOURCEQUENCH,
  ICMP_TIMXCEED,
  ICMP_TSLEN,
  ICMP_TSTAMP,
  ICMP_TSTAMPREPLY,
  ICMP_UNREACH,
  Icmp,
} from "../wire/icmp";
import { canForward, Ipv4 } from "../wire/ipv4";
import { icmpReflect } from "./icmp";
import { iptime } from "./ip_options";

/** icmp_input. The packet starts at its IP header. */
export function icmpInput(t: Thread, m: Mbuf): At {
  const hlen = changetype<Ipv4>(m.data).hlen;
  const length = m.len - hlen;
  const icmp = changetype<Icmp>(m.data + hlen);
  charge(t, Cost.Icmp);
  if (length < ICMP_MINLEN) return bad(t, m, Counter.icps_tooshort);
  if (!icmp.intact(length)) return bad(t, m, Counter.icps_checksum);
  count(t.cpu, Counter.icps_received);
  const type = icmp.type;
  if (type == ICMP_ECHO) return request(t, m, icmp, ICMP_ECHOREPLY);
  if (type == ICMP_TSTAMP) return length < ICMP_TSLEN ? bad(t, m, Counter.icps_badlen) : request(t, m, icmp, ICMP_TSTAMPREPLY);
  const counter = counterOf(type);
  if (counter != Counter.Count) count(t.cpu, counter);
  return deliver(m);
}

function bad(t: Thread, m: Mbuf, counter: Counter): At {
  count(t.cpu, counter);
  return drop(t, m, Drop.IcmpBad);
}

function counterOf(type: u32): u32 {
  if (type == ICMP_ECHOREPLY) return Counter.icps_echoreply;
  if (type == ICMP_TSTAMPREPLY) return Counter.icps_tstampreply;
  if (type == ICMP_UNREACH) return Counter.icps_unreach;
  if (type == ICMP_TIMXCEED) return Counter.icps_timxceed;
  if (type == ICMP_PARAMPROB) return Counter.icps_paramprob;
  if (type == ICMP_REDIRECT) return Counter.icps_redirect;
  return type == ICMP_SOURCEQUENCH ? Counter.icps_sourcequench : Counter.Count;
}

/** A request to be answered, unless it went to many and bmcastecho is off, or came from no single host. */
function request(t: Thread, m: Mbuf, icmp: Icmp, replyType: u32): At {
  const ip = changetype<Ipv4>(m.data);
  const toUs = localAddress(ip.dst) != null;
  if (!toUs && !knob(Knob.IcmpBmcastecho)) {
    count(t.cpu, Counter.icps_bmcastecho);
    return deliver(m);
  }
  const back = ip.src;
  if (!canForward(back)) return deliver(m);
  icmp.type = replyType;
  if (replyType == ICMP_TSTAMPREPLY) icmp.stamp(iptime());
  return icmpReflect(t, m, toUs ? ip.dst : sourceFor(Ifnet.at(m.rcvif), back), back);
}
