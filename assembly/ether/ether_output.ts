// Ethernet output. After ether_output and ether_output_frame in sys/net/if_ethersubr.c 1.75. What can fail (ARP, MTU, room in the queue) has been decided
// by the protocol before.
//
// in     a packet with outgoing interface, destination address and type; or a whole frame
// out    bridgeOutput if the interface belongs to a bridge or is one · the output queue
// locks  none
// costs  Cost.EtherOutput

import { At, Cost, Drop, IFF_UP, PortKind } from "../abi";
import { drop } from "../kern/ends";
import { Ifnet } from "../kern/ifnet";
import { M_BCAST, M_MCAST, M_PROTO1, Mbuf } from "../kern/mbuf";
import { Thread } from "../kern/thread";
import { ifqSend } from "../net/ifq";
import { charge, enter } from "../seam";
import { ETHER_HDR_LEN, EtherHeader } from "../wire/ethernet";
import { bridgeOutput } from "./bridge_output";
import { vlanEncap } from "./vlan";

/** Place EtherOutput: writes the MAC header. */
export function etherOutput(t: Thread, m: Mbuf): At {
  charge(t, Cost.EtherOutput);
  const at = m.data - ETHER_HDR_LEN;
  m.data = at;
  m.len += ETHER_HDR_LEN;
  changetype<EtherHeader>(at).write(m.dmac, Ifnet.at(m.outif).lladdr, m.etherType);
  return etherOutputFrame(t, m);
}

/** Place EtherOutputFrame: a complete frame to an interface, through the bridge if that has one. */
export function etherOutputFrame(t: Thread, m: Mbuf): At {
  const ifp = Ifnet.at(m.outif);
  m.mflags &= ~(M_BCAST | M_MCAST | M_PROTO1);
  if (!(ifp.flags & IFF_UP)) return drop(t, m, Drop.InterfaceDown);
  if (ifp.bridge || ifp.kind == PortKind.Bridge) {
    m.result = <u16>(ifp.bridge ? ifp.bridge - 1 : ifp.ownBridge);
    const bridge = Ifnet.at(ifp.bridge ? ifp.bridgePort : ifp.index);
    return enter(t, At.BridgeOutput, changetype<usize>(m), bridge.serializer) ? bridgeOutput(t, m) : At.Wait;
  }
  return vlanEncap(m) ? ifqSend(t, m) : drop(t, m, Drop.InterfaceDown);
}
