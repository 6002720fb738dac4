// The ends of a packet. Each is one verb: it counts, gives the mbuf back, and says that the subject is done.

import { At, Boot, Drop, LOSS_RECORD, MAX_BURST, NO_PORT, Path, Region } from "../abi";
import { base, boot, bytes } from "../memory/arena";
import { countDrop, countEnd } from "../stats/counters";
import { Io, Kernel } from "./kernel";
import { Mbuf, mbufTotal, mFreem } from "./mbuf";
import { Thread } from "./thread";
import { traceDrop, traceEnded, tracing } from "./trace";
import { watchDelivered } from "./watch";

/** Row of a port in the tables of ends: 0 is for packets of our own. */
export function rowOf(port: u32): u32 {
  return port == NO_PORT ? 0 : port + 1;
}

/** m_freem with a reason. */
export function drop(t: Thread, m: Mbuf, reason: Drop): At {
  countDrop(t.cpu, rowOf(m.rcvif), reason);
  if (boot(Boot.LossBytes)) recordLoss(max(Kernel.at().now, m.arrived), m.cause, m.rcvif, reason, m.lock, t.id);
  if (tracing()) traceDrop(t, m, reason);
  mFreem(m);
  return At.Done;
}

/** Notes a loss for the host. `thread`: id of the thread, 0 = none has seen it. */
export function recordLoss(time: u64, cause: u64, port: u32, reason: Drop, lock: u32, thread: u32): void {
  const io = Io.at();
  assert(io.lossEnd + LOSS_RECORD <= <u32>bytes(Region.Losses), "the machine stops while there is room for a step's losses");
  const at = base(Region.Losses) + io.lossEnd;
  store<u64>(at, time);
  store<u64>(at, cause, 8);
  store<u32>(at, port | (reason << 8) | (lock << 16), 16);
  store<u32>(at, thread, 20);
  io.lossEnd += LOSS_RECORD;
}

/** Losses of one step at most: every packet that there is, and what an interface refuses of a burst. */
function mostLosses(): u32 {
  return mbufTotal() + MAX_BURST;
}

/** Whether the losses of a step still find room. The machine asks before every one. */
export function roomForLosses(): bool {
  const most = boot(Boot.LossBytes);
  return !most || most - Io.at().lossEnd >= mostLosses() * LOSS_RECORD;
}

/** The packet has reached a protocol of this host. */
export function deliver(m: Mbuf): At {
  countEnd(rowOf(m.rcvif), Path.Delivered);
  if (tracing()) traceEnded(m, Path.Delivered, m.rcvif, max(Kernel.at().now, m.arrived));
  watchDelivered(m);
  mFreem(m);
  return At.Done;
}
