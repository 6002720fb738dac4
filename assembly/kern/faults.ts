// Faults: what goes wrong in a system, seeded and at given times. A record each, in the order of the configuration, with a random stream of its own, so that
// a draw of one moves no other. What each kind does stands in fault_frames.ts and dev/faults.ts (frames) and beside the machine that has time.
//
// A fault is there for what happens after `from` up to `to`, or from time to time in between; one from time 0 is there from the beginning.

import { Boot, FAULT_RECORD, FaultKind, IFF_FAULTY, Region } from "../abi";
import { base, boot } from "../memory/arena";
import { faultSource, NEVER, setEvent } from "./events";
import { Ifnet } from "./ifnet";
import { Kernel } from "./kernel";
import { draw, exponential, STREAM_FAULTS, seedOf } from "./random";
import { LockState } from "./step";
import { Thread } from "./thread";

@unmanaged
export class Fault {
  struck: u64; // the host reads these two
  held: u64; // frames
  random: u64; // stream
  chance: u64; // it strikes if a draw is less; u64.MAX_VALUE: always
  amount: u64; // by kind, as `more`: src/config/complete_faults.ts
  more: u64;
  from: u64;
  to: u64;
  lasts: u64; // with `every`: ps
  every: u64; // ps from one beginning to the next; 0: once
  change: u64; // when it begins or ends next
  tick: u64; // when it does something else
  saved: u64; // what it has to put back, or to remember
  savedMore: u64;
  kind: u32; // FaultKind
  subject: u32; // port, CPU, bridge or lock
  sides: u32; // FaultSide
  law: u32; // 1: times are means of exponential distributions
  active: u32;
  nth: u32; // it strikes every n-th time; 0: by chance
  turn: u32; // times since it struck
  buffer: u32; // Reordering and BitErrors: 1 + its place in Region.FaultFrames
  heldLength: u32; // Reordering: of the frame that is held back
  heldLeft: u32; // frames that still go before it
  reserved: u32;
  reserved2: u32;

  static at(index: u32): Fault {
    return changetype<Fault>(base(Region.Faults) + <usize>index * <usize>faultBytes());
  }

  /** Where it keeps a number for a CPU. */
  ofCpu(cpu: u32): usize {
    return changetype<usize>(this) + offsetof<Fault>() + ((<usize>cpu) << 2);
  }

  /** The frame that is held back, or a copy whose bits can be flipped. */
  get frame(): usize {
    return base(Region.FaultFrames) + <usize>(this.buffer - 1) * boot(Boot.ClusterBytes);
  }

  /** A time by its law. */
  time(mean: u64): u64 {
    return this.law ? exponential(changetype<usize>(this) + offsetof<Fault>("random"), mean) : mean;
  }

  /** Whether it strikes this time, by lot or in turn. One that does has been counted. */
  strikes(): bool {
    if (this.nth) {
      if (++this.turn < this.nth) return false;
      this.turn = 0;
    } else {
      const drawn = draw(changetype<usize>(this) + offsetof<Fault>("random"));
      if (drawn >= this.chance && this.chance != u64.MAX_VALUE) return false;
    }
    this.struck++;
    return true;
  }
}

if (offsetof<Fault>() != FAULT_RECORD) ERROR("a fault's record is not as long as FAULT_RECORD says");

/** Of one fault: its record, and a word for each CPU. */
export function faultBytes(): u64 {
  return <u64>FAULT_RECORD + ((((<u64>boot(Boot.Cpus)) << 2) + 7) & ~7);
}

/** What goes wrong, and where: the rest as in Fault. */
export function attachFault(index: u32, kind: FaultKind, subject: u32, sides: u32, amount: u64, more: u64): void {
  const f = Fault.at(index);
  f.kind = kind;
  f.subject = subject;
  f.sides = sides;
  f.amount = amount;
  f.more = more;
  f.random = seedOf(boot(Boot.Seed), STREAM_FAULTS | index);
  if (sides) Ifnet.at(subject).flags |= IFF_FAULTY;
  if (kind == FaultKind.Holder) LockState.at(subject).fault = index + 1;
  if (kind == FaultKind.BitErrors && more) f.saved = exponential(changetype<usize>(f) + offsetof<Fault>("random"), more);
  if (hasFrame(kind)) for (let i: u32 = 0; i <= index; i++) f.buffer += u32(hasFrame(Fault.at(i).kind));
}

/** Whether a fault of this kind has a frame of its own. */
function hasFrame(kind: FaultKind): bool {
  return kind == FaultKind.Reordering || kind == FaultKind.BitErrors;
}

/** How often it strikes while it is there: as Fault.strikes. */
export function attachFaultChance(index: u32, chance: u64, nth: u32): void {
  const f = Fault.at(index);
  f.chance = chance;
  f.nth = nth;
}

/** When it is there. One that does not begin again is over for good. */
export function attachFaultTimes(index: u32, from: u64, to: u64, lasts: u64, every: u64, law: u32): void {
  assert(from < to && (!every || (lasts > 0 && lasts < every)), "a fault has a time, and an end before it begins again");
  const f = Fault.at(index);
  f.from = from;
  f.to = to;
  f.lasts = lasts;
  f.every = every;
  f.law = law;
  f.change = from;
  f.tick = NEVER;
}

/** The next fault of an interface from `index` on that is there, on one of the sides; the number of faults if there is none. */
export function nextFault(index: u32, port: u32, sides: u32): u32 {
  const end = boot(Boot.Faults);
  for (; index < end; index++) {
    const f = Fault.at(index);
    if (f.active && f.subject == port && f.sides & sides) break;
  }
  return index;
}

/** Sets the event of the faults. */
export function armFaults(): void {
  let next = NEVER;
  for (let i: u32 = 0, n = boot(Boot.Faults); i < n; i++) next = min(next, min(Fault.at(i).change, Fault.at(i).tick));
  setEvent(faultSource(), next == NEVER ? NEVER : max(next, Kernel.at().now));
}

/** Has a fault do something at `time`, unless it does so before. */
export function tickAt(f: Fault, time: u64): void {
  if (time >= f.tick) return;
  f.tick = time;
  armFaults();
}

/** A thread has got a lock: perhaps its CPU stands still now. `fault`: 1 + its number. */
export function holderGot(t: Thread, fault: u32): void {
  const f = Fault.at(fault - 1);
  if (!f.active || !f.strikes()) return;
  f.saved |= 1 << (<u64>t.cpu);
  f.tick = Kernel.at().now;
  setEvent(faultSource(), f.tick);
}
