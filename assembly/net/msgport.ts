// Sending messages to ports, near and far. After lwkt_sendmsg and lwkt_thread_putport in sys/kern/lwkt_msgport.c 1.42: on the own CPU append and wake, to
// another CPU one IPI and no lock.

import { At, Ipi } from "../abi";
import { MSGF_DONE, MSGF_SYNC, Netmsg } from "../kern/mbuf";
import { lwktSchedule, putport, Thread } from "../kern/thread";
import { send } from "../seam";

/** Place SendMsg: puts a message into the port of `m.thread`. The message is the receiver's when this returns Done. */
export function lwktSendmsg(t: Thread, m: Netmsg): At {
  const target = m.thread!;
  if (target.cpu == t.cpu) {
    putport(m, target);
    return At.Done;
  }
  return send(t, At.SendMsg, changetype<usize>(m), target.cpu, Ipi.Putport, changetype<usize>(m)) ? At.Done : At.Wait;
}

/** lwkt_thread_putport_remote, on the CPU of the port. */
export function putportRemote(m: Netmsg): void {
  putport(m, m.thread!);
}

/** lwkt_replymsg of a message of the kernel's own: it can be sent again. */
export function reply(m: Netmsg): void {
  m.flags = (m.flags & ~MSGF_SYNC) | MSGF_DONE;
}

/** The reply to a synchronous message wakes the thread that waits for it. */
export function replySync(m: Netmsg, waiter: Thread): void {
  reply(m);
  lwktSchedule(waiter);
}
