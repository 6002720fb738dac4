// Network interfaces: the interrupt, its thread, transmit completion. After the common shape of the drivers of 2008 (em, bge, re) and sys/kern/kern_intr.c
// 1.42.
//
// in     the interface's interrupt, or a poll (nicPoll); frames in the receive ring (dev/nic_receive)
// out    etherInputChain, one IPI per CPU that has a chain · Drop.NoMbufs
// reads  Knob.IntrMpsafe        writes  receive ring, chains, OACTIVE
// locks  the BGL unless the handler is MPSAFE; the interface's serializer round the handler
// costs  Cost.RxFrame per frame, Cost.EtherDispatch per IPI; what is reclaimed of the transmit ring costs Cost.TxComplete

import {
  At,
  Boot,
  Cost,
  Drop,
  IFF_INTR_MPSAFE,
  IFF_OACTIVE,
  IFF_POLLING,
  Ipi,
  Knob,
  Place,
  PortCounter,
  PortQueue,
  ThreadCounter,
  ThreadKind,
} from "../abi";
import { etherInputChain } from "../ether/ether_input";
import { recordLoss } from "../kern/ends";
import { Ifnet } from "../kern/ifnet";
import { knob } from "../kern/kernel";
import { Mbuf, mTake } from "../kern/mbuf";
import { lwktSchedule, putport, Thread, tally } from "../kern/thread";
import { traceDrop, tracing } from "../kern/trace";
import { portQueue, watchTaken } from "../kern/watch";
import { boot } from "../memory/arena";
import { ifDevstart } from "../net/if_start";
import { getMplock } from "../net/netmsg_service";
import { charge, enter, leave, rxTaken, send } from "../seam";
import { countDrop, countPort } from "../stats/counters";
import { chainAppend, chainHead, chainSent } from "./chains";
import { post, slotAt } from "./nic_receive";
import { nicOf } from "./nic_rings";

/** The interface asserts its interrupt, unless it is polled instead. */
export function nicAssert(ifp: Ifnet): void {
  if (ifp.flags & IFF_POLLING) return;
  const t = ifp.ithread;
  t.pended = 1;
  lwktSchedule(t);
}

/** Place Interrupt: ithread_handler. The BGL is needed unless the handler and the system say otherwise. */
export function ithreadHandler(t: Thread): At {
  if (!t.pended) return At.Empty;
  t.pended = 0;
  tally(t, ThreadCounter.messages);
  const ifp = Ifnet.at(t.port);
  countPort(nicOf(ifp).counters, PortCounter.interrupts);
  t.subject = changetype<usize>(ifp);
  if (knob(Knob.IntrMpsafe) && ifp.flags & IFF_INTR_MPSAFE) return intrLocked(t, ifp);
  t.release = 1;
  return getMplock(t, At.IntrLocked, changetype<usize>(ifp)) ? intrLocked(t, ifp) : At.Wait;
}

/** Place IntrLocked. */
export function intrLocked(t: Thread, ifp: Ifnet): At {
  return enter(t, At.NicIntr, changetype<usize>(ifp), ifp.serializer) ? nicIntr(t, ifp) : At.Wait;
}

/** Place NicIntr: the handler. @locks the interface's serializer. */
export function nicIntr(t: Thread, ifp: Ifnet): At {
  return nicPoll(t, ifp, ifp.rxBurst);
}

/** if_poll: the same for `most` frames, from netisr_poll. @locks the interface's serializer. */
export function nicPoll(t: Thread, ifp: Ifnet, most: u32): At {
  nicRxeof(t, ifp, most);
  return etherInputDispatch(t, ifp);
}

/** Reads up to `most` frames of the receive ring into the chains. A buffer that cannot be replaced is posted again, and its frame is lost. */
function nicRxeof(t: Thread, ifp: Ifnet, most: u32): void {
  const nic = nicOf(ifp);
  const slots = ifp.rxSlots;
  const ithread = ifp.ithread;
  let head = ifp.rxHead;
  const frames = min(ifp.rxFilled, most);
  for (let left = frames; left > 0; left--) {
    const m = changetype<Mbuf>(load<u32>(slotAt(ifp, head)));
    head = head + 1 == slots ? 0 : head + 1;
    watchTaken(portQueue(ifp.index, PortQueue.Ring), m, Place.Ring);
    charge(t, Cost.RxFrame);
    const fresh = mTake();
    if (!fresh) {
      countPort(nic.counters, PortCounter.if_iqdrops);
      countDrop(t.cpu, nic.index + 1, Drop.NoMbufs);
      if (boot(Boot.LossBytes)) recordLoss(m.arrived, m.cause, nic.index, Drop.NoMbufs, 0, t.id);
      if (tracing()) traceDrop(t, m, Drop.NoMbufs);
      post(ifp, m);
      continue;
    }
    post(ifp, fresh);
    countPort(nic.counters, PortCounter.if_ipackets);
    const port = etherInputChain(t, m, true);
    if (port) chainAppend(ithread, port.cpu, m);
  }
  ifp.rxHead = head;
  ifp.rxFilled -= frames;
  rxTaken(t, ifp, frames);
}

/** Place EtherInputDispatch: ether_input_dispatch, one IPI per CPU that has a chain, in ascending order. @locks the interface's serializer. */
export function etherInputDispatch(t: Thread, ifp: Ifnet): At {
  const ithread = ifp.ithread;
  while (ithread.chained) {
    const cpu = <u32>ctz(ithread.chained);
    charge(t, Cost.EtherDispatch);
    if (!send(t, At.EtherInputDispatch, changetype<usize>(ifp), cpu, Ipi.EtherInput, chainHead(ithread, cpu))) return At.Wait;
    chainSent(ithread, cpu);
  }
  return nicTxeof(t, ifp);
}

/** ether_input_ipifunc, on the target CPU: every packet to its own port, in the order of the chain. */
export function etherInputIpifunc(head: Mbuf): void {
  for (let m: Mbuf | null = head; m; ) {
    const next: Mbuf | null = m.nextPacket;
    putport(m, m.thread!);
    m = next;
  }
}

/** Transmitted frames are gone: the transmitter may go on. */
function nicTxeof(t: Thread, ifp: Ifnet): At {
  if (ifp.txCount < ifp.txSlots) ifp.flags &= ~IFF_OACTIVE;
  if (!ifp.sndLen) return nicDone(t, ifp);
  return enter(t, At.IfDevstart, changetype<usize>(ifp), ifp.altqLock) ? nicDevstart(t, ifp) : At.Wait;
}

/** Place IfDevstart. @locks the interface's serializer and the queue's. */
export function nicDevstart(t: Thread, ifp: Ifnet): At {
  ifDevstart(t, ifp);
  return nicDone(t, ifp);
}

/** The handler is through, or the poll of one interface. */
function nicDone(t: Thread, ifp: Ifnet): At {
  const polled = t.kind != ThreadKind.Interrupt;
  if (!polled && ifp.rxFilled) t.pended = 1; // the burst is over, the ring is not empty: ithread_handler goes round again
  leave(t, ifp.serializer);
  return polled ? At.PollNext : At.Done;
}

/** The tx-complete interrupt: the machine has taken frames from a ring that had been full. */
export function nicTxInterrupt(ifp: Ifnet): void {
  if (ifp.flags & IFF_OACTIVE) nicAssert(ifp);
}
