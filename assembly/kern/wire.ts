// The hardware between an interface and the wire, on a machine that has time: link, interrupt moderation, and where they are.

import { Region } from "../abi";
import { base } from "../memory/arena";

/** Why an interface does not interrupt. */
export const enum Quiet {
  No,
  /** it is polled */
  Polled,
  /** its thread looks at the ring from time to time */
  Vacation,
}

@unmanaged
export class Wire {
  bitsPerSecond: u64; // 0: a frame takes no time
  propagation: u64; // ps to the far end
  rxDelay: u64; // ps from the first frame to the interrupt
  gap: u64; // ps between two interrupts at least
  txDelay: u64; // ps from the end of a transmission to its interrupt; u64.MAX_VALUE: none, unless the transmitter waits for it
  linkFree: u64; // when the transmitter has sent what it was given
  given: u64; // ps for which that takes the link, all in all
  sentBytes: u64; // of frames that are counted as sent, and were not lost
  lastInterrupt: u64;
  rateTick: u64; // livelock: when the interrupt rate was looked at last
  calmSince: u64; // livelock: since when the rate has been low
  frames: u64; // generated so far
  rxCount: u32; // frames that interrupt at once, 0 = only the delay counts
  masked: u32; // the interrupt is asserted, or its handler runs
  livelockLimit: u32; // interrupts per second, 0 = no limit
  livelockLow: u32;
  rate: u32; // interrupts counted, decaying
  livelocked: u32;
  unsent: usize; // first frame in the transmit ring that the link has not been given
  shown: usize; // next frame that the host is shown when it has left
  uncounted: usize; // first frame that the link has, and that is not counted as sent
  due: usize; // whose arrival is the next one: a record of Region.Generators
  sent: u32; // frames that are counted as sent and still have their descriptors
  quiet: u32; // Quiet: why the interface does not interrupt; 0: it does
  refillLate: u32; // 1: slots that a step has read are free at its end, else as soon as they are read
  nap: u64; // Quiet.Vacation: ps, or the mean of an exponential distribution
  napStream: u64;
  napLaw: u32; // 1: exponential
  standing: u32; // frames from `unsent` on that came while the transmitter stood still, which the queue's record has
  wakes: u64; // Quiet.Vacation: when it looks at its ring again

  static at(port: u32): Wire {
    return changetype<Wire>(base(Region.Wires) + <usize>port * offsetof<Wire>());
  }

  /** Picoseconds for which the link has been sending up to `now`: what it was given, but for what is not out. */
  busy(now: u64): u64 {
    return this.given - (this.linkFree > now ? this.linkFree - now : 0);
  }

  /** Picoseconds that a frame is on the link: with FCS (4 bytes), preamble and gap (20); one below Ethernet's least length, 60 bytes without FCS, is padded. */
  timeOf(length: u32): u64 {
    return this.bitsPerSecond ? (<u64>(max(length, 60) + 24) * 8_000_000_000_000) / this.bitsPerSecond : 0;
  }
}
