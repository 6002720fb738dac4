// netmsg_service_sync: a synchronous message to every protocol thread in turn. When it is through, every packet queued before it has been processed; used
// when a bridge loses a member. Runs on the control thread, CPU 0. There is one message: what is asked for while it goes round has a round of its own after that.
//
// in     netmsgServiceSync
// out    the control thread is idle again
// locks  none        costs  Cost.Timer per port

import { At, Cost, Ipi, ThreadKind } from "../abi";
import { MSGF_DONE, MSGF_MPSAFE, MSGF_SYNC, Netmsg } from "../kern/mbuf";
import { controlThread, lwktSchedule, protocolThreads, putport, Thread } from "../kern/thread";
import { charge, send } from "../seam";
import { controlMessage } from "./messages";
import { replySync } from "./msgport";

/** Asks for a round. */
export function netmsgServiceSync(): void {
  const t = controlThread();
  t.pended = 1;
  lwktSchedule(t);
}

/** Place SyncSend: the message is on its way to the next port. The first one is of this CPU, and never waits. */
export function syncSend(t: Thread): At {
  if (t.cursor == 0) {
    if (!t.pended) return At.Empty;
    t.pended = 0;
  }
  while (t.cursor < protocolThreads() && Thread.at(t.cursor).kind == ThreadKind.Ifnet) t.cursor++;
  if (t.cursor >= protocolThreads()) {
    t.cursor = 0;
    t.at = At.SyncSend;
    return t.pended ? At.SyncSend : At.Done;
  }
  const target = Thread.at(t.cursor);
  const m = controlMessage();
  m.flags = MSGF_SYNC | MSGF_MPSAFE;
  m.dispatch = <u16>At.SyncMessage;
  m.thread = target;
  charge(t, Cost.Timer);
  if (target.cpu == t.cpu) putport(m, target);
  else if (!send(t, At.SyncSend, 0, target.cpu, Ipi.Putport, changetype<usize>(m))) return At.Wait;
  t.cursor++;
  return syncWait(t);
}

/** Place SyncWait: sleeps until the reply has come. */
export function syncWait(t: Thread): At {
  if (controlMessage().flags & MSGF_DONE) return At.SyncSend;
  t.at = At.SyncWait;
  return At.Empty;
}

/** Place SyncMessage: the message at its port; the reply goes back to CPU 0. */
export function syncMessage(t: Thread, m: Netmsg): At {
  if (t.cpu == 0) {
    syncReplied(m);
    return At.Done;
  }
  return send(t, At.SyncMessage, changetype<usize>(m), 0, Ipi.Reply, changetype<usize>(m)) ? At.Done : At.Wait;
}

/** lwkt_replymsg of the synchronous message, on CPU 0. */
export function syncReplied(m: Netmsg): void {
  replySync(m, controlThread());
}
