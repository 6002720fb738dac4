// The far end of the transmit rings: a frame that has left is counted, copied to the output area if the host wants to see it, and its mbuf is free.

import { Boot, DEPARTURE_HEADER, IFF_NOCARRIER, IFF_OACTIVE, Region } from "../abi";
import { rowOf } from "../kern/ends";
import { Ifnet, txFirst, txTake, txUnlinkFirst } from "../kern/ifnet";
import { Io, Kernel } from "../kern/kernel";
import { Mbuf, mFreem } from "../kern/mbuf";
import { base, boot, bytes } from "../memory/arena";
import { copyBytes } from "../memory/bytes";
import { countEnd } from "../stats/counters";

/** Sends what is in a ring. False: the output area is full, and the rest stays where it is. */
export function drainRing(ifp: Ifnet): bool {
  if (ifp.flags & IFF_NOCARRIER) return true;
  const collect = boot(Boot.Collect);
  for (let m = txFirst(ifp); m; m = txFirst(ifp)) {
    if (collect && !roomFor(m.len)) return false;
    txTake(ifp, m);
    countEnd(rowOf(ifp.index), m.path);
    if (collect) record(ifp, m, Kernel.at().now);
    mFreem(m);
  }
  return true;
}

/** The usual case at once: one ring has frames, it has one, and the host does not want to see it. False: nothing was done. */
export function departAlone(ifp: Ifnet): bool {
  const m = txFirst(ifp)!;
  if (m.next || ifp.txNext || ifp.flags & (IFF_NOCARRIER | IFF_OACTIVE) || boot(Boot.Collect)) return false;
  txTake(ifp, m);
  txUnlinkFirst();
  countEnd(rowOf(ifp.index), m.path);
  mFreem(m);
  return true;
}

/** Whether the output area could take a frame of this length. */
function roomFor(length: u32): bool {
  return Io.at().outputEnd + DEPARTURE_HEADER + length + 7 <= <u32>bytes(Region.Output);
}

/** Shows the host a frame that has left at `time` and whose mbuf is freed later. False: the output area is full. */
export function showDeparture(ifp: Ifnet, m: Mbuf, time: u64): bool {
  if (!roomFor(m.len)) return false;
  record(ifp, m, time);
  return true;
}

function record(ifp: Ifnet, m: Mbuf, time: u64): void {
  const io = Io.at();
  const at = base(Region.Output) + io.outputEnd;
  store<u64>(at, time);
  store<u64>(at, m.cause, 8);
  store<u32>(at, m.len, 16);
  store<u16>(at, <u16>ifp.index, 20);
  store<u8>(at, m.path, 22);
  store<u8>(at, m.lock, 23);
  const thread = m.thread;
  store<u64>(at, thread ? <u64>thread.id : 0, 24);
  copyBytes(at + DEPARTURE_HEADER, m.data, m.len);
  io.outputEnd += (DEPARTURE_HEADER + m.len + 7) & ~7;
}
