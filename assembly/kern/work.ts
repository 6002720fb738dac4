// Other work of the kernel: timers, interrupts of devices that are no network interfaces, user threads inside system calls. A thread has jobs, which come from
// outside and wait in a queue, or one job that it thinks about (Closed). How long each takes is constant or drawn, by streams of its own.

import { Boot, FINE_BITS, Region, WORK_RECORD, WorkField, WorkFlag } from "../abi";
import { base, boot } from "../memory/arena";
import { histogramBytes, record } from "../stats/histogram";
import { queueTake } from "../stats/queue_stat";
import { Kernel } from "./kernel";
import { exponential, STREAM_WORK, seedOf } from "./random";
import { firstWork, Thread } from "./thread";
import { threadQueue } from "./watch";
import { enqueue } from "./watch/queues";

@unmanaged
export class Work {
  jobs: u64; // in the order of WorkField
  refused: u64;
  done: u64;

  left: u64; // jobs that may still come
  gap: u64; // ps between two arrivals, or of thinking; of drawn ones the mean, as below
  outside: u64; // ps of work before the lock, or of all work
  hold: u64; // ps of work under the lock
  stop: u64; // no job comes from then on
  gaps: u64; // random streams
  outsides: u64;
  holds: u64;
  came: u64; // when the job that is worked on did
  slots: usize; // ring of the times at which those came that wait
  limit: u32; // places in it
  first: u32;
  waiting: u32;
  flags: u32; // WorkFlag

  static at(index: u32): Work {
    return changetype<Work>(base(Region.Work) + <usize>index * WORK_RECORD);
  }

  static of(t: Thread): Work {
    return Work.at(t.port);
  }

  /** Constant, or the next one of a stream. `field`: the offset of the stream. */
  drawn(flag: u32, field: usize, mean: u64): u64 {
    return this.flags & flag ? exponential(changetype<usize>(this) + field, mean) : mean;
  }

  slotAt(index: u32): usize {
    return this.slots + ((<usize>(index >= this.limit ? index - this.limit : index)) << 3);
  }
}
if (offsetof<Work>() > <usize>WORK_RECORD) ERROR("Work has outgrown WORK_RECORD");
if (offsetof<Work>("done") != (<usize>WorkField.done) << 3) ERROR("counts of work drifted from WorkField");

/** Records, then two histograms for each, then the rings. */
export function workBytes(): u64 {
  return <u64>boot(Boot.Work) * (WORK_RECORD + 2 * histogramBytes(FINE_BITS)) + <u64>boot(Boot.WorkSlots) * 8;
}

function histogramOf(t: Thread, wait: usize): usize {
  return base(Region.Work) + <usize>boot(Boot.Work) * WORK_RECORD + <usize>(2 * t.port + <u32>wait) * <usize>histogramBytes(FINE_BITS);
}

export function workThread(index: u32): Thread {
  return Thread.at(firstWork() + index);
}

/** First state of a thread's work. `slot`: the first of the `limit` places of its ring in those of all threads. */
export function initWork(index: u32, flags: u32, slot: u32, limit: u32): void {
  const w = Work.at(index);
  w.flags = flags;
  w.limit = limit;
  w.slots = base(Region.Work) + <usize>boot(Boot.Work) * (WORK_RECORD + 2 * <usize>histogramBytes(FINE_BITS)) + ((<usize>slot) << 3);
  const streams = STREAM_WORK + 4 * <u64>index;
  w.gaps = seedOf(boot(Boot.Seed), streams);
  w.outsides = seedOf(boot(Boot.Seed), streams + 1);
  w.holds = seedOf(boot(Boot.Seed), streams + 2);
}

/** How long it is to the next arrival, or how long the thread thinks. */
export function drawGap(w: Work): u64 {
  return w.drawn(WorkFlag.Gap, offsetof<Work>("gaps"), w.gap);
}
export function drawOutside(w: Work): u64 {
  return w.drawn(WorkFlag.Outside, offsetof<Work>("outsides"), w.outside);
}
export function drawHold(w: Work): u64 {
  return w.drawn(WorkFlag.Hold, offsetof<Work>("holds"), w.hold);
}

/** A job arrives. It is refused if there is no place for it. */
export function jobArrives(t: Thread): void {
  const w = Work.of(t);
  const now = Kernel.at().now;
  w.jobs++;
  w.left--;
  if (w.waiting == w.limit) {
    w.refused++;
    return;
  }
  store<u64>(w.slotAt(w.first + w.waiting), now);
  w.waiting++;
  enqueue(threadQueue(t.id), now);
}

/** The thread begins with the job that has waited longest. False: none waits. */
export function jobBegins(t: Thread): bool {
  const w = Work.of(t);
  if (!w.waiting) return false;
  const now = Kernel.at().now;
  const came = load<u64>(w.slotAt(w.first));
  w.came = came;
  w.waiting--;
  w.first = w.first + 1 == w.limit ? 0 : w.first + 1;
  queueTake(threadQueue(t.id), now, came);
  record(histogramOf(t, 1), FINE_BITS, now - came);
  return true;
}

/** It has done it. */
export function jobEnds(t: Thread): void {
  const w = Work.of(t);
  w.done++;
  record(histogramOf(t, 0), FINE_BITS, Kernel.at().now - w.came);
}
