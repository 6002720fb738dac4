// What arrives at interfaces, and leaves them. Frames that a generator makes are put into the ring when somebody looks at it: the ring is the interface's own,
// so that looking changes nothing.

import { Boot, CAUSE_SHIFT, PortKind, Region } from "../../abi";
import { wireReceive } from "../../dev/faults";
import { Generator } from "../../dev/traffic/generator";
import { makeFrame } from "../../dev/traffic/make";
import { roomForLosses } from "../../kern/ends";
import { Ifnet } from "../../kern/ifnet";
import { Kernel } from "../../kern/kernel";
import { lockIsFree } from "../../kern/lock_take";
import { countSent, reclaim } from "../../kern/sent";
import { Step } from "../../kern/step";
import { Thread } from "../../kern/thread";
import { Wire } from "../../kern/wire";
import { base, boot } from "../../memory/arena";

/** Takes in what the interface's generators make up to `time`. */
export function pull(ifp: Ifnet, time: u64): void {
  const port = ifp.index;
  const wire = Wire.at(port);
  for (let g = Generator.dueAt(wire), next = g.next; next <= time; g = Generator.dueAt(wire), next = g.next) {
    const bytes = makeFrame(g, base(Region.Scratch));
    wireReceive(ifp, bytes, g.length, next, ((<u64>port + 1) << (<u64>CAUSE_SHIFT)) + wire.frames++);
  }
}

/** Takes in what arrives before `time`, as long as losses find room. False: they do not. Whoever looks later may find more frames that a ring has no slots for. */
export function pullBefore(time: u64): bool {
  for (let port: u32 = 0; port < boot(Boot.Ports); port++) {
    const ifp = Ifnet.at(port);
    if (ifp.kind != PortKind.Interface) continue;
    for (let next = nextArrival(ifp); next < time; next = nextArrival(ifp)) {
      if (!roomForLosses()) return false;
      pull(ifp, next);
    }
  }
  return roomForLosses();
}

/** When the next generated frame arrives. */
export function nextArrival(ifp: Ifnet): u64 {
  return Generator.dueAt(Wire.at(ifp.index)).next;
}

/** Before a step of an interrupt thread: what has arrived is in the ring, what has been sent is out of the other. */
export function lookAtRing(t: Thread): void {
  lookAt(t, Ifnet.at(t.port));
}

function lookAt(t: Thread, ifp: Ifnet): void {
  pull(ifp, Kernel.at().now);
  Step.of(t).extra += reclaim(ifp);
}

/** Before a poll of an interface: the same, unless it is going to find the serializer taken. */
export function lookAtPolled(t: Thread): void {
  const ifp = changetype<Ifnet>(t.subject);
  if (lockIsFree(ifp.serializer)) lookAt(t, ifp);
}

/** The driver gives back the slots that the step has read: what comes at this very moment finds them free. */
export function refillRing(s: Step): void {
  const ifp = changetype<Ifnet>(s.refill);
  s.refill = 0;
  const now = Kernel.at().now;
  if (now) pull(ifp, now - 1);
  ifp.rxLimit = ifp.rxSlots;
}

/** What has arrived before a moment that is not over, and left, is counted. False: losses do not find room. */
export function lookBefore(time: u64): bool {
  if (!pullBefore(time)) return false;
  for (let port: u32 = 0; port < boot(Boot.Ports); port++) if (Ifnet.at(port).kind == PortKind.Interface) countSent(Ifnet.at(port));
  return true;
}

/** What has arrived and left up to now on every interface is counted. */
export function lookAtAll(): void {
  for (let port: u32 = 0; port < boot(Boot.Ports); port++) {
    const ifp = Ifnet.at(port);
    if (ifp.kind != PortKind.Interface) continue;
    pull(ifp, Kernel.at().now);
    countSent(ifp);
  }
}
