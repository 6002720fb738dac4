// The start of the transmitter. After if_start* in sys/net/if.c (May-June 2008).
//
// in     an interface whose output queue has frames
// out    the transmit ring, through the machine
// reads  Knob.IfStartOncpuSched        writes  Ifnet: output queue, start interlock, OACTIVE
// locks  the queue's lock for every change of the queue; the interface's serializer round if_start
// costs  Cost.IfStart per frame

import { At, Cost, IFF_OACTIVE, IFF_RUNNING, Ipi, Knob, Place, PortCounter, PortQueue, ThreadKind } from "../abi";
import { Ifnet } from "../kern/ifnet";
import { knob } from "../kern/kernel";
import { M_VLANTAG, Mbuf, MSGF_DONE, MSGF_MPSAFE, Netmsg } from "../kern/mbuf";
import { putport, Thread } from "../kern/thread";
import { portQueue, watchTaken } from "../kern/watch";
import { charge, enter, leave, output, send, txeof } from "../seam";
import { countPort } from "../stats/counters";
import { EVL_ENCAPLEN, putTag } from "../wire/ethernet";
import { ifnetMessage } from "./messages";
import { reply } from "./msgport";
import { threadOf } from "./protocol_threads";

/** Place IfStartOncpu. @locks the interface's serializer. */
export function ifStartOncpu(t: Thread, ifp: Ifnet): At {
  return enter(t, At.IfStart, changetype<usize>(ifp), ifp.altqLock) ? ifStart(t, ifp) : At.Wait;
}

/**
 * Place IfStart. Gives the start interlock back, as if_start_need_schedule does for an empty queue and for hardware that is full or down: there is no other way for
 * the transmitter to stop, as nobody else has the queue's lock in between [engine: the kernel locks for each frame, and again for that test, which schedules
 * what came meanwhile]. @locks the interface's serializer and the queue's; leaves both.
 */
export function ifStart(t: Thread, ifp: Ifnet): At {
  const frames = startTransmitter(t, ifp);
  ifp.altqStarted = 0;
  leave(t, ifp.altqLock);
  charge(t, Cost.IfStart, frames);
  leave(t, ifp.serializer);
  return At.Done;
}

/** if_devstart, from the interrupt thread or a poll, unless somebody has the interlock. @locks the interface's serializer and the queue's; leaves the latter. */
export function ifDevstart(t: Thread, ifp: Ifnet): void {
  const frames = ifp.altqStarted ? 0 : startTransmitter(t, ifp);
  leave(t, ifp.altqLock);
  charge(t, Cost.IfStart, frames);
}

/**
 * The driver's if_start: moves frames from the queue into the transmit ring until the queue is empty or the ring full, which sets OACTIVE. @returns how many;
 * what they cost is charged when the queue's lock is left, which the kernel's driver holds only while it takes each of them
 */
export function startTransmitter(t: Thread, ifp: Ifnet): u32 {
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
export function moveToRing(t: Thread, ifp: Ifnet, m: Mbuf): void {
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
