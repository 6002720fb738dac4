// The slow path. After ip_input and ip_forward in sys/netinet/ip_input.c of 2010; the order of the tests is believed to be that of 2008. What a protocol
// does with packets for us: ip_local.ts.
//
// in     an IPv4 packet from netisr_run or a port
// out    At.EtherOutput · ipLocal · held, fragmented · Drop.*; ICMP errors and redirects on the pending list
// reads  addresses, routes, Knob.IpForwarding, IpRedirect, IpCheckInterface        writes  TTL, checksum, a flow
// locks  the BGL unless IP is registered MPSAFE; the path itself needs none
// costs  Cost.IpInput, Cost.IpForward

import { At, Boot, Cost, Counter, Drop, Knob, Path, RTF_GATEWAY } from "../abi";
import { drop } from "../kern/ends";
import { Ifnet } from "../kern/ifnet";
import { knob } from "../kern/kernel";
import { M_LENCHECKED, M_SRCRT, Mbuf } from "../kern/mbuf";
import { Thread } from "../kern/thread";
import { boot } from "../memory/arena";
import { isDirectedBroadcastOf, isOnSubnetOf, localAddress } from "../net/ifaddr";
import { charge } from "../seam";
import { count } from "../stats/counters";
import {
  ICMP_REDIRECT,
  ICMP_REDIRECT_HOST,
  ICMP_SOURCEQUENCH,
  ICMP_TIMXCEED,
  ICMP_UNREACH,
  ICMP_UNREACH_HOST,
  ICMP_UNREACH_NEEDFRAG,
} from "../wire/icmp";
import { canForward, IP_MIN_HEADER, Ipv4, isLoopback, isMulticast } from "../wire/ipv4";
import { icmpError, saveHeader } from "./icmp";
import { ipLengthcheck, isLinkGroup, LENGTH_OK } from "./ip_demux";
import { ipflowCreate } from "./ip_flow";
import { ipLocal } from "./ip_local";
import { ipDooptions, OPTIONS_OK } from "./ip_options";
import { dropOf, ipOutput, Output } from "./ip_output";
import { rtlookup } from "./route";
import { Route } from "./route_table";

/** 224.0.0.1, the one group that every host is in (RFC 1112 4). */
const ALL_HOSTS: u32 = 0xe000_0001;

/** Place IpInput. */
export function ipInput(t: Thread, m: Mbuf): At {
  charge(t, Cost.IpInput);
  if (!(m.mflags & M_LENCHECKED)) {
    const bad = ipLengthcheck(t.cpu, m.data, m.len);
    if (bad != LENGTH_OK) return drop(t, m, <Drop>bad);
  }
  count(t.cpu, Counter.ips_total);
  const ip = changetype<Ipv4>(m.data);
  if (ip.version != 4) return refuse(t, m, Counter.ips_badvers, Drop.IpBadVersion);
  if (isLoopback(ip.src) || isLoopback(ip.dst)) return refuse(t, m, Counter.ips_badaddr, Drop.IpBadAddress);
  if (!ip.checksumOk) return refuse(t, m, Counter.ips_badsum, Drop.IpBadChecksum);
  m.len = ip.len;
  saveHeader(t, m);
  if (ip.hlen > IP_MIN_HEADER) {
    const outcome = ipDooptions(t, m);
    if (outcome != OPTIONS_OK) return drop(t, m, <Drop>outcome);
  }
  if (!(m.mflags & M_SRCRT)) {
    const ours = forUs(m, ip.dst);
    if (ours == Ours.Yes) return ipLocal(t, m);
    if (ours == Ours.WrongInterface) return refuse(t, m, Counter.ips_badaddr, Drop.IpBadAddress);
  }
  return knob(Knob.IpForwarding) && !isMulticast(ip.dst) ? ipForward(t, m) : cannotForward(t, m);
}

function refuse(t: Thread, m: Mbuf, counter: Counter, reason: Drop): At {
  count(t.cpu, counter);
  return drop(t, m, reason);
}

