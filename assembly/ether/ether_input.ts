// Ethernet input, generation 2 (ETHER_INPUT2): look at the frame on the interrupt thread, work on it on the CPU that owns its flow. After
// sys/net/if_ethersubr.c 1.75 with the mail of September 2008 applied: fastforward is enabled and the message carries MSGF_MPSAFE.
//
// in     a frame from nicRxeof, or one that a bridge gives to another interface
// out    a message in the chain of its CPU · bridgeInput, vlanInput, ipflowFastforward, netisrRun · Drop.*
// reads  Ifnet flags, Knob.EtherInputMpsafe, Knob.BridgeTransparent        writes  Mbuf: flags, tag, message
// locks  the interface's serializer on the interrupt side; none on the protocol side
// costs  Cost.EtherInput, Cost.EtherOncpu

import { At, Cost, Drop, IFF_MONITOR, IFF_NOARP, IFF_PPROMISC, IFF_PROMISC, IFF_RSS, IFF_UP, Isr, Knob, PortCounter } from "../abi";
import { drop } from "../kern/ends";
import { Ifnet } from "../kern/ifnet";
import { knob } from "../kern/kernel";
import { M_BCAST, M_MCAST, M_PROTO1, M_VLANTAG, Mbuf, MSGF_MPSAFE } from "../kern/mbuf";
import { Thread } from "../kern/thread";
import { isGroupMac, MAC_BROADCAST } from "../memory/bytes";
import { netisrQueue, netisrRun } from "../net/netisr_run";
import { netisrCpu } from "../net/protocol_threads";
import { ipLengthcheck, ipMport, LENGTH_OK, rssPort, usualPort } from "../netinet/ip_demux";
import { ipflowFastforward } from "../netinet/ip_flow";
import { charge, enter } from "../seam";
import { addPort, countPort } from "../stats/counters";
import {
  ETHER_HDR_LEN,
  ETHERTYPE_AARP,
  ETHERTYPE_ARP,
  ETHERTYPE_AT,
  ETHERTYPE_IP,
  ETHERTYPE_IPV6,
  ETHERTYPE_IPX,
  ETHERTYPE_MPLS,
  ETHERTYPE_MPLS_MCAST,
  ETHERTYPE_NS,
  ETHERTYPE_VLAN,
  EtherHeader,
  EVL_ENCAPLEN,
  takeTag,
} from "../wire/ethernet";
import { bridgeInput } from "./bridge";
import { etherOutput } from "./ether_output";
import { llcIsr } from "./llc";
import { vlanInput } from "./vlan";

/** ether_input_chain2, steps 1 to 12: the thread that the packet is for, or null if the packet has ended. `hardware`: pktinfo may be used. */
export function etherInputChain(t: Thread, m: Mbuf, hardware: bool): Thread | null {
  const ifp = Ifnet.at(m.rcvif);
  charge(t, Cost.EtherInput);
  if (!(ifp.flags & IFF_UP)) return ended(t, m, Drop.InterfaceDown);
  if (m.len < ETHER_HDR_LEN) return ended(t, m, Drop.Runt);
  const eh = changetype<EtherHeader>(m.data);
  const dhost = eh.dhost;
  if (m.mflags) m.mflags &= ~(M_BCAST | M_MCAST); // it came before, by another interface
  if (isGroupMac(dhost)) {
    m.mflags |= dhost == MAC_BROADCAST ? M_BCAST : M_MCAST;
    countPort(ifp.counters, PortCounter.if_imcasts);
  }
  addPort(ifp.counters, PortCounter.if_ibytes, m.len);
  if (ifp.flags & IFF_MONITOR) return ended(t, m, Drop.Monitor);
  const transparent = ifp.bridge != 0 && knob(Knob.BridgeTransparent) != 0;
  if (eh.type == ETHERTYPE_VLAN) {
    if (m.len < ETHER_HDR_LEN + EVL_ENCAPLEN) return transparent ? message(m, netisrCpu(0), Isr.Max) : ended(t, m, Drop.Runt);
    if (!(m.mflags & M_VLANTAG)) {
      m.vlanTag = takeTag(m.data);
      m.mflags |= M_VLANTAG;
      m.data += EVL_ENCAPLEN;
      m.len -= EVL_ENCAPLEN;
    }
    if (changetype<EtherHeader>(m.data).type == ETHERTYPE_VLAN) {
      if (transparent) return message(m, netisrCpu(0), Isr.Max);
      countPort(ifp.counters, PortCounter.if_noproto);
      return ended(t, m, Drop.DoubleTag);
    }
  }
  return findPort(t, m, ifp, hardware, transparent);
}

function ended(t: Thread, m: Mbuf, reason: Drop): Thread | null {
  drop(t, m, reason);
  return null;
}

