// Timers of other kernel work, and what its threads do between two jobs.

import { WorkFlag } from "../../abi";
import { NEVER, setEvent, workOf } from "../../kern/events";
import { Kernel } from "../../kern/kernel";
import { lwktSchedule, Thread } from "../../kern/thread";
import { drawGap, initWork, jobArrives, jobEnds, Work, workThread } from "../../kern/work";
import { isOutranked, settleCpu, sleep, yieldCpu } from "./schedule";
import { beginStep } from "./steps";
import { Slot, Vcpu } from "./vcpu";

/** Gives a thread of this ThreadKind its CPU, and work: WorkFlag, and room for `limit` jobs that wait, from `slot` on. */
export function attachWork(index: u32, kind: u32, cpu: u32, flags: u32, slot: u32, limit: u32): void {
  const t = workThread(index);
  t.kind = kind;
  t.cpu = cpu;
  t.port = index;
  initWork(index, flags, slot, limit);
}

/** Times of its jobs, in picoseconds: see Work. */
export function attachJob(index: u32, gap: u64, outside: u64, hold: u64): void {
  const w = Work.at(index);
  w.gap = gap;
  w.outside = outside;
  w.hold = hold;
}

/** The first job comes one gap after `start`, or at `start` itself if `early`; none at `stop` or after it, and `count` at most. All else is said before. */
export function startWork(index: u32, start: u64, early: u32, stop: u64, count: u64): void {
  const w = Work.at(index);
  w.stop = stop;
  w.left = count;
  schedule(workThread(index), start + (early ? 0 : drawGap(w)));
}

/** A job comes at `time`, unless that is too late or one too many. */
function schedule(t: Thread, time: u64): void {
  const w = Work.of(t);
  setEvent(workOf(t.port), w.left && time < w.stop ? time : NEVER);
}

/** A job has come. */
export function workDue(index: u32): void {
  const t = workThread(index);
  const w = Work.at(index);
  jobArrives(t);
  schedule(t, w.flags & WorkFlag.Closed ? NEVER : Kernel.at().now + drawGap(w));
  lwktSchedule(t);
  settleCpu(Vcpu.at(t.cpu));
}

/** A thread has done a job. It goes on with the next one unless a thread that does not come after it can run, or sleeps. */
export function jobDone(v: Vcpu, slot: Slot, t: Thread): void {
  const w = Work.of(t);
  jobEnds(t);
  if (w.flags & WorkFlag.Closed) think(t, w);
  if (!w.waiting) return sleep(v, t);
  if (isOutranked(v, t)) yieldCpu(v, t);
  else beginStep(v, slot);
}

/** The next job comes when the thread has thought. One that does not think has it at once. */
function think(t: Thread, w: Work): void {
  const gap = drawGap(w);
  const now = Kernel.at().now;
  if (gap || !w.left || now >= w.stop) schedule(t, now + gap);
  else jobArrives(t);
}
