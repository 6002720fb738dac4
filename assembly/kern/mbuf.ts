// Messages and packets. After sys/sys/msgport.h, sys/net/netmsg.h 1.10 and sys/sys/mbuf.h: the message lies inside the mbuf, so enqueueing a packet
// allocates nothing and a packet is in at most one queue at a time. A packet is one mbuf with one cluster.
//
//   cluster   | guard 8 | room 42 | frame ...                       | guard 8 |
//             0         8         50 (HEADROOM)                     stride - 8

import { Boot, GUARD, HEADROOM, NO_PORT, Region } from "../abi";
import { base, boot } from "../memory/arena";
import { copyBytes } from "../memory/bytes";
import { Kernel } from "./kernel";
import { Thread } from "./thread";
import { watchCopied } from "./watch";

/** Runs without the BGL in adaptive mode (an alias of MSGF_USER0). */
export const MSGF_MPSAFE: u8 = 1;
/** Replied, that is: not on its way. */
export const MSGF_DONE: u8 = 2;
/** The sender waits for the reply. */
export const MSGF_SYNC: u8 = 4;

export const M_BCAST: u32 = 1;
export const M_MCAST: u32 = 2;
/** `vlanTag` holds a tag that was taken out of the frame. */
export const M_VLANTAG: u32 = 4;
/** Re-injected by a bridge: not to be bridged again. */
export const M_PROTO1: u32 = 8;
/** `hash` names the CPU of the flow. */
export const M_HASH: u32 = 16;
/** ip_lengthcheck has passed. */
export const M_LENCHECKED: u32 = 32;
/** An IP option of this packet named us or a next hop: no redirect (ip_forward's srcrt). */
export const M_SRCRT: u32 = 64;

/** lwkt_msg and netmsg. 16 bytes. */
@unmanaged
export class Netmsg {
  next: Netmsg | null; // port, chain, queue, pending list or free list: one at a time
  thread: Thread | null; // owner of the target port
  dispatch: u16; // At: where the message goes on
  flags: u8; // MSGF_*
  lock: u8; // what its thread did with the BGL: ServiceLock, HandlerLock
  result: u16; // ms_result: the isr of a packet, the interface or timer of a message of the kernel's own
  hash: u8; // CPU of the flow, if M_HASH
  path: u8; // Path by which it would leave now
}

/** A message of the kernel's own, which is no packet. 24 bytes. */
@unmanaged
export class KernelMessage extends Netmsg {
  entered: u64; // when it entered the port that it is in, or was in last: on a machine that has time
}

/** One packet in flight. `data` moves when headers are stripped; `len` follows it. 64 bytes. */
@unmanaged
export class Mbuf extends Netmsg {
  data: usize;
  len: u32;
  mflags: u32; // M_*
  rcvif: u8; // NO_PORT: made here
  outif: u8;
  vlanTag: u16; // host order; only if M_VLANTAG
  etherType: u16; // as on the wire; set for output
  pendingAt: u16; // At, while on a pending list: a message keeps its own `dispatch`
  nexthop: u32; // host order; set for output
  arrived: u64; // picoseconds: when the frame that caused it arrived
  cause: u64; // number of that frame
  dmac: u64; // destination address of the frame to be sent

  get nextPacket(): Mbuf | null {
    return changetype<Mbuf | null>(this.next);
  }
}
if (offsetof<Mbuf>() != 64) ERROR("Mbuf is laid out for one 64-byte line");

const GUARD_WORD: u64 = 0x6e65_7469_7372_2121;

/** mbufs in all: those of the pool and those posted in receive rings. */
export function mbufTotal(): u32 {
  return boot(Boot.Mbufs) + boot(Boot.RxSlots);
}

function clusterOf(m: Mbuf): usize {
  return base(Region.Clusters) + ((changetype<usize>(m) - base(Region.Mbufs)) >> 6) * boot(Boot.ClusterBytes);
}

/** Longest frame that fits a cluster, in bytes. */
export function clusterRoom(): u32 {
  return <u32>(boot(Boot.ClusterBytes) - HEADROOM - GUARD);
}

/** All are free. Their memory is not touched before it is needed: thousands of first touches would be most of an engine's start. */
export function initMbufs(): void {
  Kernel.at().mbufsFree = mbufTotal();
}

