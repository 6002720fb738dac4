// Frames that have been sent, on a machine that has time. When a frame's last bit is out is known when the link gets it; it is counted when somebody looks at
// the ring after that, which changes nothing but the count, and its descriptor and mbuf come back when the driver takes them.

import { Cost, FINE_BITS, Path, Place, PortQueue, Region } from "../abi";
import { base } from "../memory/arena";
import { countEnd } from "../stats/counters";
import { histogramBytes, record } from "../stats/histogram";
import { queueTake } from "../stats/queue_stat";
import { costsOf } from "./costs";
import { rowOf } from "./ends";
import { countLost, isLost } from "./fault_frames";
import { Ifnet, txFirst, txTake } from "./ifnet";
import { Kernel } from "./kernel";
import { Mbuf, mFreem } from "./mbuf";
import { traceEnded, tracing } from "./trace";
import { recordPlace, Stamp } from "./watch/on";
import { portQueue } from "./watch/queues";
import { Wire } from "./wire";

/** Counts the frames of a ring that have left. When somebody looks does not matter: what has left by now has. */
export function countSent(ifp: Ifnet): void {
  const wire = Wire.at(ifp.index);
  const now = Kernel.at().now;
  let m = changetype<Mbuf | null>(wire.uncounted);
  while (m) {
    const departs = Stamp.of(m).departs;
    if (departs > now || changetype<usize>(m) == wire.shown) break;
    if (isLost(m)) countLost(ifp, m, departs);
    else {
      countEnd(rowOf(ifp.index), m.path);
      wire.sentBytes += m.len;
      times(m, departs);
      if (tracing()) traceEnded(m, <Path>m.path, ifp.index, departs);
    }
    wire.sent++;
    const next: Mbuf | null = m.nextPacket;
    m = next;
  }
  wire.uncounted = m && Stamp.of(m).departs != u64.MAX_VALUE ? changetype<usize>(m) : 0;
}

/** The driver takes back what has been sent. @returns the time that it takes */
export function reclaim(ifp: Ifnet): u64 {
  countSent(ifp);
  const wire = Wire.at(ifp.index);
  const frames = wire.sent;
  if (!frames) return 0;
  const now = Kernel.at().now;
  for (; wire.sent; wire.sent--) {
    const m = txFirst(ifp)!;
    txTake(ifp, m);
    queueTake(portQueue(ifp.index, PortQueue.Transmit), now, u64.MAX_VALUE);
    mFreem(m);
  }
  return costsOf(Cost.TxComplete, frames);
}

function times(m: Mbuf, departs: u64): void {
  const stamp = Stamp.of(m);
  record(base(Region.Latencies) + <usize>m.path * <usize>histogramBytes(FINE_BITS), FINE_BITS, departs - m.arrived);
  recordPlace(Place.Output, departs - stamp.entered);
  if (m.path == Path.Originated) return;
  recordPlace(Place.Lock, stamp.locked);
  recordPlace(Place.Service, stamp.entered - m.arrived - stamp.waited - stamp.locked);
}
