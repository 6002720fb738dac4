// schednetisr (sys/net/netisr.c): an interrupt asks for a protocol's work without a packet. Each protocol has one message for that; the work is the host's.

import { At, Counter } from "../abi";
import { Kernel } from "../kern/kernel";
import { MSGF_DONE, MSGF_MPSAFE, Netmsg } from "../kern/mbuf";
import { putport, Thread } from "../kern/thread";
import { count } from "../stats/counters";
import { hostScheduled } from "./env";
import { reply } from "./msgport";
import { Netisr } from "./netisr";
import { netisrCpu } from "./protocol_threads";

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
