// Learning bridge: forwarding. After bridge_forward and bridge_broadcast in sys/net/bridge/if_bridge.c 1.42.
//
// in     a frame that bridge_input has not kept, or its copy
// out    At.BridgeEnqueue with the port in `m.outif` · messages for a flood · Drop.Bridge*
// reads  members, states, Knob.BridgeEnqueueMpsafe        writes  the address table
// locks  none of its own: the caller has the bridge's serializer
// costs  Cost.BridgeClone per copy

import { At, BstpState, Counter, Drop, IFBIF_DISCOVER, IFBIF_LEARNING, IFBIF_STP, IFF_RUNNING, Knob, NO_PORT, Path, PortCounter } from "../abi";
import { drop } from "../kern/ends";
import { Ifnet } from "../kern/ifnet";
import { knob } from "../kern/kernel";
import { M_BCAST, M_MCAST, Mbuf, MSGF_MPSAFE } from "../kern/mbuf";
import { putport, Thread } from "../kern/thread";
import { isGroupMac } from "../memory/bytes";
import { netisrCpu } from "../net/protocol_threads";
import { addPort, count, countPort } from "../stats/counters";
import { EtherHeader } from "../wire/ethernet";
import { isBlocked, Member, memberOf } from "./bridge_member";
import { cloneOf } from "./bridge_output";
import { Bridge, bridgeRtlookup, bridgeRtupdate } from "./bridge_table";

/** No port is known for a destination. */
const UNKNOWN: u32 = NO_PORT;

/** bridge_rtupdate for the source of a frame. */
export function learn(bridge: Bridge, member: Member, m: Mbuf, cpu: u32): void {
  bridgeRtupdate(bridge, changetype<EtherHeader>(m.data).shost, member.port, cpu);
}

/** A group or no address at all is no station. */
function learnIndividual(bridge: Bridge, member: Member, m: Mbuf, cpu: u32): void {
  const shost = changetype<EtherHeader>(m.data).shost;
  if (!isGroupMac(shost) && shost != 0) learn(bridge, member, m, cpu);
}

/**
 * bridge_forward, under the serializer, for a source port that bridge_input found to be open: learns, then finds the port. At.BridgeEnqueue: hand over
 * to `m.outif` once the serializer is left.
 */
export function forward(t: Thread, m: Mbuf, bridge: Bridge, member: Member): At {
  const bifp = Ifnet.at(bridge.port);
  countInput(bifp, m);
  if (member.flags & IFBIF_LEARNING) learnIndividual(bridge, member, m, t.cpu);
  if (isLearning(member)) return drop(t, m, Drop.BridgePortState);
  if (m.mflags & (M_BCAST | M_MCAST)) {
    countPort(bifp.counters, PortCounter.if_imcasts);
    return broadcast(t, m, bridge, member);
  }
  const port = lookup(bridge, changetype<EtherHeader>(m.data).dhost);
  return port == UNKNOWN ? broadcast(t, m, bridge, member) : towards(t, m, bridge, member, port);
}

/** What the bridge counts of a frame that it forwards. */
export function countInput(bifp: Ifnet, m: Mbuf): void {
  countPort(bifp.counters, PortCounter.if_ipackets);
  addPort(bifp.counters, PortCounter.if_ibytes, m.len);
  m.path = <u8>Path.Bridged;
}

/** The state in which a port hears and does not forward. */
export function isLearning(member: Member): bool {
  return (member.flags & IFBIF_STP) != 0 && member.state == BstpState.Learning;
}

/** The end of bridge_forward, once the port is known. */
export function towards(t: Thread, m: Mbuf, bridge: Bridge, member: Member, port: u32): At {
  if (port == member.port) return drop(t, m, Drop.BridgeSamePort);
  const ifp = Ifnet.at(port);
  if (!(ifp.flags & IFF_RUNNING)) return drop(t, m, Drop.BridgePortDown);
  if (isBlocked(memberOf(bridge, ifp)!)) return drop(t, m, Drop.BridgePortState);
  m.outif = <u8>port;
  return At.BridgeEnqueue;
}

/** bridge_lookup by the table. */
function lookup(bridge: Bridge, mac: u64): u32 {
  const index = bridgeRtlookup(bridge, mac);
  return index ? bridge.entry(index).port : UNKNOWN;
}

/**
 * bridge_broadcast: a message to this CPU's own netisr for every other member that may send. [engine] The last of these gets the original; the kernel keeps it
 * for the last of the list, and frees it if that one is skipped.
 */
function broadcast(t: Thread, m: Mbuf, bridge: Bridge, source: Member): At {
  const unicast = !(m.mflags & (M_BCAST | M_MCAST));
  count(t.cpu, Counter.brc_flooded);
  let last: Member | null = null;
  for (let i: u32 = 0; i < bridge.members; i++) {
    const other = Member.at(bridge.firstMember + i);
    if (!maySend(other, source, unicast)) continue;
    if (last) enqueueCopy(t, m, bridge, last.port);
    last = other;
  }
  if (!last) return drop(t, m, Drop.BridgeNoPort);
  enqueue(t, m, last.port);
  return At.Done;
}

function maySend(member: Member, source: Member, unicast: bool): bool {
  if (member.isSpan || member.isGone || member.port == source.port || isBlocked(member)) return false;
  if (unicast && !(member.flags & IFBIF_DISCOVER)) return false;
  return (Ifnet.at(member.port).flags & IFF_RUNNING) != 0;
}

function enqueueCopy(t: Thread, m: Mbuf, bridge: Bridge, port: u32): void {
  const copy = cloneOf(t, m);
  if (!copy) {
    countPort(Ifnet.at(bridge.port).counters, PortCounter.if_oerrors);
    return;
  }
  enqueue(t, copy, port);
}

/** bridge_pfil_enqueue. */
function enqueue(t: Thread, m: Mbuf, port: u32): void {
  m.outif = <u8>port;
  m.dispatch = <u16>At.BridgeEnqueue;
  m.flags = knob(Knob.BridgeEnqueueMpsafe) ? MSGF_MPSAFE : 0;
  m.thread = netisrCpu(t.cpu);
  putport(m, netisrCpu(t.cpu));
}
