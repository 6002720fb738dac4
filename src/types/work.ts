/** Other work of the kernel beside packets: timers, interrupts of other devices, user threads in system calls. Only the virtual machine has any. */
import type { Distribution } from "./results.ts";
import type { TimeConfig } from "./virtual.ts";

/** Nanoseconds or text, the same each time; "exponential": drawn each time, with this mean. */
export type DurationConfig = TimeConfig | { value: TimeConfig; law: "constant" | "exponential" };

/**
 * Threads of one kind, one or more on each of some CPUs, 256 in all. Open: jobs arrive (`rate` or `interval`) and wait for the thread, the one that came first
 * being served first. Closed: the thread thinks, which means that it sleeps, and then has a job (`think`).
 */
export interface WorkConfig {
  /** 1 to 15 letters, digits, ".", "_" or "-", a letter first. The threads are called "name CPU", or "name CPU.N" if there are several on a CPU. */
  name: string;
  /** The CPU of its threads, below `cpus`. Default 0. */
  cpu?: number;
  /** Instead of `cpu`: several, each once, or all. */
  cpus?: number[] | "all";
  /** Threads on each of these CPUs, 1 to 256. Default 1. */
  threads?: number;
  /**
   * "interrupt": like the interrupt thread of an interface (priority 28, preempts what runs, `Interrupt` to enter). "soft": like the softclock (14, preempts,
   * too; preemption being one level deep, an interrupt then waits until its job is done). "user": a user thread inside a system call (TDPRI_USER_NORM 6): it
   * never preempts, and as it is inside the kernel only interrupts preempt it; any other thread has to wait until the job is done or waits for the lock. Its
   * CPU time is that of the class User; that of the others is Interrupt. Between two jobs a thread lets all others run that do not come after it.
   */
  class: "interrupt" | "soft" | "user";
  /** Jobs a second, 1 to 10^9, or text: "10kHz", or "10kpps", which is the same. */
  rate?: number | string;
  /** Instead of `rate`: between two jobs, or the mean of it. A number is nanoseconds; 1 ns at least. */
  interval?: TimeConfig;
  /** How jobs arrive. Default "poisson". */
  arrivals?: "constant" | "poisson";
  /** Constant arrivals: when the first one comes, after `start`. A number is nanoseconds. Default: one interval. */
  phase?: TimeConfig;
  /**
   * Instead of `rate` or `interval`: how long the thread sleeps before each job, a number in nanoseconds. The CPU is free meanwhile. 0: it always has a job.
   */
  think?: DurationConfig;
  /** What a job without a lock takes, a number in nanoseconds, up to 1 s. This, or `hold`. */
  work?: DurationConfig;
  /** Default: "bgl" if there is a `hold`, else none. */
  lock?: "bgl";
  /** What a job takes before it asks for the lock, a number in nanoseconds, up to 1 s. Default 0. */
  outside?: DurationConfig;
  /** What it takes under the lock, which it gives back then: a number in nanoseconds, up to 1 s. */
  hold?: DurationConfig;
  /** Engine time from which on the thread has jobs: a number is nanoseconds. Default 0. */
  start?: TimeConfig;
  /** Engine time from which on no job arrives: a number is nanoseconds, after `start`. Default: the end of time, 2^54 ps. */
  stop?: TimeConfig;
  /** Most jobs of each thread, 1 or more. Default: no limit. */
  count?: number;
  /** Jobs of a thread that can wait, 1 to 1,048,576; those beyond are refused, and counted. Of a closed one there is only one. Default 1,024. */
  queue?: number;
}

/** How long something takes, in picoseconds; of what is drawn the mean. */
export interface ResolvedDuration {
  ps: bigint;
  exponential: boolean;
}

/** One thread. Times are picoseconds. */
export interface ResolvedWork {
  name: string;
  cpu: number;
  class: "interrupt" | "soft" | "user";
  closed: boolean;
  /** Between two arrivals, or of thinking. */
  gap: ResolvedDuration;
  /** Before the lock, or all of it. */
  outside: ResolvedDuration;
  hold: ResolvedDuration;
  locked: boolean;
  /** From here on gaps are counted; `early`: the first job comes at this very time. */
  start: bigint;
  early: boolean;
  /** Exclusive. */
  stop: bigint;
  count: bigint;
  queue: number;
}

/**
 * What a thread of other kernel work has done, in picoseconds. Its queue is in `Results.queues`, what it had of the BGL in the first of
 * `Results.locks`, both under its name.
 */
export interface WorkResult {
  name: string;
  cpu: number;
  class: "interrupt" | "soft" | "user";
  /** Jobs that arrived; of these, refused as too many waited; and done. */
  jobs: bigint;
  refused: bigint;
  done: bigint;
  /** From a job's arrival to its end. */
  response: Distribution;
  /** To its begin: without the wait for the lock, which is in `Results.locks`. */
  wait: Distribution;
}
