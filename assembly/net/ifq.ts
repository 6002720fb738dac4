// Output queues and the start of the transmitter. After ifq_dispatch, ifq_handoff and if_start* in sys/net/if.c and ifq_var.h (May-June 2008).
//
// in     a complete frame with its outgoing interface in `outif`
// out    the transmit ring, through the machine · Drop.QueueFull
// reads  Knob.IfqDispatchSchedonly, Knob.IfStartOncpuSched        writes  Ifnet: output queue, start interlock, OACTIVE
// locks  the queue's lock for every change of the queue; the interface's serializer round if_start
// costs  Cost.IfqEnqueue, Cost.IfStart per frame

import { At, Cost, Drop, IFF_OACTIVE, IFF_RUNNING, Ipi, Knob, Place, PortCounter, PortKind, PortQueue, ThreadKind } from "../abi";
import { drop } from "../kern/ends";
import { Ifnet } from "../kern/ifnet";
import { knob } from "../kern/kernel";
import { M_VLANTAG, Mbuf, MSGF_DONE, MSGF_MPSAFE, Netmsg } from "../kern/mbuf";
import { putport, Thread } from "../kern/thread";
import { portQueue, watchPut, watchTaken } from "../kern/watch";
import { charge, enter, leave, output, send, tryEnter, txeof } from "../seam";
import { addPort, countPort, raisePort } from "../stats/counters";
import { EtherHeader, EVL_ENCAPLEN, putTag } from "../wire/ethernet";
import { ifnetMessage } from "./messages";
import { reply } from "./msgport";
import { threadOf } from "./netisr";

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

/** Place IfStartOncpu. @locks the interface's serializer. */
export function ifStartOncpu(t: Thread, ifp: Ifnet): At {
  return enter(t, At.IfStart, changetype<usize>(ifp), ifp.altqLock) ? ifStart(t, ifp) : At.Wait;
}

/** Place IfStart. @locks the interface's serializer and the queue's; leaves both. */
export function ifStart(t: Thread, ifp: Ifnet): At {
  const frames = startTransmitter(t, ifp);
  const more = needsSchedule(ifp);
  leave(t, ifp.altqLock);
  charge(t, Cost.IfStart, frames);
  leave(t, ifp.serializer);
  return more ? ifStartSchedule(t, ifp) : At.Done;
}

/** if_devstart, from the interrupt thread. True: the ifnet thread has to go on. @locks the interface's serializer and the queue's; leaves the latter. */
export function ifDevstart(t: Thread, ifp: Ifnet): bool {
  const mine = !ifp.altqStarted && ifp.sndLen > 0;
  const frames = mine ? startTransmitter(t, ifp) : 0;
  const more = mine && needsSchedule(ifp);
  if (more) ifp.altqStarted = 1;
  leave(t, ifp.altqLock);
  charge(t, Cost.IfStart, frames);
  return more;
}

/**
 * if_start_need_schedule, under one hold of the queue's lock with if_start, so that nothing can come between [engine: the kernel locks for each frame, and
 * again for this]: the interlock is given back if the queue is empty or the hardware full or down.
 */
function needsSchedule(ifp: Ifnet): bool {
  const more = (ifp.flags & (IFF_RUNNING | IFF_OACTIVE)) == IFF_RUNNING && ifp.sndLen > 0;
  if (!more) ifp.altqStarted = 0;
  return more;
}

/**
 * The driver's if_start: moves frames from the queue into the transmit ring while there is room. A full ring sets OACTIVE. @returns how many; what they cost
 * is charged when the queue's lock is left, which the kernel's driver holds only while it takes each of them
 */
function startTransmitter(t: Thread, ifp: Ifnet): u32 {
  let frames: u32 = 0;
  if ((ifp.flags & (IFF_RUNNING | IFF_OACTIVE)) != IFF_RUNNING) return 0;
  for (let m = ifp.sndHead; m; m = ifp.sndHead) {
    if (ifp.txCount == ifp.txSlots && !txeof(t, ifp)) {
      ifp.flags |= IFF_OACTIVE;
      return frames;
    }
    ifp.sndHead = m.next;
    ifp.sndLen--;
    watchTaken(portQueue(ifp.index, PortQueue.Output), m, Place.Count);
    moveToRing(t, ifp, changetype<Mbuf>(m));
    frames++;
  }
  return frames;
}

/** A tag that travelled in the mbuf goes back into the frame. */
function moveToRing(t: Thread, ifp: Ifnet, m: Mbuf): void {
  countPort(ifp.counters, PortCounter.if_opackets);
  if (m.mflags & M_VLANTAG) {
    putTag(m.data, m.vlanTag);
    m.data -= EVL_ENCAPLEN;
    m.len += EVL_ENCAPLEN;
    m.mflags &= ~M_VLANTAG;
  }
  output(t, ifp, m);
}

/** Place IfStartSchedule: if_start_schedule, the ifnet thread of the interface's CPU does it. */
export function ifStartSchedule(t: Thread, ifp: Ifnet): At {
  const cpu = knob(Knob.IfStartOncpuSched) ? t.cpu : ifp.cpu;
  if (cpu == t.cpu) {
    ifStartIpifunc(ifp, cpu);
    return At.Done;
  }
  return send(t, At.IfStartSchedule, changetype<usize>(ifp), cpu, Ipi.IfStart, changetype<usize>(ifp)) ? At.Done : At.Wait;
}

/** if_start_ipifunc: sends the CPU's message for the interface, unless it is still on its way. */
export function ifStartIpifunc(ifp: Ifnet, cpu: u32): void {
  const m = ifnetMessage(cpu, ifp.index);
  if (!(m.flags & MSGF_DONE)) return;
  m.flags = MSGF_MPSAFE;
  m.dispatch = <u16>At.IfStartMessage;
  m.result = <u16>ifp.index;
  putport(m, threadOf(ThreadKind.Ifnet, cpu));
}

/** The ifnet thread's handler: replies, then waits for the interface. */
export function ifStartMessage(t: Thread, m: Netmsg): At {
  reply(m);
  const ifp = Ifnet.at(m.result);
  return enter(t, At.IfStartOncpu, changetype<usize>(ifp), ifp.serializer) ? ifStartOncpu(t, ifp) : At.Wait;
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
