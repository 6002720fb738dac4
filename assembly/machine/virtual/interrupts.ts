// Interrupts of interfaces: when frames have arrived, or been sent, the interrupt comes as moderation has it, and is masked until its handler is through.
// Livelock after sys/kern/kern_intr.c 1.42.

import { Boot, IFF_FAULTY, IFF_OACTIVE, PortKind, PS_PER_SECOND } from "../../abi";
import { nicAssert } from "../../dev/nic";
import { Generator } from "../../dev/traffic/generator";
import { interruptOf, NEVER, setEvent } from "../../kern/events";
import { Ifnet, txFirst } from "../../kern/ifnet";
import { Kernel } from "../../kern/kernel";
import { Mbuf } from "../../kern/mbuf";
import { Thread } from "../../kern/thread";
import { traceInterrupt, tracing } from "../../kern/trace";
import { Stamp } from "../../kern/watch/on";
import { Quiet, Wire } from "../../kern/wire";
import { boot } from "../../memory/arena";
import { interruptLost, interruptsTwice } from "./fault_interrupts";
import { nextArrival, pull } from "./nics";
import { quietDue, staysAwake, takeNap } from "./quiet";
import { settleCpu } from "./schedule";
import { Vcpu } from "./vcpu";

/** hz: how often the interrupt rate decays. */
const HZ: u64 = 100;
const SECOND: u64 = PS_PER_SECOND;
const TICK: u64 = SECOND / HZ;
/** How often the timer of a livelocked interrupt may come in a second. */
const LEAST_TIMER: u32 = 100;
const MOST_TIMER: u32 = 500_000;

/** Sets the time of an interface's next interrupt; if it has several rings, or of the next arrival, as only that tells whose it is. */
export function setInterrupt(ifp: Ifnet): void {
  const wire = Wire.at(ifp.index);
  if (wire.quiet) return;
  pull(ifp, Kernel.at().now); // what will not be received does not interrupt, whenever somebody looks
  if (ifp.rings) ringsFilled(ifp);
  const time = wire.masked ? NEVER : max(Kernel.at().now, due(ifp, wire));
  setEvent(interruptOf(ifp.index), ifp.rings ? min(time, Generator.dueAt(wire).next) : time);
}

/** Frames have come into the ring of an interface, or into some of its rings. */
export function ringsFilled(ifp: Ifnet): void {
  if (!ifp.rings && !Wire.at(ifp.index).masked) setInterrupt(ifp);
  for (let i: u32 = 0; i < ifp.rings; i++) {
    const ring = Ifnet.at(ifp.firstRing + i);
    if (ring.rxFilled && !Wire.at(ring.index).masked) setInterrupt(ring);
  }
}

function due(ifp: Ifnet, wire: Wire): u64 {
  const time = ifp.rings ? txDue(ifp, wire) : min(rxDue(ifp, wire), txDue(ifp, wire));
  if (time == NEVER) return NEVER;
  return max(time, wire.lastInterrupt + gapOf(wire));
}

/** When received frames interrupt: some time after the first, or when there are enough; a count without a delay waits for them. */
function rxDue(ifp: Ifnet, wire: Wire): u64 {
  const next = Generator.dueAt(wire).next;
  const first = ifp.rxFilled ? firstFilled(ifp).arrived : next;
  if (first == NEVER) return NEVER;
  if (!wire.rxCount) return first + wire.rxDelay;
  if (ifp.rxFilled >= wire.rxCount) return 0;
  return wire.rxDelay ? min(first + wire.rxDelay, next) : next; // every arrival is looked at until there are enough
}

function firstFilled(ifp: Ifnet): Mbuf {
  return changetype<Mbuf>(load<u32>(ifp.rxBase + ((<usize>ifp.rxHead) << 2)));
}

function txDue(ifp: Ifnet, wire: Wire): u64 {
  const waiting = (ifp.flags & IFF_OACTIVE) != 0;
  if (waiting && ifp.txCount < ifp.txSlots) return 0;
  const m = txFirst(ifp);
  const departs = m ? Stamp.of(m).departs : NEVER;
  return departs == NEVER || wire.txDelay == NEVER ? NEVER : departs + (waiting ? 0 : wire.txDelay);
}

