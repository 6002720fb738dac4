// Threads of other kernel work: what they do with a job. The BGL is got and given back as a system call of 2008 does, whatever else the thread's CPU has.
//
// in     the machine's timers (kern/work.ts)
// out    the job is done
// reads  nothing        writes  Work, Thread.mplocked, mpcount, release and its counts
// locks  the BGL, if the thread's work is under it
// costs  the thread's own

import { At, ThreadCounter, WorkFlag } from "../abi";
import { Thread, tally } from "../kern/thread";
import { drawHold, drawOutside, jobBegins, Work } from "../kern/work";
import { spend } from "../seam";
import { getMplock } from "./netmsg_service";

/** Place Work: takes a job, and does what needs no lock. */
export function work(t: Thread): At {
  if (!jobBegins(t)) return At.Empty;
  const w = Work.of(t);
  tally(t, ThreadCounter.messages);
  spend(t, drawOutside(w));
  if (!(w.flags & WorkFlag.Locked)) return At.Done;
  t.release = 1;
  return getMplock(t, At.WorkLocked, 0) ? workLocked(t) : At.Wait;
}

/** Place WorkLocked: the rest of the job. `messageDone` gives the lock back. @locks the BGL */
export function workLocked(t: Thread): At {
  spend(t, drawHold(Work.of(t)));
  return At.Done;
}
