// Faults of frames: bits that flip, and frames that are lost on their way out. What a link does to frames that come in is in dev/faults.ts.

import { Boot, Drop, FaultKind, FaultSide } from "../abi";
import { boot } from "../memory/arena";
import { countDrop } from "../stats/counters";
import { recordLoss, rowOf } from "./ends";
import { Fault, nextFault } from "./faults";
import { Ifnet } from "./ifnet";
import { Mbuf } from "./mbuf";
import { draw, exponential } from "./random";
import { traceDrop, tracing } from "./trace";

/**
 * Flips bits of a frame if that is its lot. `amount`: the FCS shows it, and nothing need be flipped. By chance one bit; with a bit error rate, whose inverse is
 * `more`, every bit that the stream of errors meets, `saved` being the bits before the next one.
 */
export function bitErrors(f: Fault, bytes: usize, length: u32): bool {
  const random = changetype<usize>(f) + offsetof<Fault>("random");
  const bits = (<u64>(length + (f.amount ? 4 : 0))) << 3;
  if (!f.more) {
    if (!f.strikes()) return false;
    const bit = <u64>(((draw(random) >> 32) * bits) >> 32);
    if (!f.amount && bits) flip(bytes, bit);
    return true;
  }
  let bit = f.saved;
  const hit = bit < bits;
  for (; bit < bits; bit += 1 + exponential(random, f.more - 1)) if (!f.amount) flip(bytes, bit);
  f.saved = bit - bits;
  if (hit) f.struck++;
  return hit;
}

function flip(bytes: usize, bit: u64): void {
  const at = bytes + <usize>(bit >> 3);
  store<u8>(at, load<u8>(at) ^ <u8>((<u32>1) << (<u32>bit & 7)));
}

// ---- frames that go ----

/** `Mbuf.path` from here on: the frame is lost on its way out, for this reason. */
const LOST: u32 = 128;

export function isLost(m: Mbuf): bool {
  return m.path >= <u8>LOST;
}

/** The link is given frames: some of them get lost. `first`: in the transmit ring. */
export function sendFaulty(ifp: Ifnet, first: Mbuf): void {
  const end = boot(Boot.Faults);
  for (let i = nextFault(0, ifp.index, FaultSide.Send); i < end; i = nextFault(i + 1, ifp.index, FaultSide.Send)) {
    const f = Fault.at(i);
    for (let m: Mbuf | null = first; m; m = m.nextPacket) {
      if (isLost(m)) continue;
      if (f.kind == FaultKind.Loss) {
        if (f.strikes()) m.path = <u8>(LOST + Drop.WireLoss);
      } else if (bitErrors(f, m.data, m.len) && f.amount) m.path = <u8>(LOST + Drop.BadFcs);
    }
  }
}

/** Counts a frame that was sent at `time`, and lost. */
export function countLost(ifp: Ifnet, m: Mbuf, time: u64): void {
  const reason = <Drop>(m.path - <u8>LOST);
  countDrop(ifp.cpu, rowOf(m.rcvif), reason);
  const t = m.thread;
  if (boot(Boot.LossBytes)) recordLoss(time, m.cause, m.rcvif, reason, m.lock, t ? t.id : 0);
  if (tracing()) traceDrop(t ? t : ifp.ithread, m, reason);
}
