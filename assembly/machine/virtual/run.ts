// The virtual machine: N CPUs in integer virtual time. The loop takes the next event, whatever its source, and lets that go on.

import { Boot, Stop } from "../../abi";
import { arrivalsEnd, firstArrival } from "../../dev/arrivals";
import {
  CLOCK,
  departureOf,
  FEEDBACK,
  faultSource,
  hasEvent,
  inputAgain,
  interruptOf,
  keyAfter,
  MachineState,
  NEVER,
  nextEvent,
  noticeSource,
  setEvent,
  sourceOf,
  timeOf,
  workOf,
} from "../../kern/events";
import { Ifnet, txUnlinkFirst } from "../../kern/ifnet";
import { Io, Kernel, setNow } from "../../kern/kernel";
import { boot } from "../../memory/arena";
import { bglNoticed } from "./bgl";
import { clockDue } from "./clock";
import { faultsDue } from "./faults";
import { feedbackDue } from "./feedback";
import { setInputEvent, takeInput } from "./input";
import { interruptDue, startInterfaces } from "./interrupts";
import { departureDue, flushRing } from "./links";
import { lookAtAll, lookBefore, pullBefore } from "./nics";
import { isTimer, onlyTimers } from "./quiet";
import { settleCpu } from "./schedule";
import { stopsSet, wiresSeen } from "./stop_set";
import { isMet } from "./stops";
import { account, Vcpu } from "./vcpu";
import { workDue } from "./work";

/** Runs up to `until` and what happens then, or up to a stop condition; u64.MAX_VALUE: until nothing is left to do but timers. */
export function run(until: u64): Stop {
  start();
  const endless = until == u64.MAX_VALUE;
  const end = events(endless ? NEVER : keyAfter(until), endless ? Until.Idle : Until.Time);
  if (end == Stop.OutputFull) return end;
  const met = end == Stop.Met;
  if (!met && !endless && until > Kernel.at().now) setNow(until);
  if (!met && boot(Boot.LossBytes) && !pullBefore(Kernel.at().now + 1)) return Stop.OutputFull;
  if (!met || !wiresSeen()) lookAtAll();
  accountAll();
  return met ? end : onlyTimers() ? Stop.Idle : Stop.Time;
}

/** Runs until the last frame of the input area is taken, for more may come at the same time. */
export function runInput(): Stop {
  start();
  const end = events(NEVER, Until.Input);
  if (end == Stop.OutputFull || !lookBefore(Kernel.at().now)) return Stop.OutputFull;
  accountAll();
  return end;
}

/** What CPUs did up to now is counted. */
function accountAll(): void {
  for (let cpu: u32 = 0; cpu < boot(Boot.Cpus); cpu++) account(Vcpu.at(cpu), Kernel.at().now);
}

/** What the host did since the last run: frames, threads that it made runnable, IPIs, carriers. */
function start(): void {
  const k = Kernel.at();
  const machine = MachineState.at();
  if (!machine.started) {
    machine.started = 1;
    setEvent(CLOCK, k.nextTick);
    startInterfaces();
    if (boot(Boot.Faults)) faultsDue();
  }
  if (!hasEvent(inputAgain())) setInputEvent(); // a run that ended within a moment goes on where it was
  while (k.txHead) {
    const ifp = changetype<Ifnet>(k.txHead);
    txUnlinkFirst();
    flushRing(ifp);
  }
  if (!machine.requested) return;
  machine.requested = 0;
  settleCpu(Vcpu.at(0));
}

/** What ends a run: its limit; that nothing but timers is left; that the input area is empty. */
const enum Until {
  Time,
  Idle,
  Input,
}

/** Events before `limit`. OutputFull: an area that the host empties is full. Met: a stop condition is true. */
function events(limit: u64, end: Until): Stop {
  const losses = boot(Boot.LossBytes);
  const notice = noticeSource();
  const faults = faultSource();
  const again = inputAgain();
  const io = Io.at();
  const stops = stopsSet();
  io.limit = losses || stops || end == Until.Input ? 0 : limit;
  while (true) {
    const key = nextEvent();
    if (stops && isMet(key, limit)) return Stop.Met;
    if (key >= limit) return Stop.Idle;
    const source = sourceOf(key);
    if (end != Until.Time && (end == Until.Idle ? isTimer(source) && onlyTimers() : firstArrival() == arrivalsEnd())) return Stop.Idle;
    if (losses && !pullBefore(timeOf(key))) return Stop.OutputFull;
    setNow(timeOf(key));
    io.events++;
    if (source > notice && source != again) settleCpu(Vcpu.at(source - notice - 1));
    else if (source == notice) bglNoticed();
    else if (source == again) takeInput(true);
    else if (source == faults) faultsDue();
    else if (source >= workOf(0)) workDue(source - workOf(0));
    else if (source >= interruptOf(0)) interruptDue(source - interruptOf(0));
    else if (source >= departureOf(0)) {
      if (!departureDue(source - departureOf(0))) return Stop.OutputFull;
    } else if (source == FEEDBACK) feedbackDue();
    else if (source == CLOCK) clockDue();
    else takeInput(false);
  }
}
