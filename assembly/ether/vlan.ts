// 802.1Q interfaces. After sys/net/vlan/if_vlan.c: input finds the interface by parent and tag, output puts the tag on and uses the parent's queue.
//
// in     a frame whose tag is in the mbuf; a frame whose outgoing interface is a vlan
// out    etherInputOncpu again, as the vlan's · the parent's output · Drop.NoVlan
// locks  none
// costs  none of its own

import { At, Drop, IFF_RUNNING, PortCounter, PortKind } from "../abi";
import { drop } from "../kern/ends";
import { Ifnet } from "../kern/ifnet";
import { M_VLANTAG, Mbuf } from "../kern/mbuf";
import { Thread } from "../kern/thread";
import { addPort, countPort } from "../stats/counters";
import { EVL_ENCAPLEN, putTag } from "../wire/ethernet";
import { etherInputOncpu } from "./ether_input";

const VID_MASK: u32 = 0xfff;

/** vlan_input. A tag without an interface, the priority tag among them, counts as if_noproto. */
export function vlanInput(t: Thread, m: Mbuf): At {
  const parent = Ifnet.at(m.rcvif);
  const vid = m.vlanTag & VID_MASK;
  for (let next = parent.vlans; next; ) {
    const ifp = Ifnet.at(next - 1);
    if (ifp.vid == vid) {
      m.rcvif = <u8>ifp.index;
      m.mflags &= ~M_VLANTAG;
      countPort(ifp.counters, PortCounter.if_ipackets);
      addPort(ifp.counters, PortCounter.if_ibytes, m.len);
      return etherInputOncpu(t, m);
    }
    next = ifp.nextVlan;
  }
  countPort(parent.counters, PortCounter.if_noproto);
  return drop(t, m, Drop.NoVlan);
}

/**
 * vlan_start: if the outgoing interface is a vlan, tags the frame and makes the parent the outgoing one. A tag that it has already goes into the frame.
 * False: the parent is down.
 */
export function vlanEncap(m: Mbuf): bool {
  const ifp = Ifnet.at(m.outif);
  if (ifp.kind != PortKind.Vlan) return true;
  if (!(Ifnet.at(ifp.parent).flags & IFF_RUNNING)) {
    countPort(ifp.counters, PortCounter.if_oerrors);
    return false;
  }
  if (m.mflags & M_VLANTAG) {
    putTag(m.data, m.vlanTag);
    m.data -= EVL_ENCAPLEN;
    m.len += EVL_ENCAPLEN;
  }
  m.mflags |= M_VLANTAG;
  m.vlanTag = <u16>ifp.vid;
  m.outif = <u8>ifp.parent;
  countPort(ifp.counters, PortCounter.if_opackets);
  addPort(ifp.counters, PortCounter.if_obytes, m.len);
  return true;
}
