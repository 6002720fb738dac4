// Protocol handlers in the host, and what they answer.
//
// in     At.Host from netisr_run or a port, the packet without its Ethernet header
// out    delivered · handed to the kernel's own handler · Drop.HandlerRefused, Drop.UnregisteredIsr · answers on the pending list
// locks  the BGL unless the protocol was registered MPSAFE
// costs  none: the host's code is not the kernel's

import { At, Counter, Drop, NO_PORT, Path, Region } from "../abi";
import { deliver, drop } from "../kern/ends";
import { Kernel } from "../kern/kernel";
import { clusterRoom, Mbuf, mGetcl, Netmsg } from "../kern/mbuf";
import { pend, Thread } from "../kern/thread";
import { base } from "../memory/arena";
import { count } from "../stats/counters";
import { ETHER_HDR_LEN } from "../wire/ethernet";
import { hostPacket } from "./env";
import { Netisr } from "./netisr";

const NOT_TAKEN: u32 = 0;
const TAKEN: u32 = 1;

/** Place Host. */
export function hostHandler(t: Thread, m: Mbuf): At {
  const k = Kernel.at();
  k.hostThread = changetype<usize>(t);
  k.hostCause = m.cause;
  const verdict = hostPacket(m.result, m.data - ETHER_HDR_LEN, m.len + ETHER_HDR_LEN, m.rcvif);
  k.hostThread = 0;
  if (verdict == TAKEN) return deliver(m);
  if (verdict != NOT_TAKEN) return drop(t, m, Drop.HandlerRefused);
  const place = <At>Netisr.at(m.result).inKernel;
  return place ? place : drop(t, m, Drop.UnregisteredIsr);
}

/** A frame that the handler answers with: `length` bytes at the scratch region, to be sent by `port`. False: no room, or no handler runs. */
export function hostAnswer(port: u32, length: u32): bool {
  const k = Kernel.at();
  if (!k.hostThread || length < ETHER_HDR_LEN || length > clusterRoom()) return false;
  const t = changetype<Thread>(k.hostThread);
  const m = mGetcl();
  if (!m) return false;
  count(t.cpu, Counter.generated);
  m.rcvif = <u8>NO_PORT;
  m.outif = <u8>port;
  m.path = <u8>Path.Originated;
  m.cause = k.hostCause;
  m.arrived = k.now;
  m.thread = t;
  m.lock = changetype<Netmsg>(t.subject).lock;
  m.len = length;
  memory.copy(m.data, base(Region.Scratch), length);
  pend(t, m, At.EtherOutputFrame);
  return true;
}
