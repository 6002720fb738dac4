// Transmit rings and links: a frame that a step has put into a ring goes out as soon as those before it have, at the link's rate. When its last bit is out is
// known then; its descriptor and mbuf are reclaimed by the driver's next look at the ring: when it puts another frame in, or at an interrupt.

import { Boot, IFF_FAULTY, IFF_NOCARRIER, IFF_OACTIVE, Path, PortQueue } from "../../abi";
import { showDeparture } from "../../dev/departures";
import { CLOSED_CAUSES } from "../../kern/closed_cause";
import { departureOf, NEVER, setEvent } from "../../kern/events";
import { isLost, sendFaulty } from "../../kern/fault_frames";
import { Ifnet, txFirst } from "../../kern/ifnet";
import { Kernel } from "../../kern/kernel";
import { Mbuf } from "../../kern/mbuf";
import { reclaim } from "../../kern/sent";
import { Step } from "../../kern/step";
import { Stamp } from "../../kern/watch/on";
import { enqueue, portQueue } from "../../kern/watch/queues";
import { Wire } from "../../kern/wire";
import { boot } from "../../memory/arena";
import { feedbackDeparts } from "./feedback";
import { countOrder } from "./flows";
import { setInterrupt } from "./interrupts";
import { refillRing } from "./nics";

/** Gives the link what a step has put into transmit rings, and the interface the receive slots that it has read. */
export function flushRings(s: Step): void {
  if (s.refill) refillRing(s);
  while (s.rings) {
    const ifp = changetype<Ifnet>(s.rings);
    s.rings = ifp.txNext;
    ifp.txLinked = 0;
    s.extra += reclaim(ifp);
    flushRing(ifp);
  }
}

/** Gives the link the frames of a ring that it does not have yet. */
export function flushRing(ifp: Ifnet): void {
  const wire = Wire.at(ifp.index);
  const first = wire.unsent;
  if (ifp.flags & IFF_NOCARRIER) return standStill(ifp, wire, first);
  if (!first) {
    if (ifp.flags & IFF_OACTIVE) setInterrupt(ifp); // the transmitter has begun to wait
    return;
  }
  if (ifp.flags & IFF_FAULTY) sendFaulty(ifp, changetype<Mbuf>(first));
  const now = Kernel.at().now;
  const begin = max(now, wire.linkFree);
  let free = begin;
  for (let m: Mbuf | null = changetype<Mbuf>(first); m; m = m.nextPacket) {
    free += wire.timeOf(m.len);
    Stamp.of(m).departs = free;
    if (m.path != Path.Originated) countOrder(Stamp.of(m).flow, m.cause);
    if (m.cause >= CLOSED_CAUSES && !isLost(m)) feedbackDeparts(ifp.index, m);
    if (wire.standing) wire.standing--;
    else enqueue(portQueue(ifp.index, PortQueue.Transmit), now);
  }
  wire.linkFree = free;
  wire.given += free - begin;
  wire.unsent = 0;
  if (!wire.uncounted) wire.uncounted = first;
  if (!wire.shown && hasDepartures(wire)) show(ifp, wire, changetype<Mbuf>(first));
  if (changetype<usize>(txFirst(ifp)) == first || ifp.flags & IFF_OACTIVE) setInterrupt(ifp);
}

/** The ring keeps what a step has put into it. */
function standStill(ifp: Ifnet, wire: Wire, first: usize): void {
  let before = wire.standing;
  for (let m = changetype<Mbuf | null>(first); m; m = m.nextPacket) {
    if (before) before--;
    else {
      enqueue(portQueue(ifp.index, PortQueue.Transmit), Kernel.at().now);
      wire.standing++;
    }
  }
}

/** Whether departures are events: where the host is shown them, and where they come at the moment at which the link gets the frame, or free the descriptor. */
function hasDepartures(wire: Wire): bool {
  return boot(Boot.Collect) != 0 || wire.txDelay == NEVER || wire.bitsPerSecond == 0;
}

function show(ifp: Ifnet, wire: Wire, m: Mbuf): void {
  wire.shown = changetype<usize>(m);
  setEvent(departureOf(ifp.index), Stamp.of(m).departs);
}

/** A frame has left. The host is shown it; and hardware without completion interrupts gives the descriptor back by itself. False: the output area is full. */
export function departureDue(port: u32): bool {
  const ifp = Ifnet.at(port);
  const wire = Wire.at(port);
  const m = changetype<Mbuf>(wire.shown);
  if (boot(Boot.Collect) && !isLost(m) && !showDeparture(ifp, m, Kernel.at().now + wire.propagation)) return false;
  const next = m.nextPacket;
  if (next && Stamp.of(next).departs != NEVER) show(ifp, wire, next);
  else {
    wire.shown = 0;
    setEvent(departureOf(port), NEVER);
  }
  if (wire.txDelay == NEVER && (!wire.shown || Stamp.of(next!).departs > Kernel.at().now)) {
    reclaim(ifp);
    if (ifp.flags & IFF_OACTIVE) setInterrupt(ifp);
  }
  return true;
}

/** Frames that are counted as sent and still lie in transmit rings. */
export function framesSent(): u32 {
  let frames: u32 = 0;
  for (let port: u32 = 0; port < boot(Boot.Ports); port++) frames += Wire.at(port).sent;
  return frames;
}
