/** How frames are taken from an interface's receive ring, if not by interrupts: device polling, vacations; and when its slots are free again. */
import type { TimeConfig } from "./virtual.ts";

/** A time of which every use is the same, or one that is drawn each time from an exponential distribution with this mean. */
export interface LawConfig {
  /** The time, or the mean of it. */
  value: TimeConfig;
  law: "constant" | "exponential";
}

export interface PollingConfig {
  /**
   * IFF_POLLING: netisr_cpu of the interface's CPU polls it (kern_poll.c; knobs kern.polling.*), and it does not interrupt. Up to 128 interfaces of a CPU, and
   * CPUs 0 to 31. Default false.
   */
  polling?: boolean;
  /**
   * Above 0 and up to 1 s, a number is microseconds: no interrupt tells of frames. The interface's thread looks at the ring, reads until it is empty, sleeps
   * for this time and looks again. With `rxBurst` 1 it is a server on multiple vacations. Default "none": it interrupts.
   */
  vacation?: TimeConfig | LawConfig | "none";
  /**
   * When a slot of the receive ring can take a frame again: as soon as the driver has read it ("frame"), or when it has read all that it is going to read in
   * that step and tells the hardware ("burst", as em writes RDT behind its loop). Default "frame".
   */
  refill?: "frame" | "burst";
}

export interface ResolvedPolling {
  polling: boolean;
  /** Picoseconds; 0: none. */
  vacation: { ps: bigint; exponential: boolean };
  refill: "frame" | "burst";
}

/** Polling on one CPU: counts since the engine was made, then how it is now. Names as in kern.polling.N, but for the first five. */
export interface PollingResult {
  cpu: number;
  /** That are registered now. */
  interfaces: string[];
  /** Of the timer; runs of netisr_poll; frames that they took; interfaces that they left out, since somebody had the serializer. */
  ticks: number;
  polls: number;
  frames: number;
  skipped: number;
  /** Ticks less than half a period after the one before. */
  short_ticks: number;
  /** Ticks that came before the work of the last one was done. */
  lost_polls: number;
  /** Ticks whose message was still on its way. */
  suspect: number;
  /** Times that more than a hundred ticks waited, and were forgotten. */
  stalled: number;
  /** Frames of each interface in the next tick; what is left of this one; ticks that wait; where it is, 0 = nothing is to be done. */
  burst: number;
  residual_burst: number;
  pending_polls: number;
  phase: number;
  handlers: number;
}
