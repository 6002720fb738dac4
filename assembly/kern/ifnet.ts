// Interfaces, vlans and bridges as the stack sees them: struct ifnet, with the output queue (sys/net/ifq_var.h 1.8) and the rings of the hardware. Their
// numbers are the places in the configuration. The record lies in kern because machines move frames out of the transmit ring.

import { PortCounter, Region } from "../abi";
import { base } from "../memory/arena";
import { Kernel } from "./kernel";
import { Lock } from "./lock";
import { Mbuf, Netmsg } from "./mbuf";
import { Thread } from "./thread";

@unmanaged
export class Ifnet {
  mac: u64; // its station address, as loaded from the wire: first byte lowest; 0 = a bridge that is no station
  lladdr: u64; // source of what it sends: its own address, or that of the bridge's first member
  index: u32;
  kind: u32; // PortKind
  flags: u32; // IFF_*
  mtu: u32; // bytes of IP packet
  receiveMtu: u32;
  cpu: u32; // of its interrupt
  ithread: Thread; // its interrupt thread
  bridge: u32; // 1 + number of the bridge it is a member of, 0 = none
  bridgePort: u32; // that bridge as an interface
  member: u32; // its record there, in the table of members
  ownBridge: u32; // kind Bridge: its number
  parent: u32; // kinds Vlan and Ring: the interface below
  vid: u32; // kind Vlan
  vlans: u32; // 1 + port of its first vlan, 0 = none
  nextVlan: u32; // kind Vlan: 1 + port of the next one on the same parent
  firstAddress: u32;
  addresses: u32;

  sndHead: Netmsg | null; // output queue
  sndTail: Netmsg | null;
  sndLen: u32;
  sndMaxlen: u32;
  altqStarted: u32; // start interlock: somebody is transmitting or has scheduled it
  reserved: u32;

  rxBase: usize; // receive ring: the mbuf of each filled slot
  rxPosts: usize; // posted mbufs that no frame is in
  rxPosted: u32;
  rxSlots: u32;
  rxHead: u32; // next filled slot to be read
  rxFilled: u32;
  rxLimit: u32; // slots that can be filled: all but those whose frames are being read, if the driver gives them back later
  rxBurst: u32; // most frames that one pass of the handler reads
  rings: u32; // receive rings that have records of their own, 0 = the one above is all
  firstRing: u32; // port of the first of them

  txHead: Netmsg | null; // transmit ring, as a list
  txTail: Netmsg | null;
  txCount: u32;
  txSlots: u32;
  txLinked: u32; // on the machine's list of rings with frames
  txNext: usize;

  static at(port: u32): Ifnet {
    return changetype<Ifnet>(base(Region.Ports) + ((<usize>port) << IFNET_SHIFT));
  }

  /** Address of its PortCounter block. */
  get counters(): usize {
    return changetype<usize>(this) + COUNTERS;
  }

  /** if_serializer: of an interface, or of a bridge. */
  get serializer(): Lock {
    return changetype<Lock>(changetype<usize>(this) + SERIALIZER);
  }

  /** The lock of the output queue (altq), got adaptively. */
  get altqLock(): Lock {
    return changetype<Lock>(changetype<usize>(this) + ALTQ_LOCK);
  }
}
const SERIALIZER: usize = (offsetof<Ifnet>() + 7) & ~7;
const ALTQ_LOCK: usize = SERIALIZER + offsetof<Lock>();
const COUNTERS: usize = ALTQ_LOCK + offsetof<Lock>();
/** A power of two: every packet finds two of them by number. */
const IFNET_SHIFT: usize = 9;
export const IFNET_BYTES: usize = 1 << IFNET_SHIFT;
if (COUNTERS + ((<usize>PortCounter.Count) << 3) > IFNET_BYTES) ERROR("Ifnet has outgrown its 512 bytes");

/** Puts a frame into the transmit ring. The caller has seen that there is room, and tells the machine. */
export function txAppend(ifp: Ifnet, m: Mbuf): void {
  m.next = null;
  const last = ifp.txHead ? ifp.txTail : null;
  if (last) last.next = m;
  else ifp.txHead = m;
  ifp.txTail = m;
  ifp.txCount++;
}

/** The same; the machine finds the ring on its list. */
export function txPut(ifp: Ifnet, m: Mbuf): void {
  txAppend(ifp, m);
  if (!ifp.txLinked) link(ifp);
}

function link(ifp: Ifnet): void {
  ifp.txLinked = 1;
  ifp.txNext = 0;
  const k = Kernel.at();
  if (k.txHead) changetype<Ifnet>(k.txTail).txNext = changetype<usize>(ifp);
  else k.txHead = changetype<usize>(ifp);
  k.txTail = changetype<usize>(ifp);
}

/** The oldest frame in the transmit ring. */
export function txFirst(ifp: Ifnet): Mbuf | null {
  return changetype<Mbuf | null>(ifp.txHead);
}

/** Takes the oldest frame out of the transmit ring. */
export function txTake(ifp: Ifnet, oldest: Mbuf): void {
  ifp.txHead = oldest.next;
  ifp.txCount--;
}

/** Takes the first ring off the machine's list. */
export function txUnlinkFirst(): void {
  const k = Kernel.at();
  const ifp = changetype<Ifnet>(k.txHead);
  k.txHead = ifp.txNext;
  ifp.txLinked = 0;
}

/** Puts a ring that has frames back on the machine's list. */
export function txRelink(ifp: Ifnet): void {
  if (!ifp.txHead || ifp.txLinked) return;
  link(ifp);
}
