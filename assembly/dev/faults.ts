// Faults of frames on their way in. A frame goes through the faults of its interface in the order of the configuration: it is lost, changed, doubled, held
// back, or goes on; behind the last one it is received.
//
// in     a frame from the wire (wireReceive)
// out    nicReceive, once, twice or later · Drop.WireLoss, BadFcs, RingFull
// writes Fault: what is held back

import { Boot, Drop, FaultKind, FaultSide, IFF_FAULTY, PortCounter } from "../abi";
import { bitErrors } from "../kern/fault_frames";
import { Fault, nextFault, tickAt } from "../kern/faults";
import { Ifnet } from "../kern/ifnet";
import { boot } from "../memory/arena";
import { copyBytes } from "../memory/bytes";
import { countPort } from "../stats/counters";
import { Arp } from "../wire/arp";
import { ETHER_HDR_LEN, ETHERTYPE_ARP, EtherHeader } from "../wire/ethernet";
import { nicReceive, refused } from "./nic_receive";
import { ringFor } from "./nic_rings";

/** A frame comes from the wire. True: the ring has something new. */
export function wireReceive(ifp: Ifnet, bytes: usize, length: u32, time: u64, cause: u64): bool {
  if (!(ifp.flags & IFF_FAULTY)) return nicReceive(ifp, bytes, length, time, cause);
  const released = releaseDue(ifp, time);
  const received = passOn(ifp, 0, bytes, length, time, cause);
  return countDown(ifp, time) || received || released;
}

/** Lets a frame meet the faults from number `index` on. */
function passOn(ifp: Ifnet, index: u32, bytes: usize, length: u32, time: u64, cause: u64): bool {
  const end = boot(Boot.Faults);
  let doubled: u32 = 0;
  for (let i = nextFault(index, ifp.index, FaultSide.Receive); i < end; i = nextFault(i + 1, ifp.index, FaultSide.Receive)) {
    const f = Fault.at(i);
    switch (f.kind) {
      case FaultKind.Loss:
        if (f.strikes()) return lost(ifp, Drop.WireLoss, PortCounter.Count, bytes, time, cause);
        break;
      case FaultKind.Flap:
        return lost(ifp, Drop.WireLoss, PortCounter.Count, bytes, time, cause);
      case FaultKind.Arp:
        if (isFrom(<u32>f.amount, bytes, length)) return lost(ifp, Drop.WireLoss, PortCounter.Count, bytes, time, cause);
        break;
      case FaultKind.BitErrors:
        if (!f.amount) bytes = copied(f, bytes, length);
        if (bitErrors(f, bytes, length) && f.amount) return lost(ifp, Drop.BadFcs, PortCounter.if_ierrors, bytes, time, cause);
        break;
      case FaultKind.Ring:
        if (<u64>ringFor(ifp, bytes, length).rxFilled >= f.amount) {
          f.struck++;
          return lost(ifp, Drop.RingFull, PortCounter.if_iqdrops, bytes, time, cause);
        }
        break;
      case FaultKind.Duplication:
        if (f.strikes()) doubled |= u32(passOn(ifp, i + 1, bytes, length, time, cause));
        break;
      default:
        if (holdBack(f, bytes, length, time, cause)) return doubled != 0;
    }
  }
  return nicReceive(ifp, bytes, length, time, cause) || doubled != 0;
}

function lost(ifp: Ifnet, reason: Drop, counter: PortCounter, bytes: usize, time: u64, cause: u64): bool {
  countPort(ifp.counters, PortCounter.received);
  if (counter != PortCounter.Count) countPort(ifp.counters, counter);
  return refused(ifp, reason, time, cause, bytes);
}

/** Where a frame's bits can be flipped: a duplicate is read from its own place later. One that no cluster has room for is refused as it is. */
function copied(f: Fault, bytes: usize, length: u32): usize {
  if (length > boot(Boot.ClusterBytes)) return bytes;
  copyBytes(f.frame, bytes, length);
  return f.frame;
}

/** ARP from a neighbour. */
function isFrom(ip: u32, bytes: usize, length: u32): bool {
  return length >= ETHER_HDR_LEN + 28 && changetype<EtherHeader>(bytes).type == ETHERTYPE_ARP && changetype<Arp>(bytes + ETHER_HDR_LEN).spa == ip;
}

// ---- frames that are held back: one for each fault of that kind; while it is, the others pass ----

/** Holds a frame for `amount` ps, or until `more` later ones have passed; 0: only the time counts. */
function holdBack(f: Fault, bytes: usize, length: u32, time: u64, cause: u64): bool {
  if (f.held || length > boot(Boot.ClusterBytes) || !f.strikes()) return false;
  copyBytes(f.frame, bytes, length);
  f.held = 1;
  f.heldLength = length;
  f.heldLeft = f.more ? <u32>f.more + 1 : 0; // with the frame itself, which is counted when it has passed here
  f.saved = cause;
  f.savedMore = time + f.amount;
  tickAt(f, f.savedMore);
  return true;
}

/** Receives a frame that was held back, at `time`. */
function release(ifp: Ifnet, index: u32, time: u64): bool {
  const f = Fault.at(index);
  f.held = 0;
  return passOn(ifp, index + 1, f.frame, f.heldLength, time, f.saved);
}

/** Receives the frames whose time is over, the first one first. */
export function releaseDue(ifp: Ifnet, time: u64): bool {
  let released = false;
  while (true) {
    let first: u32 = boot(Boot.Faults);
    let soonest = time;
    for (let i: u32 = 0, n = boot(Boot.Faults); i < n; i++) {
      const f = Fault.at(i);
      if (!f.held || f.subject != ifp.index || f.savedMore > soonest || (first < n && f.savedMore == soonest)) continue;
      first = i;
      soonest = f.savedMore;
    }
    if (first == boot(Boot.Faults)) return released;
    if (release(ifp, first, soonest)) released = true;
  }
}

/** A frame has passed: those that it was the last to go before follow it. */
function countDown(ifp: Ifnet, time: u64): bool {
  let released = false;
  for (let i: u32 = 0, n = boot(Boot.Faults); i < n; i++) {
    const f = Fault.at(i);
    if (!f.held || f.subject != ifp.index || !f.heldLeft || --f.heldLeft) continue;
    if (release(ifp, i, time)) released = true;
  }
  return released;
}
