// The softclock's timer, on CPU 0.

import { CLOCK, NEVER, setEvent } from "../../kern/events";
import { Kernel } from "../../kern/kernel";
import { lwktSchedule, softclockThread } from "../../kern/thread";
import { skipIdleTicks } from "../../net/softclock";
import { settleCpu } from "./schedule";
import { Vcpu } from "./vcpu";

/** A callout is due. */
export function clockDue(): void {
  const k = Kernel.at();
  skipIdleTicks(k.now);
  if (k.nextTick > k.now) return setEvent(CLOCK, k.nextTick);
  setEvent(CLOCK, NEVER);
  lwktSchedule(softclockThread());
  settleCpu(Vcpu.at(0));
}

/** A callout has run. True: another one is due. */
export function softclockDone(): bool {
  const k = Kernel.at();
  if (k.nextTick <= k.now) return true;
  setEvent(CLOCK, k.nextTick);
  return false;
}
