// Interfaces that do not interrupt. Either their CPU polls them (dev/polling.ts): the event of the CPU's systimer stands in place of the interrupt of the first
// interface in its list. Or their thread looks at the ring, reads until it is empty, and sleeps for a time before it looks again.

import { Boot, IFF_POLLING, PortKind } from "../../abi";
import { nicAssert } from "../../dev/nic";
import { Pollctx } from "../../dev/pollctx";
import { isPolled, pollclock } from "../../dev/polling";
import { Generator } from "../../dev/traffic/generator";
import { CLOCK, interruptOf, MachineState, NEVER, nextEvent, noticeSource, onlyClock, setEvent } from "../../kern/events";
import { Ifnet, txFirst } from "../../kern/ifnet";
import { Kernel } from "../../kern/kernel";
import { exponential, STREAM_VACATIONS, seedOf } from "../../kern/random";
import { Thread } from "../../kern/thread";
import { Stamp } from "../../kern/watch/on";
import { Quiet, Wire } from "../../kern/wire";
import { boot } from "../../memory/arena";
import { setInterrupt } from "./interrupts";
import { pull } from "./nics";
import { settleCpu } from "./schedule";
import { Vcpu } from "./vcpu";

// ---- polling ----

/** Interfaces of a CPU have been registered or left out, or its systimer has another period. */
export function pollingChanged(cpu: u32): void {
  for (let port: u32 = 0; port < boot(Boot.Ports); port++) {
    const ifp = Ifnet.at(port);
    if (ifp.kind == PortKind.Interface && ifp.cpu == cpu) setQuiet(ifp, Wire.at(port), (ifp.flags & IFF_POLLING) != 0);
  }
  const ctx = Pollctx.at(cpu);
  if (ctx.handlers) setEvent(interruptOf(ctx.interfaceAt(0).index), ctx.tick);
}

function setQuiet(ifp: Ifnet, wire: Wire, polled: bool): void {
  if (wire.quiet == Quiet.Vacation) return;
  if (polled) {
    if (!wire.quiet) MachineState.at().quiet++;
    wire.quiet = Quiet.Polled;
    setEvent(interruptOf(ifp.index), NEVER);
  } else if (wire.quiet) {
    MachineState.at().quiet--;
    wire.quiet = Quiet.No;
    setInterrupt(ifp);
  }
}

/** The event of a quiet interface: a tick of its CPU's systimer, or the end of its nap. */
export function quietDue(ifp: Ifnet, wire: Wire): void {
  const source = interruptOf(ifp.index);
  if (wire.quiet == Quiet.Vacation) {
    setEvent(source, NEVER);
    wire.wakes = NEVER;
    wire.masked = 1;
    nicAssert(ifp);
  } else {
    pollclock(ifp.cpu);
    setEvent(source, Pollctx.at(ifp.cpu).tick);
  }
  settleCpu(Vcpu.at(ifp.cpu));
}

// ---- vacations ----

/** Lets an interface look at its ring every `ps` while it finds nothing; exponentially distributed with this mean if `law` is 1. Before the first run. */
export function attachVacation(port: u32, ps: u64, law: u32): void {
  const wire = Wire.at(port);
  wire.quiet = Quiet.Vacation;
  wire.nap = ps;
  wire.napLaw = law;
  wire.napStream = seedOf(boot(Boot.Seed), STREAM_VACATIONS | port);
  MachineState.at().quiet++;
  takeNap(Ifnet.at(port), wire);
}

/** The thread has found nothing, and sleeps. */
export function takeNap(ifp: Ifnet, wire: Wire): void {
  const nap = wire.napLaw ? exponential(changetype<usize>(wire) + offsetof<Wire>("napStream"), wire.nap) : wire.nap;
  wire.wakes = Kernel.at().now + max<u64>(nap, 1);
  setEvent(interruptOf(ifp.index), wire.wakes);
}

/** Whether its thread, which is through with what it found, finds more. */
export function staysAwake(t: Thread, ifp: Ifnet): bool {
  pull(ifp, Kernel.at().now);
  t.pended = ifp.rxFilled ? 1 : 0;
  return t.pended != 0;
}

// ---- when nothing is left to do ----

/** Whether the event of a source may be that of a timer which goes on for ever. */
export function isTimer(source: u32): bool {
  return source == CLOCK || (MachineState.at().quiet != 0 && source >= interruptOf(0) && source < noticeSource());
}

/** Whether nothing is left to do but such timers: no other event, and nothing that they would find. */
export function onlyTimers(): bool {
  if (!MachineState.at().quiet) return onlyClock();
  for (let port: u32 = 0; port < boot(Boot.Ports); port++) if (Wire.at(port).quiet && !rests(Ifnet.at(port))) return false;
  setTimers(false);
  const idle = nextEvent() == NEVER || onlyClock();
  setTimers(true);
  return idle;
}

/** Takes the events of quiet interfaces out of the queue, or puts them back. */
function setTimers(on: bool): void {
  for (let port: u32 = 0; port < boot(Boot.Ports); port++) {
    const wire = Wire.at(port);
    if (wire.quiet) setEvent(interruptOf(port), on ? timerOf(Ifnet.at(port), wire) : NEVER);
  }
}

function timerOf(ifp: Ifnet, wire: Wire): u64 {
  if (wire.quiet == Quiet.Vacation) return wire.wakes;
  const ctx = Pollctx.at(ifp.cpu);
  return ctx.interfaceAt(0) == ifp ? ctx.tick : NEVER;
}

/** A look at the interface would find nothing: no frame is there or will come from a generator, and none that the link has is to be taken back. */
function rests(ifp: Ifnet): bool {
  const wire = Wire.at(ifp.index);
  if (wire.quiet == Quiet.Polled && !isPolled(ifp)) return true; // nobody looks
  if (ifp.rxFilled || Generator.dueAt(wire).next != NEVER) return false;
  const m = txFirst(ifp);
  return m == null || Stamp.of(m).departs == NEVER;
}
