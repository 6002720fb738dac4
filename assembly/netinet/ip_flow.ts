// Fastforward: packets of known flows without the slow path. After sys/netinet/ip_flow.c 1.25.
//
// in     an IPv4 packet on its own CPU, from ether_demux_oncpu
// out    At.EtherOutput: it goes out · At.Done: consumed all the same · At.IpInput: not for the cache
// reads  Knob.IpForwarding, IpFastforwarding, this CPU's flows, routes, ARP        writes  header, flow
// locks  none: the flows belong to the CPU
// costs  Cost.IpFlow

import { At, Cost, Counter, Drop, IFF_UP, Knob, Path, RTF_GATEWAY } from "../abi";
import { drop } from "../kern/ends";
import { Ifnet } from "../kern/ifnet";
import { knob } from "../kern/kernel";
import { M_BCAST, M_LENCHECKED, M_MCAST, Mbuf, Netmsg } from "../kern/mbuf";
import { Thread } from "../kern/thread";
import { ifqIsFull } from "../net/ifq";
import { reply } from "../net/msgport";
import { charge } from "../seam";
import { count } from "../stats/counters";
import { ETHERTYPE_IP } from "../wire/ethernet";
import { IPPROTO_ICMP, Ipv4 } from "../wire/ipv4";
import { arpResolveBy, Resolved } from "./arp";
import { ArpEntry, arpFind } from "./arp_table";
import { ipLengthcheck, LENGTH_OK } from "./ip_demux";
import { Flow } from "./ip_flow_record";
import { IPFLOW_TIMER, ipflowInsert, ipflowLookup, ipflowTick } from "./ip_flow_table";
import { Route } from "./route_table";

function active(): bool {
  return knob(Knob.IpForwarding) != 0 && knob(Knob.IpFastforwarding) != 0;
}

/** ipflow_fastforward. The packet starts at its IP header. */
export function ipflowFastforward(t: Thread, m: Mbuf): At {
  if (!active() || m.mflags & (M_BCAST | M_MCAST)) return At.IpInput;
  if (!(m.mflags & M_LENCHECKED)) {
    const bad = ipLengthcheck(t.cpu, m.data, m.len); // the interface's hardware has found the CPU, and nobody has looked at lengths yet
    if (bad != LENGTH_OK) return drop(t, m, <Drop>bad);
    m.mflags |= M_LENCHECKED;
  }
  const ip = changetype<Ipv4>(m.data);
  const length = ip.len;
  if (load<u8>(m.data) != 0x45 || length > m.len) return At.IpInput;
  const dst = ip.dst;
  const flow = ipflowLookup(t.cpu, dst, ip.src, ip.tos);
  charge(t, Cost.IpFlow);
  if (!flow) {
    count(t.cpu, Counter.ipf_misses);
    return At.IpInput;
  }
  if (!ip.checksumOk || !flow.valid) return At.IpInput;
  const route = Route.at(flow.route);
  const ifp = Ifnet.at(route.port);
  if (!(ifp.flags & IFF_UP) || m.len > ifp.mtu || ip.ttl <= 1) return At.IpInput;
  ip.decrementTtl();
  m.len = length;
  flow.uses++;
  flow.timer = IPFLOW_TIMER;
  count(t.cpu, Counter.ipf_hits);
  m.outif = <u8>route.port;
  m.nexthop = route.flags & RTF_GATEWAY ? route.gateway : dst;
  m.etherType = ETHERTYPE_IP;
  m.path = <u8>Path.Fastforwarded;
  return transmit(t, m, flow, ifp);
}

/** if_output, as far as it can fail. */
function transmit(t: Thread, m: Mbuf, flow: Flow, ifp: Ifnet): At {
  const resolved = arpResolveBy(t, m, arpEntryOf(t, m, flow));
  if (resolved == Resolved.Yes) {
    if (!ifqIsFull(ifp)) return At.EtherOutput;
    flow.dropped++;
    count(t.cpu, Counter.ipf_dropped);
    return drop(t, m, Drop.QueueFull);
  }
  if (resolved == Resolved.Held) return At.Done;
  flow.errors++;
  count(t.cpu, Counter.ipf_errors);
  return drop(t, m, resolved == Resolved.Down ? Drop.HostDown : resolved == Resolved.NotAsked ? Drop.ArpNotAsked : Drop.ArpTableFull);
}

/** The next hop's entry, as the flow has it, or as it is looked up again. Entries that were given back have no address. */
function arpEntryOf(t: Thread, m: Mbuf, flow: Flow): ArpEntry | null {
  let entry = flow.arp;
  if (entry && entry.ip == m.nexthop && entry.port == m.outif) return entry;
  entry = arpFind(t.cpu, m.outif, m.nexthop);
  flow.arp = entry;
  return entry;
}

/** ipflow_create, after ip_forward has sent a packet by `route` without a redirect. Addresses and TOS are those that it came with. */
export function ipflowCreate(t: Thread, dst: u32, src: u32, tos: u32, protocol: u32, route: u32): void {
  if (active() && protocol != IPPROTO_ICMP) ipflowInsert(t.cpu, dst, src, tos, route);
}

/** Place IpflowTimer: replies first, so that the next tick finds the message idle. */
export function ipflowTimer(t: Thread, message: Netmsg): At {
  reply(message);
  charge(t, Cost.Timer);
  ipflowTick(t.cpu);
  return At.Done;
}