/** An mbuf that was never taken before. */
function mFresh(k: Kernel): Mbuf | null {
  if (k.mbufsTaken == mbufTotal()) return null;
  const m = base(Region.Mbufs) + ((<usize>k.mbufsTaken) << 6);
  k.mbufsTaken++;
  k.mbufsFree--;
  return changetype<Mbuf>(m);
}

function setGuards(cluster: usize): void {
  store<u64>(cluster, GUARD_WORD);
  store<u64>(cluster + boot(Boot.ClusterBytes) - GUARD, GUARD_WORD);
}

/** Clusters whose guard words were overwritten. 0 unless the engine has a fault. */
export function brokenGuards(): u32 {
  let broken: u32 = 0;
  for (let i: u32 = 0, n = Kernel.at().mbufsTaken; i < n; i++) {
    const m = changetype<Mbuf>(base(Region.Mbufs) + ((<usize>i) << 6));
    const cluster = clusterOf(m);
    if (!m.data) continue; // posted in a ring, and never filled
    if (load<u64>(cluster) != GUARD_WORD || load<u64>(cluster + boot(Boot.ClusterBytes) - GUARD) != GUARD_WORD) broken++;
  }
  return broken;
}

/** Whether an mbuf lies at an address, and not a message of the kernel's own or anything else. */
export function isPacket(at: usize): bool {
  return at >= base(Region.Mbufs) && at < base(Region.Clusters);
}

/** MGETHDR + MCLGET without waiting. Null: the pool is empty. */
export function mGetcl(): Mbuf | null {
  const m = mTake();
  if (m) mInit(m, 0, NO_PORT);
  return m;
}

/** A buffer for a receive ring, whose fields `mInit` sets when a frame is in it. Null: the pool is empty. */
export function mTake(): Mbuf | null {
  const k = Kernel.at();
  const m = changetype<Mbuf | null>(k.mbufFree);
  if (!m) return mFresh(k);
  k.mbufFree = m.next;
  k.mbufsFree--;
  return m;
}

/** Makes a buffer a packet of `length` bytes. Eight fields are 0, some are left as they are: they are set before they are read. */
export function mInit(m: Mbuf, length: u32, rcvif: u32): void {
  const at = changetype<usize>(m);
  const cluster = clusterOf(m);
  if (!m.data) setGuards(cluster); // it has never been a packet
  store<u64>(at, 0); // next, thread
  store<u64>(at, 0, offsetof<Mbuf>("dispatch")); // dispatch, flags, lock, result, hash, path
  store<u64>(at, <u64>(cluster + HEADROOM) | ((<u64>length) << 32), offsetof<Mbuf>("data")); // data, len
  store<u64>(at, (<u64>rcvif) << 32, offsetof<Mbuf>("mflags")); // mflags, rcvif, outif, vlanTag
}

/** m_freem: back to the pool. What became of the packet has been counted by the caller. */
export function mFreem(m: Mbuf): void {
  const k = Kernel.at();
  m.next = k.mbufFree;
  k.mbufFree = m;
  k.mbufsFree++;
}

/** An empty mbuf for another packet of the same frame: it has the way, the next hop and the cause of `m`. Null: no mbuf. */
export function mGetclLike(m: Mbuf): Mbuf | null {
  const like = mGetcl();
  if (!like) return null;
  like.thread = m.thread;
  like.lock = m.lock;
  like.path = m.path;
  like.rcvif = m.rcvif;
  like.outif = m.outif;
  like.etherType = m.etherType;
  like.nexthop = m.nexthop;
  like.arrived = m.arrived;
  like.cause = m.cause;
  return like;
}

/** m_dup: a deep copy that belongs to the same cause and path. Null: no mbuf. The caller counts it as cloned. */
export function mCopy(m: Mbuf): Mbuf | null {
  const copy = mGetclLike(m);
  if (!copy) return null;
  copy.hash = m.hash;
  copy.result = m.result;
  copy.mflags = m.mflags;
  copy.vlanTag = m.vlanTag;
  copy.dmac = m.dmac;
  copy.data = clusterOf(copy) + (m.data - clusterOf(m));
  copy.len = m.len;
  copyBytes(copy.data, m.data, m.len);
  watchCopied(copy, m);
  return copy;
}
