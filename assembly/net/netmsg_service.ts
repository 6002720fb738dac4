// The one service loop of all protocol threads, and its decision about the BGL: ARCHITECTURE, section 8.1.
//
// in     a message at the head of a thread's port
// out    the place named in the message
// reads  Knob.*MpsafeThread for every message        writes  Thread.mplocked, mpcount, release and its counts
// locks  the BGL
// costs  Cost.Service

import { At, Cost, Knob, LOCK_VIOLATION, ServiceLock, ThreadCounter } from "../abi";
import { knob } from "../kern/kernel";
import { bgl } from "../kern/lock";
import { MSGF_MPSAFE, Netmsg } from "../kern/mbuf";
import { getport, Thread, tally } from "../kern/thread";
import { charge, enter, leave } from "../seam";

/** Any other mode acts as 0, the BGL for every message. */
const NETMSG_SERVICE_ADAPTIVE: i32 = 1;
export const NETMSG_SERVICE_MPSAFE: i32 = 2;

/** The mode, read for every message. */
function serviceMode(t: Thread): i32 {
  const mode = load<i32>(t.mode);
  return mode >= 0 ? mode : knob(Knob.NetisrMpsafeThread);
}

/** Place Service: one turn of netmsg_service_loop. */
export function netmsgService(t: Thread): At {
  const m = getport(t);
  return m ? netmsgServe(t, m) : At.Empty;
}

/** Decides by ARCHITECTURE, section 8.1, what becomes of the BGL before the message is dispatched. */
export function netmsgServe(t: Thread, m: Netmsg): At {
  tally(t, ThreadCounter.messages);
  const mode = serviceMode(t);
  const mpsafe = (m.flags & MSGF_MPSAFE) != 0;
  return mode == NETMSG_SERVICE_ADAPTIVE && mpsafe && !t.mplocked ? dispatchWithout(t, m) : decide(t, m, mode, mpsafe);
}

/** All rows but that of the critical path. */
function decide(t: Thread, m: Netmsg, mode: i32, mpsafe: bool): At {
  let get = false;
  let lock: u32 = t.mplocked ? ServiceLock.Kept : ServiceLock.Without;
  if (mode == NETMSG_SERVICE_ADAPTIVE) {
    get = !mpsafe && !t.mplocked;
    if (mpsafe && t.mplocked) lock = relMplock(t);
    if (!mpsafe && !knob(Knob.NetisrMpsafeLazy)) t.release = 1;
  } else if (mode == NETMSG_SERVICE_MPSAFE) {
    if (t.mplocked) lock = relMplock(t);
    if (!mpsafe) {
      lock |= LOCK_VIOLATION;
      tally(t, ThreadCounter.violations);
    }
  } else {
    get = !t.mplocked;
  }
  m.lock = <u8>(get ? ServiceLock.Got : lock);
  return !get || getMplock(t, At.Dispatch, changetype<usize>(m)) ? netmsgDispatch(t, m) : At.Wait;
}

/** The row of the critical path, before all others: nothing is got or released. */
function dispatchWithout(t: Thread, m: Netmsg): At {
  m.lock = <u8>ServiceLock.Without;
  return netmsgDispatch(t, m);
}

/** Place Dispatch: the message goes to its place. The switch in path.ts carries the subject along. */
export function netmsgDispatch(t: Thread, m: Netmsg): At {
  charge(t, Cost.Service);
  t.subject = changetype<usize>(m);
  return m.dispatch;
}

/** ARCHITECTURE, section 8.1: what happens after a message. */
export function messageDone(t: Thread): void {
  if (t.release) {
    t.release = 0;
    relMplock(t);
  } else if (t.mplocked) tally(t, ThreadCounter.keeps);
}

/** get_mplock, by a thread that has not got it. False: it waits, and the machine enters `at` with `subject` when its CPU has the lock. */
export function getMplock(t: Thread, at: At, subject: usize): bool {
  t.mplocked = 1;
  t.mpcount++;
  tally(t, ThreadCounter.gets);
  return enter(t, at, subject, bgl());
}

/** rel_mplock. @returns what is noted of it */
function relMplock(t: Thread): ServiceLock {
  t.mplocked = 0;
  t.mpcount--;
  tally(t, ThreadCounter.releases);
  leave(t, bgl());
  return ServiceLock.Released;
}
