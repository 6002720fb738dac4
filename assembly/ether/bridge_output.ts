// Learning bridge: output. After bridge_output, bridge_start, bridge_span and bridge_handoff in sys/net/bridge/if_bridge.c 1.42.
//
// in     At.BridgeOutput for a frame of this host, sent by a member or by the bridge itself, the bridge's number in `m.result`; At.BridgeEnqueue for a
//        frame with its port chosen
// out    the output queue of a port · Drop.BridgePortDown, BridgePortState, BridgeNoPort, InterfaceDown
// reads  members, the address table; the source is not learned
// locks  the bridge's serializer for the look-up; the port's serializer for the hand-over
// costs  Cost.BridgeLookup, Cost.BridgeClone per copy

import { At, Cost, Counter, Drop, IFBIF_DISCOVER, IFF_RUNNING, Path, PortCounter, PortKind } from "../abi";
import { drop } from "../kern/ends";
import { Ifnet } from "../kern/ifnet";
import { Mbuf, mCopy } from "../kern/mbuf";
import { pend, Thread } from "../kern/thread";
import { isGroupMac } from "../memory/bytes";
import { ifqHandoff } from "../net/ifq";
import { charge, enter, leave } from "../seam";
import { addPort, count, countPort } from "../stats/counters";
import { EtherHeader } from "../wire/ethernet";
import { isBlocked, Member, memberOf } from "./bridge_member";
import { Bridge, bridgeRtlookup } from "./bridge_table";
import { vlanEncap } from "./vlan";

/** A copy for another port, or for a flood: counted and paid for. Null: no mbuf. */
export function cloneOf(t: Thread, m: Mbuf): Mbuf | null {
  const copy = mCopy(m);
  if (!copy) return null;
  count(t.cpu, Counter.cloned);
  charge(t, Cost.BridgeClone);
  charge(t, Cost.CopyByte, m.len);
  return copy;
}

/** Place BridgeOutput. @locks the bridge's serializer. */
export function bridgeOutput(t: Thread, m: Mbuf): At {
  const bridge = Bridge.at(m.result);
  const bifp = Ifnet.at(bridge.port);
  charge(t, Cost.BridgeLookup);
  if (!(bifp.flags & IFF_RUNNING)) return bridgeIsDown(t, m, bifp);
  countPort(bifp.counters, PortCounter.if_opackets);
  addPort(bifp.counters, PortCounter.if_obytes, m.len);
  bridgeSpan(t, bridge, m);
  const dhost = changetype<EtherHeader>(m.data).dhost;
  const unicast = !isGroupMac(dhost);
  const index = unicast ? bridgeRtlookup(bridge, dhost) : 0;
  if (index) {
    m.outif = <u8>bridge.entry(index).port;
    const ifp = Ifnet.at(m.outif);
    const blocked = isBlocked(memberOf(bridge, ifp)!);
    leave(t, bifp.serializer);
    if (!(ifp.flags & IFF_RUNNING)) return drop(t, m, Drop.BridgePortDown);
    return blocked ? drop(t, m, Drop.BridgePortState) : bridgeEnqueueHandler(t, m);
  }
  const next = toAll(t, m, bridge, unicast);
  leave(t, bifp.serializer);
  return next;
}

/** A member still sends for itself; the bridge does not. */
function bridgeIsDown(t: Thread, m: Mbuf, bifp: Ifnet): At {
  leave(t, bifp.serializer);
  return Ifnet.at(m.outif).kind == PortKind.Bridge ? drop(t, m, Drop.InterfaceDown) : bridgeEnqueueHandler(t, m);
}

/** A copy to every member that may send, in their order. [engine] The last of these gets the original, as in `broadcast`. */
function toAll(t: Thread, m: Mbuf, bridge: Bridge, unicast: bool): At {
  let last: u32 = 0;
  for (let i: u32 = 0; i < bridge.members; i++) {
    const member = Member.at(bridge.firstMember + i);
    if (member.isSpan || member.isGone || isBlocked(member) || !(Ifnet.at(member.port).flags & IFF_RUNNING)) continue;
    if (unicast && !(member.flags & IFBIF_DISCOVER)) continue;
    if (last) pendCopy(t, m, last - 1);
    last = member.port + 1;
  }
  if (!last) return drop(t, m, Drop.BridgeNoPort);
  m.outif = <u8>(last - 1);
  pend(t, m, At.BridgeEnqueue);
  return At.Done;
}

function pendCopy(t: Thread, m: Mbuf, port: u32): Mbuf | null {
  const copy = cloneOf(t, m);
  if (!copy) {
    countPort(Ifnet.at(port).counters, PortCounter.if_oerrors);
    return null;
  }
  copy.outif = <u8>port;
  pend(t, copy, At.BridgeEnqueue);
  return copy;
}

/** bridge_span: a copy to every span port that runs. It is the bridge's, whoever made the frame. */
export function bridgeSpan(t: Thread, bridge: Bridge, m: Mbuf): void {
  if (!bridge.spans) return;
  for (let i: u32 = 0; i < bridge.members; i++) {
    const span = Member.at(bridge.firstMember + i);
    if (!span.isSpan || span.isGone || !(Ifnet.at(span.port).flags & IFF_RUNNING)) continue;
    const copy = pendCopy(t, m, span.port);
    if (copy) copy.path = <u8>Path.Bridged;
  }
}

/** Place BridgeEnqueue: the frame's port is chosen, no bridge's serializer is held; asks for the port's. */
export function bridgeEnqueueHandler(t: Thread, m: Mbuf): At {
  let ifp = Ifnet.at(m.outif);
  if (ifp.kind == PortKind.Vlan) {
    if (!vlanEncap(m)) return drop(t, m, Drop.BridgePortDown);
    ifp = Ifnet.at(m.outif);
  }
  return enter(t, At.BridgeHandoff, changetype<usize>(m), ifp.serializer) ? handoff(t, m, ifp) : At.Wait;
}

/** Place BridgeHandoff. @locks the port's serializer. */
export function bridgeHandoff(t: Thread, m: Mbuf): At {
  return handoff(t, m, Ifnet.at(m.outif));
}

function handoff(t: Thread, m: Mbuf, ifp: Ifnet): At {
  return enter(t, At.IfqHandoff, changetype<usize>(m), ifp.altqLock) ? ifqHandoff(t, m, ifp) : At.Wait;
}
