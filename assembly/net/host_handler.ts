// Protocol handlers in the host, and schednetisr (sys/net/netisr.c), whose work is theirs.
//
// in     At.Host from netisr_run or a port, the packet without its Ethernet header
// out    delivered · handed to the kernel's own handler · Drop.HandlerRefused, Drop.UnregisteredIsr · answers on the pending list
// locks  the BGL unless the protocol was registered MPSAFE
// costs  none: the host's code is not the kernel's

import { At, Counter, Drop, NO_PORT, Path, Region } from "../abi";
import { deliver, drop } from "../kern/ends";
import { Kernel } from "../kern/kernel";
import { clusterRoom, Mbuf, MSGF_DONE, MSGF_MPSAFE, mGetcl, Netmsg } from "../kern/mbuf";
import { pend, putport, Thread } from "../kern/thread";
import { base } from "../memory/arena";
import { count } from "../stats/counters";
import { ETHER_HDR_LEN } from "../wire/ethernet";
import { hostPacket, hostScheduled } from "./env";
import { reply } from "./msgport";
import { Netisr } from "./netisr";
import { netisrCpu } from "./protocol_threads";

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

/** schednetisr_remote, on CPU 0: sends the protocol's message unless it is still on its way. */
export function schednetisrRemote(isr: u32): void {
  const protocol = Netisr.at(isr);
  protocol.requested = 0;
  const m = protocol.message;
  if (!(m.flags & MSGF_DONE)) {
    count(0, Counter.sched_coalesced);
    return;
  }
  m.flags = protocol.mpsafe ? MSGF_MPSAFE : 0;
  m.dispatch = <u16>At.Scheduled;
  putport(m, netisrCpu(0));
}

/** Place Scheduled: replies first, then works. */
export function scheduled(t: Thread, m: Netmsg): At {
  reply(m);
  const k = Kernel.at();
  k.hostThread = changetype<usize>(t);
  k.hostCause = u64.MAX_VALUE; // no frame
  hostScheduled(m.result);
  k.hostThread = 0;
  return At.Done;
}
