// When faults begin and end, and what those do that are no matter of single frames. All of them share one source of events. No thread is in the middle of a
// step's code then, so that tables may change; only a bridge's table waits until nobody has its serializer. What the link has been given before a carrier is
// lost still goes out.

import { Boot, FaultKind, FaultSide, FaultTable, IFF_NOCARRIER } from "../../abi";
import { releaseDue } from "../../dev/faults";
import { bridgeSetMax } from "../../ether/bridge_age";
import { Bridge } from "../../ether/bridge_table";
import { NEVER } from "../../kern/events";
import { armFaults, Fault } from "../../kern/faults";
import { Ifnet } from "../../kern/ifnet";
import { Kernel } from "../../kern/kernel";
import { Wire } from "../../kern/wire";
import { boot } from "../../memory/arena";
import { storm } from "./fault_interrupts";
import { arpAnswers, arpSilent, freeMbufs, hideFree, routeBack, routeChange, showFree, takeMbufs } from "./fault_tables";
import { setInterrupt } from "./interrupts";
import { flushRing } from "./links";
import { nextArrival, pull } from "./nics";
import { stallCpu } from "./stall";
import { Vcpu } from "./vcpu";

/** How long to wait for a serializer before looking again. */
const AGAIN: u64 = 1_000_000;

/** Does what is due: first what ends, then what begins, so that one thing can have a fault after the other. */
export function faultsDue(): void {
  const now = Kernel.at().now;
  const count = boot(Boot.Faults);
  for (let i: u32 = 0; i < count; i++) if (Fault.at(i).active && Fault.at(i).change <= now) ends(Fault.at(i), now);
  for (let i: u32 = 0; i < count; i++) if (Fault.at(i).change <= now) begins(Fault.at(i), now);
  for (let i: u32 = 0; i < count; i++) if (Fault.at(i).tick <= now) ticks(Fault.at(i), now);
  armFaults();
}

function begins(f: Fault, now: u64): void {
  if (isTaken(f)) {
    f.change = min(now + AGAIN, f.to);
    if (f.change == f.to) f.change = NEVER; // it never had its chance
    return;
  }
  if (f.sides & FaultSide.Receive) pull(Ifnet.at(f.subject), now);
  f.active = 1;
  const end = f.every ? min(f.to, now + max(f.time(f.lasts), 1)) : f.to;
  f.change = end;
  begin(f, now, end - now);
}

function ends(f: Fault, now: u64): void {
  if (f.sides & FaultSide.Receive) pull(Ifnet.at(f.subject), now);
  f.active = 0;
  const next = f.every ? now + max(f.time(f.every - f.lasts), 1) : NEVER;
  f.change = next < f.to ? next : NEVER;
  end(f);
}

/** Whether it has to wait for the serializer of its bridge. */
function isTaken(f: Fault): bool {
  return f.kind == FaultKind.Table && f.more == FaultTable.Bridge && Ifnet.at(Bridge.at(f.subject).port).serializer.owner != 0;
}

function begin(f: Fault, now: u64, time: u64): void {
  switch (f.kind) {
    case FaultKind.Mbufs:
      takeMbufs(f);
      break;
    case FaultKind.Queue:
      f.saved = Ifnet.at(f.subject).sndMaxlen;
      Ifnet.at(f.subject).sndMaxlen = min(<u32>f.amount, <u32>f.saved);
      break;
    case FaultKind.Stall:
      stallCpu(Vcpu.at(f.subject), time);
      break;
    case FaultKind.Flap:
      Ifnet.at(f.subject).flags |= IFF_NOCARRIER;
      break;
    case FaultKind.Table:
      if (f.more == FaultTable.Bridge) {
        f.saved = Bridge.at(f.subject).maxaddr;
        bridgeSetMax(Bridge.at(f.subject), min(<u32>f.amount, <u32>f.saved));
      } else hideFree(f);
      break;
    case FaultKind.Route:
      routeChange(f);
      break;
    case FaultKind.Arp:
      arpSilent(f);
      break;
    case FaultKind.Storm:
    case FaultKind.Reordering:
      f.tick = now;
      return;
    default:
      return; // each hit is counted
  }
  f.struck++;
}

function end(f: Fault): void {
  switch (f.kind) {
    case FaultKind.Mbufs:
      return freeMbufs(f);
    case FaultKind.Queue:
      Ifnet.at(f.subject).sndMaxlen = <u32>f.saved;
      return;
    case FaultKind.Flap:
      return carrierUp(Ifnet.at(f.subject));
    case FaultKind.Table:
      if (f.more == FaultTable.Bridge) Bridge.at(f.subject).maxaddr = <u32>f.saved;
      else showFree(f);
      return;
    case FaultKind.Route:
      return routeBack(f);
    case FaultKind.Arp:
      return arpAnswers(f);
    case FaultKind.Storm:
      f.tick = NEVER;
  }
}

/** Frames that a step is just putting into the ring come at its end. */
function carrierUp(ifp: Ifnet): void {
  ifp.flags &= ~IFF_NOCARRIER;
  if (!ifp.txLinked) flushRing(ifp);
}

function ticks(f: Fault, now: u64): void {
  switch (f.kind) {
    case FaultKind.Storm:
      return storm(f);
    case FaultKind.Holder:
      return stallHolders(f);
    default:
      return lookAtArrivals(f, now);
  }
}

/** CPUs whose threads have got the lock stand still. */
function stallHolders(f: Fault): void {
  for (let rest = f.saved; rest; rest &= rest - 1) stallCpu(Vcpu.at(<u32>ctz(rest)), f.time(f.amount));
  f.saved = 0;
  f.tick = NEVER;
}

/** Reordering: every arrival is looked at, since one that is held back comes at a time of its own. */
function lookAtArrivals(f: Fault, now: u64): void {
  const ifp = Ifnet.at(f.subject);
  pull(ifp, now);
  if (releaseDue(ifp, now) && !Wire.at(ifp.index).masked) setInterrupt(ifp);
  f.tick = min(f.held ? f.savedMore : NEVER, f.active ? nextArrival(ifp) : NEVER);
}
