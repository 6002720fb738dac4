// Learning bridge: input. After sys/net/bridge/if_bridge.c 1.42.
//
// in     etherInputOncpu, on the packet's own CPU
// out    bridgeHandoff for a known address · messages for a flood · back to etherDemuxOncpu · a message for the bridge or another member · Drop.Bridge*
// reads  members, states        writes  the address table
// locks  the bridge's serializer, from entry to the hand-over; never the BGL
// costs  Cost.BridgeLookup, Cost.BridgeClone per copy

import { At, Cost, Counter, Drop, IFBIF_LEARNING, IFF_MONITOR, IFF_RUNNING, PortCounter } from "../abi";
import { deliver, drop } from "../kern/ends";
import { Ifnet } from "../kern/ifnet";
import { M_BCAST, M_MCAST, M_PROTO1, Mbuf } from "../kern/mbuf";
import { pend, Thread } from "../kern/thread";
import { charge, leave } from "../seam";
import { addPort, count, countPort } from "../stats/counters";
import { EtherHeader } from "../wire/ethernet";
import { Station, stationOf } from "./bridge_cache";
import { countInput, forward, isLearning, learn, towards } from "./bridge_forward";
import { isSilent, Member, memberOf } from "./bridge_member";
import { bridgeEnqueueHandler, bridgeSpan, cloneOf } from "./bridge_output";
import { Bridge, bridgeRtrefresh } from "./bridge_table";
import { etherDemuxOncpu, etherReinput } from "./ether_input";

/** 01:80:c2:00:00:00 as loaded from the wire: the group of the spanning tree. */
const BSTP_ETHERADDR: u64 = 0x0000_00c2_8001;

/** Place BridgeInput: bridge_input. @locks the bridge's serializer. */
export function bridgeInput(t: Thread, m: Mbuf): At {
  const ifp = Ifnet.at(m.rcvif);
  const bifp = Ifnet.at(ifp.bridgePort); // still there if the interface has left while the packet waited
  const bridge = Bridge.at(bifp.ownBridge);
  const member = memberOf(bridge, ifp);
  charge(t, Cost.BridgeLookup);
  if ((bifp.flags & (IFF_RUNNING | IFF_MONITOR)) != IFF_RUNNING) return asleep(t, m, bifp);
  const eh = changetype<EtherHeader>(m.data);
  const from = stationOf(bridge, eh.shost);
  const to = stationOf(bridge, eh.dhost);
  // Of known stations neither can be the bridge, a member or a group.
  if (from && to && member && from.port == member.port) return between(t, m, bifp, bridge, member, from, to.port);
  if (bifp.mac && eh.dhost == bifp.mac) return toBridge(t, m, bridge, member);
  if (!member) return local(t, m, bifp);
  return m.mflags & (M_BCAST | M_MCAST) ? group(t, m, bridge, member) : unicast(t, m, bridge, member);
}

/** Steps 2 and 3: the bridge is down, or only watches. */
function asleep(t: Thread, m: Mbuf, bifp: Ifnet): At {
  if (!(bifp.flags & IFF_RUNNING)) return local(t, m, bifp);
  m.rcvif = <u8>bifp.index;
  countPort(bifp.counters, PortCounter.if_ipackets);
  addPort(bifp.counters, PortCounter.if_ibytes, m.len);
  leave(t, bifp.serializer);
  return drop(t, m, Drop.Monitor);
}

/** "return m": the frame is for this interface itself, or none of the bridge's business. */
function local(t: Thread, m: Mbuf, bifp: Ifnet): At {
  leave(t, bifp.serializer);
  return etherDemuxOncpu(t, m);
}

/** Step 5: for the bridge's own address. [engine] The source is learned if that address is a member's too. */
function toBridge(t: Thread, m: Mbuf, bridge: Bridge, member: Member | null): At {
  const bifp = Ifnet.at(bridge.port);
  for (let i: u32 = 0; i < bridge.members; i++) {
    const other = Member.at(bridge.firstMember + i);
    if (other.isSpan || other.isGone || Ifnet.at(other.port).mac != bifp.mac) continue;
    if (member && !isSilent(member) && other.flags & IFBIF_LEARNING) learn(bridge, member, m, t.cpu);
    break;
  }
  leave(t, bifp.serializer);
  return etherReinput(t, m, bridge.port);
}

/** Steps 8 and 9: a copy for the other ports, a copy for the bridge itself, the original for the interface that it came in by. */
function group(t: Thread, m: Mbuf, bridge: Bridge, member: Member): At {
  const bifp = Ifnet.at(bridge.port);
  bridgeSpan(t, bridge, m);
  if (changetype<EtherHeader>(m.data).dhost == BSTP_ETHERADDR) {
    count(t.cpu, Counter.brc_bpdus);
    leave(t, bifp.serializer);
    return deliver(m);
  }
  if (isSilent(member)) return local(t, m, bifp);
  const flood = cloneOf(t, m);
  if (!flood) return local(t, m, bifp);
  forward(t, flood, bridge, member);
  leave(t, bifp.serializer);
  const own = cloneOf(t, m);
  if (own && etherReinput(t, own, bridge.port) == At.SendMsg) pend(t, own, At.SendMsg);
  pend(t, m, At.EtherDemuxOncpu); // behind the copy, which needs no BGL
  return At.Done;
}

/** Steps 8, 10 and 12 between two known stations. `port` is that of the destination. */
function between(t: Thread, m: Mbuf, bifp: Ifnet, bridge: Bridge, member: Member, from: Station, port: u32): At {
  bridgeSpan(t, bridge, m);
  if (isSilent(member)) return local(t, m, bifp);
  countInput(bifp, m);
  if (member.flags & IFBIF_LEARNING) bridgeRtrefresh(bridge, from);
  const next = isLearning(member) ? drop(t, m, Drop.BridgePortState) : towards(t, m, bridge, member, port);
  leave(t, bifp.serializer);
  return next == At.BridgeEnqueue ? bridgeEnqueueHandler(t, m) : next;
}

/** Steps 8 and 10 to 12. */
function unicast(t: Thread, m: Mbuf, bridge: Bridge, member: Member): At {
  const bifp = Ifnet.at(bridge.port);
  bridgeSpan(t, bridge, m);
  if (isSilent(member)) return local(t, m, bifp);
  let next = ownAddress(t, m, bridge, member);
  if (next != At.BridgeInput) return next;
  next = forward(t, m, bridge, member);
  leave(t, bifp.serializer);
  return next == At.BridgeEnqueue ? bridgeEnqueueHandler(t, m) : next;
}

/** Step 11: to or from a member's own address. At.BridgeInput: neither. */
function ownAddress(t: Thread, m: Mbuf, bridge: Bridge, member: Member): At {
  const bifp = Ifnet.at(bridge.port);
  const eh = changetype<EtherHeader>(m.data);
  const dhost = eh.dhost;
  const shost = eh.shost;
  for (let i: u32 = 0; i < bridge.members; i++) {
    const other = Member.at(bridge.firstMember + i);
    if (other.isSpan || other.isGone) continue;
    const mac = Ifnet.at(other.port).mac;
    if (dhost == mac) {
      if (other.flags & IFBIF_LEARNING) learn(bridge, member, m, t.cpu);
      if (other.port == member.port) return local(t, m, bifp);
      m.mflags |= M_PROTO1;
      leave(t, bifp.serializer);
      return etherReinput(t, m, other.port);
    }
    if (shost == mac) {
      leave(t, bifp.serializer);
      return drop(t, m, Drop.BridgeOwnSource);
    }
  }
  return At.BridgeInput;
}
