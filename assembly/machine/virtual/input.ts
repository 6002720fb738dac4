// Frames from the host: those of the input area arrive at their times.

import { Boot, IFF_FAULTY } from "../../abi";
import { Arrival, arrivalsEnd, arrivalsTaken, firstArrival } from "../../dev/arrivals";
import { wireReceive } from "../../dev/faults";
import { hasFullRing } from "../../dev/nic_rings";
import { INPUT, inputAgain, NEVER, setEvent } from "../../kern/events";
import { Kernel } from "../../kern/kernel";
import { boot } from "../../memory/arena";
import { interruptsAgain } from "./fault_interrupts";
import { ringsFilled } from "./interrupts";
import { pull } from "./nics";

/** Frames from the host that arrive now: a burst, or until a ring is full. `again`: all else that happens now is done, and if the ring is full the frame is lost. */
export function takeInput(again: bool): void {
  const now = Kernel.at().now;
  const end = arrivalsEnd();
  let at = firstArrival();
  let room = boot(Boot.Burst);
  setEvent(inputAgain(), NEVER);
  for (; at < end; at = changetype<usize>(changetype<Arrival>(at).next)) {
    const arrival = changetype<Arrival>(at);
    if (arrival.time > now) break;
    const ifp = arrival.ifp;
    pull(ifp, now); // what its generators made before comes first
    if (!room || (!again && hasFullRing(ifp))) {
      setEvent(inputAgain(), now);
      arrivalsTaken(at);
      return setEvent(INPUT, NEVER);
    }
    again = false;
    room--;
    if (ifp.flags & IFF_FAULTY) interruptsAgain(ifp);
    if (wireReceive(ifp, arrival.bytes, arrival.length, now, arrival.cause)) ringsFilled(ifp);
  }
  arrivalsTaken(at);
  setInputEvent();
}

/** The next one, if there is one, is the next event of this source. */
export function setInputEvent(): void {
  const at = firstArrival();
  setEvent(INPUT, at < arrivalsEnd() ? max(changetype<Arrival>(at).time, Kernel.at().now) : NEVER);
}
