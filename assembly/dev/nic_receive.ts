// The wire side of a network interface: address filter and receive ring. After the common shape of the drivers of 2008 (em, bge, re).
//
// in     a frame from the wire (nicReceive)
// out    a slot of the ring, for the interrupt thread · Drop.WireLoss, InterfaceDown, Runt, TooLong, NotForUs, RingFull
// reads  Ifnet flags and MTU        writes  receive ring
// locks  none: the ring has room for what the hardware writes while the driver reads        costs  none

import { Boot, Drop, IFF_NOCARRIER, IFF_PPROMISC, IFF_PROMISC, IFF_UP, PortCounter, PortQueue } from "../abi";
import { recordLoss } from "../kern/ends";
import { Ifnet } from "../kern/ifnet";
import { Mbuf, mInit, mTake } from "../kern/mbuf";
import { traceRefused, tracing } from "../kern/trace";
import { portQueue, watchArrival } from "../kern/watch";
import { boot } from "../memory/arena";
import { copyBytes, getMac, isGroupMac } from "../memory/bytes";
import { countDrop, countPort } from "../stats/counters";
import { ETHER_HDR_LEN, ETHERTYPE_VLAN, EtherHeader, EVL_ENCAPLEN } from "../wire/ethernet";
import { ringFor } from "./nic_rings";

/** A frame arrives: filter, then into the ring, or counted away. `cause` is its number. True: it is in the ring. */
export function nicReceive(ifp: Ifnet, bytes: usize, length: u32, time: u64, cause: u64): bool {
  countPort(ifp.counters, PortCounter.received);
  if (
    (ifp.flags & (IFF_UP | IFF_PROMISC | IFF_NOCARRIER)) != (IFF_UP | IFF_PROMISC) ||
    length < ETHER_HDR_LEN ||
    length > ifp.receiveMtu + ETHER_HDR_LEN
  ) {
    const reason = filter(ifp, bytes, length);
    if (reason != Drop.Count) return refused(ifp, <Drop>reason, time, cause, bytes);
  }
  const ring = ringFor(ifp, bytes, length);
  const filled = ring.rxFilled;
  if (filled == ring.rxLimit) {
    countPort(ifp.counters, PortCounter.if_iqdrops);
    return refused(ifp, Drop.RingFull, time, cause, bytes);
  }
  const m = posted(ring);
  store<u32>(slotAt(ring, ring.rxHead + filled), <u32>changetype<usize>(m));
  mInit(m, length, ifp.index);
  copyBytes(m.data, bytes, length);
  m.arrived = time;
  m.cause = cause;
  ring.rxFilled = filled + 1;
  watchArrival(portQueue(ring.index, PortQueue.Ring), m);
  return true;
}

/** Counts a frame away. */
export function refused(ifp: Ifnet, reason: Drop, time: u64, cause: u64, bytes: usize): bool {
  countDrop(ifp.cpu, ifp.index + 1, reason);
  if (boot(Boot.LossBytes)) recordLoss(time, cause, ifp.index, reason, 0, 0);
  if (tracing()) traceRefused(ifp, bytes, cause, time, reason);
  return false;
}

/** Drop.Count: accepted. */
function filter(ifp: Ifnet, bytes: usize, length: u32): u32 {
  if (ifp.flags & IFF_NOCARRIER) return Drop.WireLoss;
  if (!(ifp.flags & IFF_UP)) return Drop.InterfaceDown;
  if (length < ETHER_HDR_LEN) return error(ifp, Drop.Runt);
  if (length > ifp.receiveMtu + ETHER_HDR_LEN && !fitsWithTag(ifp, bytes, length)) return error(ifp, Drop.TooLong);
  if (ifp.flags & (IFF_PROMISC | IFF_PPROMISC)) return Drop.Count;
  const dhost = getMac(bytes);
  return dhost == ifp.mac || isGroupMac(dhost) ? Drop.Count : Drop.NotForUs;
}

function fitsWithTag(ifp: Ifnet, bytes: usize, length: u32): bool {
  return changetype<EtherHeader>(bytes).type == ETHERTYPE_VLAN && length <= ifp.receiveMtu + ETHER_HDR_LEN + EVL_ENCAPLEN;
}

function error(ifp: Ifnet, reason: Drop): Drop {
  countPort(ifp.counters, PortCounter.if_ierrors);
  return reason;
}

export function slotAt(ifp: Ifnet, index: u32): usize {
  return ifp.rxBase + ((<usize>(index >= ifp.rxSlots ? index - ifp.rxSlots : index)) << 2);
}

/** The posted buffer that a frame lands in: the one that was posted last, as the caches know it best. */
function posted(ifp: Ifnet): Mbuf {
  const last = ifp.rxPosted - 1;
  ifp.rxPosted = last;
  return changetype<Mbuf>(load<u32>(ifp.rxPosts + ((<usize>last) << 2)));
}

export function post(ifp: Ifnet, m: Mbuf): void {
  const last = ifp.rxPosted;
  store<u32>(ifp.rxPosts + ((<usize>last) << 2), <u32>changetype<usize>(m));
  ifp.rxPosted = last + 1;
}

/** Posts as many buffers as the receive ring has slots. Done once, at attach. */
export function nicFillRing(ifp: Ifnet): void {
  for (let i: u32 = 0; i < ifp.rxSlots; i++) post(ifp, mTake()!);
}