/** Steps 10 to 12: type, port, message. A bad IPv4 packet ends here, unless a transparent bridge wants it. */
function findPort(t: Thread, m: Mbuf, ifp: Ifnet, hardware: bool, transparent: bool): Thread | null {
  const isr = isrOf(changetype<EtherHeader>(m.data).type);
  if (isr != Isr.Ip) return message(m, netisrCpu(0), isr);
  const at = m.data + ETHER_HDR_LEN;
  const length = m.len - ETHER_HDR_LEN;
  if (hardware && ifp.flags & IFF_RSS) {
    const port = rssPort(m, at, length);
    if (port) return message(m, port, isr);
  }
  const usual = usualPort(m, at, length);
  if (usual) return message(m, usual, isr);
  const bad = ipLengthcheck(t.cpu, at, length);
  if (bad == LENGTH_OK) return message(m, ipMport(m, at), isr);
  return transparent ? message(m, netisrCpu(0), Isr.Max) : ended(t, m, <Drop>bad);
}

function message(m: Mbuf, port: Thread, isr: u32): Thread {
  m.thread = port;
  m.dispatch = <u16>At.EtherInputOncpu;
  m.flags = knob(Knob.EtherInputMpsafe) ? MSGF_MPSAFE : 0;
  m.result = <u16>isr;
  return port;
}

/** EtherType, in network order, to netisr number; Isr.Max: none. */
function isrOf(type: u16): u32 {
  if (type == ETHERTYPE_IP) return Isr.Ip;
  if (type == ETHERTYPE_ARP) return Isr.Arp;
  if (type == ETHERTYPE_IPV6) return Isr.Ipv6;
  if (type == ETHERTYPE_IPX) return Isr.Ipx;
  if (type == ETHERTYPE_NS) return Isr.Ns;
  if (type == ETHERTYPE_AT) return Isr.Atalk1;
  if (type == ETHERTYPE_AARP) return Isr.Aarp;
  return type == ETHERTYPE_MPLS || type == ETHERTYPE_MPLS_MCAST ? Isr.Mpls : Isr.Max;
}

/** A frame that a bridge gives to another interface, or to itself: a new message, never a nested call. */
export function etherReinput(t: Thread, m: Mbuf, port: u32): At {
  m.rcvif = <u8>port;
  countPort(Ifnet.at(port).counters, PortCounter.if_ipackets);
  return etherInputChain(t, m, false) ? At.SendMsg : At.Done;
}

/** First code that a packet meets on its own CPU. */
export function etherInputOncpu(t: Thread, m: Mbuf): At {
  const ifp = Ifnet.at(m.rcvif);
  charge(t, Cost.EtherOncpu);
  if ((ifp.flags & (IFF_UP | IFF_MONITOR)) != IFF_UP) return drop(t, m, Drop.InterfaceDown);
  if (ifp.bridge) {
    if (!(m.mflags & M_PROTO1)) {
      return enter(t, At.BridgeInput, changetype<usize>(m), Ifnet.at(ifp.bridgePort).serializer) ? bridgeInput(t, m) : At.Wait;
    }
    m.mflags &= ~M_PROTO1;
  }
  return etherDemuxOncpu(t, m);
}

/** ether_demux_oncpu: vlan, then fastforward, then the protocol's handler. */
export function etherDemuxOncpu(t: Thread, m: Mbuf): At {
  const ifp = Ifnet.at(m.rcvif);
  const eh = changetype<EtherHeader>(m.data);
  if (m.mflags & M_VLANTAG) return vlanInput(t, m);
  const filtered = (ifp.flags & (IFF_PROMISC | IFF_PPROMISC)) == IFF_PROMISC && !(m.mflags & (M_BCAST | M_MCAST));
  if (filtered && eh.dhost != ifp.mac) return drop(t, m, Drop.OtherStation);
  const type = eh.type;
  m.data += ETHER_HDR_LEN;
  m.len -= ETHER_HDR_LEN;
  if (type == ETHERTYPE_IP) {
    const next = ipflowFastforward(t, m);
    if (next == At.EtherOutput) return etherOutput(t, m);
    return next == At.IpInput ? netisrRun(t, m, Isr.Ip) : next;
  }
  if (type == ETHERTYPE_ARP) return ifp.flags & IFF_NOARP ? drop(t, m, Drop.InterfaceNoArp) : netisrRun(t, m, Isr.Arp);
  const isr = isrOf(type);
  if (isr != Isr.Max) return netisrRun(t, m, isr);
  const llc = llcIsr(m, type);
  if (llc == Isr.Max) return drop(t, m, Drop.UnknownEtherType);
  return netisrQueue(t, m, llc, netisrCpu(0));
}
