// Faults of interrupts: some never come, and the next reason or a watchdog finds what they were for; some come twice; a storm comes without a reason.

import { Boot, FaultKind, FaultSide } from "../../abi";
import { cpuSource, setEvent } from "../../kern/events";
import { Fault, nextFault } from "../../kern/faults";
import { Ifnet } from "../../kern/ifnet";
import { Kernel } from "../../kern/kernel";
import { Wire } from "../../kern/wire";
import { boot } from "../../memory/arena";
import { gapOf, interrupt, nextReason } from "./interrupts";

/** The time of an interrupt has come. True: nobody sees it; the next one is due at the next reason, or when the watchdog, `amount` ps later, looks. */
export function interruptLost(ifp: Ifnet, wire: Wire): bool {
  const end = boot(Boot.Faults);
  const now = Kernel.at().now;
  for (let i = nextFault(0, ifp.index, FaultSide.Interrupt); i < end; i = nextFault(i + 1, ifp.index, FaultSide.Interrupt)) {
    const f = Fault.at(i);
    if (f.kind != FaultKind.LostInterrupts) continue;
    f.saved = 0;
    if (!f.strikes()) continue;
    f.saved = now + 1;
    wire.lastInterrupt = min(now + f.amount, nextReason(ifp, wire)) - gapOf(wire); // before that time nothing is due
    return true;
  }
  return false;
}

/** The host's next frame has come: a reason to interrupt, whatever was lost before. */
export function interruptsAgain(ifp: Ifnet): void {
  for (let i: u32 = 0, n = boot(Boot.Faults); i < n; i++) {
    const f = Fault.at(i);
    if (f.kind != FaultKind.LostInterrupts || f.subject != ifp.index || !f.saved) continue;
    Wire.at(ifp.index).lastInterrupt = f.saved - 1;
    f.saved = 0;
  }
}

/** The handler is through. True: the interrupt that called it comes a second time. */
export function interruptsTwice(ifp: Ifnet): bool {
  const end = boot(Boot.Faults);
  for (let i = nextFault(0, ifp.index, FaultSide.Interrupt); i < end; i = nextFault(i + 1, ifp.index, FaultSide.Interrupt)) {
    const f = Fault.at(i);
    if (f.kind != FaultKind.DuplicatedInterrupts) continue;
    f.saved ^= 1; // one that comes a second time does not come a third
    if (!f.saved) continue;
    if (f.strikes()) return true;
    f.saved = 0;
  }
  return false;
}

/** A storm's next interrupt. None while one is asserted, while the livelock limit lets the thread run by a timer only, or where interrupts are off. */
export function storm(f: Fault): void {
  const ifp = Ifnet.at(f.subject);
  const wire = Wire.at(f.subject);
  const now = Kernel.at().now;
  f.tick = now + f.amount;
  if (wire.masked || wire.quiet || (wire.livelocked && now < wire.lastInterrupt + gapOf(wire))) return;
  f.struck++;
  interrupt(ifp, wire);
  setEvent(cpuSource(ifp.cpu), now);
}
