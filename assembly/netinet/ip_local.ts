// Packets for this host, which has no sockets. After the end of ip_input, udp_input and tcp_input: ICMP is answered, UDP and unknown protocols are refused
// with an error, TCP is counted. Fragments are not put together.
//
// in     a packet for one of our addresses
// out    delivered · Drop.NoProtocol, FragmentForUs
// reads  Knob.UdpBlackhole
// locks  none
// costs  Cost.IpInput covers it

import { At, Counter, Drop, Knob } from "../abi";
import { deliver, drop } from "../kern/ends";
import { knob } from "../kern/kernel";
import { Mbuf } from "../kern/mbuf";
import { Thread } from "../kern/thread";
import { localAddress } from "../net/ifaddr";
import { count } from "../stats/counters";
import { ICMP_UNREACH, ICMP_UNREACH_PORT, ICMP_UNREACH_PROTOCOL } from "../wire/icmp";
import { IP_MF, IP_OFFMASK, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP, Ipv4 } from "../wire/ipv4";
import { icmpError } from "./icmp";
import { icmpInput } from "./icmp_input";
import { isLinkGroup } from "./ip_demux";

/** Hands a packet to its transport protocol. */
export function ipLocal(t: Thread, m: Mbuf): At {
  const ip = changetype<Ipv4>(m.data);
  if (ip.off & (IP_MF | IP_OFFMASK)) return drop(t, m, Drop.FragmentForUs);
  const protocol = ip.protocol;
  if (protocol == IPPROTO_ICMP) {
    count(t.cpu, Counter.ips_delivered);
    return icmpInput(t, m);
  }
  if (protocol == IPPROTO_UDP) return udpInput(t, m, ip);
  if (protocol == IPPROTO_TCP) {
    count(t.cpu, Counter.ips_delivered);
    count(t.cpu, Counter.tcps_rcvtotal);
    return deliver(m);
  }
  count(t.cpu, Counter.ips_noproto);
  icmpError(t, ICMP_UNREACH, ICMP_UNREACH_PROTOCOL, 0);
  return drop(t, m, Drop.NoProtocol);
}

/** udp_input with every port closed. */
function udpInput(t: Thread, m: Mbuf, ip: Ipv4): At {
  count(t.cpu, Counter.ips_delivered);
  count(t.cpu, Counter.udps_ipackets);
  if (isLinkGroup(m) || !localAddress(ip.dst)) {
    count(t.cpu, Counter.udps_noportbcast);
    return deliver(m);
  }
  count(t.cpu, Counter.udps_noport);
  if (!knob(Knob.UdpBlackhole)) icmpError(t, ICMP_UNREACH, ICMP_UNREACH_PORT, 0);
  return deliver(m);
}