/** The time has come that `setInterrupt` found. Things may have changed since: then it looks again. */
export function interruptDue(port: u32): void {
  const ifp = Ifnet.at(port);
  const wire = Wire.at(port);
  if (wire.quiet) return quietDue(ifp, wire);
  const now = Kernel.at().now;
  pull(ifp, now);
  if (ifp.rings && wire.masked) return setInterrupt(ifp);
  if (isEarly(ifp, wire, now) || (ifp.flags & IFF_FAULTY && interruptLost(ifp, wire))) return setInterrupt(ifp);
  interrupt(ifp, wire);
  settleCpu(Vcpu.at(ifp.cpu));
}

/** Interrupts: the thread can run, and there is no other interrupt until its handler is through. */
export function interrupt(ifp: Ifnet, wire: Wire): void {
  const now = Kernel.at().now;
  wire.masked = 1;
  wire.lastInterrupt = now;
  if (wire.livelockLimit) watchRate(wire, now);
  setInterrupt(ifp);
  if (tracing()) traceInterrupt(ifp);
  nicAssert(ifp);
}

/** When there is a new reason to interrupt after now, as far as that is known: the next frame, or the end of a transmission. */
export function nextReason(ifp: Ifnet, wire: Wire): u64 {
  const next = nextArrival(ifp);
  const sent = txDue(ifp, wire);
  return min(next == NEVER ? NEVER : next + wire.rxDelay, sent > Kernel.at().now ? sent : NEVER);
}

/** The time between two interrupts at least: in livelock that of the timer. */
export function gapOf(wire: Wire): u64 {
  return wire.livelocked ? max(wire.gap, SECOND / min(max(wire.livelockLimit, LEAST_TIMER), MOST_TIMER)) : wire.gap;
}

function isEarly(ifp: Ifnet, wire: Wire, now: u64): bool {
  const waitsForMore = wire.rxCount && ifp.rxFilled < wire.rxCount;
  if (!waitsForMore) return due(ifp, wire) > now;
  const timer = wire.rxDelay && ifp.rxFilled ? firstFilled(ifp).arrived + wire.rxDelay : NEVER;
  return min(timer, txDue(ifp, wire)) > now;
}

/** The handler is through: the interrupt is unmasked. */
export function handlerDone(ifp: Ifnet): void {
  const wire = Wire.at(ifp.index);
  wire.masked = 0;
  if (wire.quiet == Quiet.Vacation) return takeNap(ifp, wire);
  if (!wire.quiet && ifp.flags & IFF_FAULTY && interruptsTwice(ifp)) return interrupt(ifp, wire);
  setInterrupt(ifp);
}

/**
 * Whether the handler runs again at once, as its ring was not empty: that counts as an interrupt, and in livelock it waits for the timer like any other. One
 * that nothing would call sees what has come meanwhile, too.
 */
export function goesRound(t: Thread, ifp: Ifnet): bool {
  const wire = Wire.at(ifp.index);
  if (wire.quiet == Quiet.Vacation) return staysAwake(t, ifp);
  if (!t.pended) return false;
  if (!wire.livelockLimit) return true;
  watchRate(wire, Kernel.at().now);
  return !wire.livelocked;
}

/** All interfaces, at the first run. */
export function startInterfaces(): void {
  for (let port: u32 = 0; port < boot(Boot.Ports); port++) if (Ifnet.at(port).kind == PortKind.Interface) setInterrupt(Ifnet.at(port));
}

/** Counts an interrupt. Too many a second and the thread is run by a timer, until there have been few for a whole second. */
function watchRate(wire: Wire, now: u64): void {
  for (; wire.rateTick + TICK <= now; wire.rateTick += TICK) {
    if (wire.rate < <u32>HZ) wire.rateTick += ((now - wire.rateTick) / TICK - 1) * TICK; // so few do not decay
    wire.rate -= wire.rate / <u32>HZ;
    if (wire.rate >= wire.livelockLow) wire.calmSince = wire.rateTick + TICK;
  }
  wire.rate++;
  if (!wire.livelocked) {
    if (wire.rate > wire.livelockLimit) wire.livelocked = 1;
    wire.calmSince = now;
  } else if (wire.rate >= wire.livelockLow) wire.calmSince = now;
  else if (now - wire.calmSince >= SECOND) wire.livelocked = 0;
}
