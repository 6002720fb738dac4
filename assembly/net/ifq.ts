// Output queues. After ifq_dispatch and ifq_handoff in sys/net/if.c and ifq_var.h (May-June 2008).
//
// in     a complete frame with its outgoing interface in `outif`
// out    the output queue, or past it into the transmit ring; the start of the transmitter (net/if_start) · Drop.QueueFull
// reads  Knob.IfqDispatchSchedonly        writes  Ifnet: output queue, start interlock
// locks  the queue's lock for every change of the queue
// costs  Cost.IfqEnqueue; Cost.IfStart for a frame that is passed on

import { At, Cost, Drop, IFF_OACTIVE, IFF_RUNNING, Knob, Place, PortCounter, PortKind, PortQueue } from "../abi";
import { drop } from "../kern/ends";
import { Ifnet } from "../kern/ifnet";
import { knob } from "../kern/kernel";
import { Mbuf } from "../kern/mbuf";
import { Thread } from "../kern/thread";
import { portQueue, watchPut, watchTaken } from "../kern/watch";
import { charge, enter, leave, tryEnter } from "../seam";
import { addPort, countPort, raisePort } from "../stats/counters";
import { EtherHeader } from "../wire/ethernet";
import { ifStartOncpu, ifStartSchedule, moveToRing, startTransmitter } from "./if_start";

/** Hands a frame to its interface from any thread: place IfqDispatch. */
export function ifqSend(t: Thread, m: Mbuf): At {
  return enter(t, At.IfqDispatch, changetype<usize>(m), Ifnet.at(m.outif).altqLock) ? ifqDispatch(t, m) : At.Wait;
}

/** Place IfqDispatch: ifq_dispatch. @locks the queue's. */
export function ifqDispatch(t: Thread, m: Mbuf): At {
  const ifp = Ifnet.at(m.outif);
  if (!ifqEnqueue(t, ifp, m)) {
    leave(t, ifp.altqLock);
    return drop(t, m, Drop.QueueFull);
  }
  const started = ifp.altqStarted;
  ifp.altqStarted = 1;
  leave(t, ifp.altqLock);
  if (started) {
    countPort(ifp.counters, PortCounter.ifq_avoid);
    return At.Done;
  }
  if (knob(Knob.IfqDispatchSchedonly)) return ifStartSchedule(t, ifp);
  if (!tryEnter(t, ifp.serializer)) {
    countPort(ifp.counters, PortCounter.ifq_contend_sched);
    return ifStartSchedule(t, ifp);
  }
  return ifStartOncpu(t, ifp);
}

/** Place IfqHandoff: ifq_handoff, from the bridge. @locks the interface's serializer and the queue's. */
export function ifqHandoff(t: Thread, m: Mbuf, ifp: Ifnet): At {
  const idle = !ifp.sndLen && (ifp.flags & (IFF_RUNNING | IFF_OACTIVE)) == IFF_RUNNING && ifp.txCount < ifp.txSlots && ifp.sndMaxlen > 0;
  const queued = idle ? pass(t, ifp, m) : ifqEnqueue(t, ifp, m);
  const frames = idle ? 1 : queued ? startTransmitter(t, ifp) : 0;
  leave(t, ifp.altqLock);
  charge(t, Cost.IfStart, frames);
  leave(t, ifp.serializer);
  return queued ? At.Done : drop(t, m, Drop.QueueFull);
}

/** Queues a frame that finds the queue empty and the transmitter free, and moves it to the transmit ring, without linking it in between. */
function pass(t: Thread, ifp: Ifnet, m: Mbuf): bool {
  charge(t, Cost.IfqEnqueue);
  countQueued(ifp, m, 1);
  watchTaken(portQueue(ifp.index, PortQueue.Output), m, Place.Count);
  moveToRing(t, ifp, m);
  return true;
}

/** Classic FIFO: full means no. */
function ifqEnqueue(t: Thread, ifp: Ifnet, m: Mbuf): bool {
  charge(t, Cost.IfqEnqueue);
  const length = ifp.sndLen;
  if (length >= ifp.sndMaxlen) {
    countPort(ifp.counters, PortCounter.ifq_drops);
    return false;
  }
  m.next = null;
  const last = ifp.sndHead ? ifp.sndTail : null;
  if (last) last.next = m;
  else ifp.sndHead = m;
  ifp.sndTail = m;
  ifp.sndLen = length + 1;
  countQueued(ifp, m, length + 1);
  return true;
}

function countQueued(ifp: Ifnet, m: Mbuf, length: u32): void {
  raisePort(ifp.counters, PortCounter.ifq_high_water, length);
  addPort(ifp.counters, PortCounter.if_obytes, m.len);
  if (changetype<EtherHeader>(m.data).isGroup) countPort(ifp.counters, PortCounter.if_omcasts);
  watchPut(portQueue(ifp.index, PortQueue.Output), m);
}

/** Frees what waits for transmission, when an interface goes down. */
export function ifqFlush(t: Thread, ifp: Ifnet): void {
  for (let m = ifp.sndHead; m; m = ifp.sndHead) {
    ifp.sndHead = m.next;
    watchTaken(portQueue(ifp.index, PortQueue.Output), m, Place.Count);
    drop(t, changetype<Mbuf>(m), Drop.InterfaceDown);
  }
  ifp.sndLen = 0;
}

/** The interface whose queue a packet for `ifp` goes to; null: a bridge, or a member of one, decides later. */
function queueOf(ifp: Ifnet): Ifnet | null {
  if (ifp.bridge || ifp.kind == PortKind.Bridge) return null;
  return ifp.kind == PortKind.Vlan ? Ifnet.at(ifp.parent) : ifp;
}

/** Whether the output queue would refuse a frame now (ENOBUFS of if_output). */
export function ifqIsFull(ifp: Ifnet): bool {
  const queue = queueOf(ifp);
  return queue != null && queue.sndLen >= queue.sndMaxlen;
}

/** ip_output's test before it sends `packets` frames: the queue must not become full. */
export function ifqRoomFor(ifp: Ifnet, packets: u32): bool {
  const queue = queueOf(ifp);
  return queue == null || queue.sndLen + packets < queue.sndMaxlen;
}