function cannotForward(t: Thread, m: Mbuf): At {
  return refuse(t, m, Counter.ips_cantforward, Drop.CannotForward);
}

const enum Ours {
  No,
  Yes,
  WrongInterface,
}

/** Steps 10 to 13: our addresses, broadcasts of the receiving interface, the all-hosts group, 255.255.255.255 and 0.0.0.0. */
function forUs(m: Mbuf, dst: u32): Ours {
  const ifp = Ifnet.at(m.rcvif);
  const address = localAddress(dst);
  if (address) {
    const checked = knob(Knob.IpCheckInterface) && !knob(Knob.IpForwarding);
    return checked && address.port != ifp.index ? Ours.WrongInterface : Ours.Yes;
  }
  if (!boot(Boot.Addresses) && !isLinkGroup(m)) return Ours.Yes; // no addresses at all: a host that is being configured
  return isDirectedBroadcastOf(ifp, dst) || (dst == ALL_HOSTS && ifp.addresses > 0) || dst == 0 ? Ours.Yes : Ours.No;
}

/** ip_forward. */
function ipForward(t: Thread, m: Mbuf): At {
  const ip = changetype<Ipv4>(m.data);
  const dst = ip.dst;
  if (isLinkGroup(m) || !canForward(dst)) return cannotForward(t, m);
  charge(t, Cost.IpForward);
  if (ip.ttl <= 1) {
    icmpError(t, ICMP_TIMXCEED, 0, 0);
    return drop(t, m, Drop.TtlExceeded);
  }
  const route = rtlookup(dst);
  if (!route) {
    count(t.cpu, Counter.ips_noroute);
    icmpError(t, ICMP_UNREACH, ICMP_UNREACH_HOST, 0);
    return drop(t, m, Drop.NoRoute);
  }
  const src = ip.src;
  const tos = ip.tos;
  const protocol = ip.protocol;
  const sourceRouted = (m.mflags & M_SRCRT) != 0;
  ip.decrementTtl();
  m.path = <u8>Path.Forwarded;
  const redirect = !sourceRouted && wantsRedirect(m, route, src);
  const output = ipOutput(t, m, route);
  if (output > Output.Taken) return failed(t, m, route, output);
  count(t.cpu, Counter.ips_forward);
  if (redirect) {
    const rt = Route.at(route);
    count(t.cpu, Counter.ips_redirectsent);
    icmpError(t, ICMP_REDIRECT, ICMP_REDIRECT_HOST, rt.flags & RTF_GATEWAY ? rt.gateway : dst);
  } else ipflowCreate(t, dst, src, tos, protocol, route);
  return output == Output.Send ? At.EtherOutput : At.Done;
}

/** Step 6: the packet leaves by the interface it came in by, and the sender is on that subnet. Not for the default route. RFC 1812 5.2.7.2: for the host. */
function wantsRedirect(m: Mbuf, route: u32, src: u32): bool {
  const rt = Route.at(route);
  return rt.port == m.rcvif && knob(Knob.IpRedirect) != 0 && rt.length > 0 && isOnSubnetOf(Ifnet.at(m.rcvif), src);
}

/** Step 9: what ip_output refused. No room and no permission are silent, the latter always. */
function failed(t: Thread, m: Mbuf, route: u32, output: Output): At {
  count(t.cpu, Counter.ips_cantforward);
  const ifp = Ifnet.at(Route.at(route).port);
  if (output == Output.EMSGSIZE) icmpError(t, ICMP_UNREACH, ICMP_UNREACH_NEEDFRAG, ifp.mtu);
  else if (output == Output.EHOSTDOWN || output == Output.ENETDOWN) icmpError(t, ICMP_UNREACH, ICMP_UNREACH_HOST, 0);
  else if (output == Output.ENOBUFS && knob(Knob.IpSendSourcequench)) icmpError(t, ICMP_SOURCEQUENCH, 0, 0);
  return drop(t, m, dropOf(output));
}
