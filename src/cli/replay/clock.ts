/** Engine time of captured frames. Nanoseconds, exact in however many passes. */
import { Exit, Failure } from "../exit.ts";

/** The captures last longer than the user said, which is known when the first pass is over. What was done by then is reported. */
export class PeriodFailure extends Failure {
  constructor(message: string) {
    super(Exit.Usage, message);
  }
}

export const PS_PER_NS = 1_000n;
export const NS_PER_SECOND = 1_000_000_000n;
export const NS_PER_DAY = 86_400_000_000_000n;
/** 2^64 - 1 picoseconds is the engine's "no limit"; a frame may come before that, which is 213.5 days. */
export const MAX_NS = ((1n << 64n) - 2n) / PS_PER_NS;

export class Clock {
  /** Of the last frame, or of the silence behind it. */
  now = 0n;
  /** From 1. */
  pass = 1;
  readonly #passes: number;
  /** From the beginning of a pass to that of the next. Known when the first pass is over. */
  #period: bigint | undefined;
  readonly #asked: bigint | undefined;
  /** Engine time at which the pass begins. */
  #base = 0n;
  #first: bigint | undefined;

  /** `period`: undefined: from the first frame to the last one. */
  constructor(passes: number, period: bigint | undefined) {
    this.#passes = passes;
    this.#asked = period;
  }

  /** When a frame with this time stamp is received in the present pass; a first stamp decides when time 0 was. */
  engineTime(stamp: bigint | undefined): bigint {
    if (stamp === undefined) return this.now;
    this.#first ??= stamp;
    const time = stamp - this.#first + this.#base;
    // Only a file that was changed between two passes goes back.
    const isBack = time < this.now;
    return isBack ? this.now : time;
  }

  /** Picoseconds of engine time as nanoseconds since the epoch; undefined while no frame had a time. */
  wallNs(time: bigint): bigint | undefined {
    return this.#first === undefined ? undefined : this.#first + time / PS_PER_NS;
  }

  /** Goes on to the next pass. False: there is none. @throws PeriodFailure if the period is shorter than the captures last */
  nextPass(): boolean {
    if (this.pass === this.#passes) return false;
    this.#period ??= this.#periodAfter(this.now);
    this.pass++;
    this.#base += this.#period;
    this.now = this.#base;
    return true;
  }

  outcome(): { first: bigint | undefined; durationNs: bigint; passes: number; periodNs: bigint | undefined } {
    return { first: this.#first, durationNs: this.now, passes: this.pass, periodNs: this.#period };
  }

  #periodAfter(duration: bigint): bigint {
    const period = this.#asked ?? duration;
    if (period >= duration) return period;
    throw new PeriodFailure(`--period: expected at least ${text(duration)} s, from the first frame to the last one, but got ${text(period)}`);
  }
}

const text = (ns: bigint): string => `${ns / NS_PER_SECOND}.${String(ns % NS_PER_SECOND).padStart(9, "0")}`;
