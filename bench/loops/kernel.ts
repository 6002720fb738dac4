/** Verbs on mbufs, threads and the BGL that only the rare ways need; the loops have theirs in place. */
import { At, K, K64, Mbuf, Place, Port64, Stat, Taken, Thread, Thread64, unsupported } from "./layout.ts";
import type { Memory } from "./memory.ts";

export interface Kernel {
  lwktSchedule(t: number): void;
  putport(m: number, t: number): void;
  /** The first thread of the run queue, which is not empty. */
  dequeue(): number;
  /** The first message of a port, which is not empty. */
  getport(t: number): number;
  /** A deep copy; counted as cloned. */
  mCopy(m: number): number;
  drop(m: number, reason: number): void;
  /** Gets the BGL for a handler that is not MPSAFE. */
  getMplock(t: number): void;
  handlerDone(t: number): void;
  /** netmsg_service in mode 1 for a message that the thread has the wrong state for: gets the BGL, or gives it back. */
  changeMplock(t: number): Taken;
  /** netmsg_service in another mode than 1. */
  otherMode(t: number, m: number, mode: number): void;
  /** "After dispatch", for a thread that has the BGL. */
  messageDone(t: number): void;
  /** Counts an event of the whole stack. */
  count(stat: Stat, by?: number): void;
}

export const makeKernel = ({ u8, i32, f64 }: Memory): Kernel => {
  const count = (stat: Stat, by = 1): void => {
    f64[At.Stats / 2 + stat]! += by;
  };
  const lwktSchedule = (t: number): void => {
    if (i32[t + Thread.Queued]) return;
    i32[t + Thread.Queued] = 1;
    i32[t + Thread.Next] = 0;
    if (i32[K.Head]) i32[i32[K.Tail]! + Thread.Next] = t;
    else i32[K.Head] = t;
    i32[K.Tail] = t;
  };
  const putport = (m: number, t: number): void => {
    i32[m + Mbuf.Next] = 0;
    if (i32[t + Thread.Head]) i32[i32[t + Thread.Tail]! + Mbuf.Next] = m;
    else i32[t + Thread.Head] = m;
    i32[t + Thread.Tail] = m;
    const length = i32[t + Thread.Length]! + 1;
    i32[t + Thread.Length] = length;
    if (length > i32[t + Thread.HighWater]!) i32[t + Thread.HighWater] = length;
    lwktSchedule(t);
  };
  const dequeue = (): number => {
    const t = i32[K.Head]!;
    i32[K.Head] = i32[t + Thread.Next]!;
    i32[t + Thread.Next] = 0;
    i32[t + Thread.Queued] = 0;
    return t;
  };
  const getport = (t: number): number => {
    const m = i32[t + Thread.Head]!;
    i32[t + Thread.Head] = i32[m + Mbuf.Next]!;
    i32[t + Thread.Length]!--;
    i32[m + Mbuf.Next] = 0;
    return m;
  };
  const mCopy = (m: number): number => {
    const copy = i32[K.MbufFree]!;
    if (!copy) unsupported("no mbuf is left");
    i32[K.MbufFree] = i32[copy + Mbuf.Next]!;
    i32[K.MbufsFree]!--;
    const empty = i32[copy + Mbuf.Empty]!;
    i32.copyWithin(copy, m, m + Mbuf.Words);
    i32[copy + Mbuf.Next] = 0;
    i32[copy + Mbuf.Dispatch] = Place.Done;
    i32[copy + Mbuf.Flags] = 0;
    i32[copy + Mbuf.Empty] = empty;
    const data = i32[m + Mbuf.Data]!;
    i32[copy + Mbuf.Data] = empty + data - i32[m + Mbuf.Empty]!;
    u8.copyWithin(i32[copy + Mbuf.Data]!, data, data + i32[m + Mbuf.Len]!);
    count(Stat.Cloned);
    return copy;
  };
  const drop = (m: number, reason: number): void => {
    f64[(i32[m + Mbuf.Rcvif]! >> 1) + Port64.Drops + reason]!++;
    i32[m + Mbuf.Next] = i32[K.MbufFree]!;
    i32[K.MbufFree] = m;
    i32[K.MbufsFree]!++;
  };
  const getMplock = (t: number): void => {
    if (i32[t + Thread.Mpcount]) unsupported("a message under the BGL that comes to IP");
    i32[t + Thread.Mpcount] = 1;
    f64[(t >> 1) + Thread64.Gets]!++;
    i32[K.BglOwner] = i32[t + Thread.Id]!;
    f64[K64.Bgl]!++;
  };
  const handlerDone = (t: number): void => {
    i32[t + Thread.Mpcount]!--;
    f64[(t >> 1) + Thread64.Releases]!++;
    i32[K.BglOwner] = 0;
  };
  const changeMplock = (t: number): Taken => {
    if (i32[t + Thread.Mplocked]) {
      relMplock(t);
      return Taken.Released;
    }
    i32[t + Thread.Mplocked] = 1;
    i32[t + Thread.Mpcount]!++;
    f64[(t >> 1) + Thread64.Gets]!++;
    i32[K.BglOwner] = i32[t + Thread.Id]!;
    f64[K64.Bgl]!++;
    return Taken.Got;
  };
  const relMplock = (t: number): void => {
    i32[t + Thread.Mplocked] = 0;
    i32[t + Thread.Mpcount]!--;
    f64[(t >> 1) + Thread64.Releases]!++;
    i32[K.BglOwner] = 0;
  };
  const otherMode = (t: number, m: number, mode: number): void => {
    if ((mode === 2) === (i32[t + Thread.Mplocked] === 1)) i32[m + Mbuf.Lock] = changeMplock(t);
    if (mode === 2 && !(i32[m + Mbuf.Flags]! & 1)) f64[(t >> 1) + Thread64.Violations]!++;
  };
  const messageDone = (t: number): void => {
    if (i32[t + Thread.Release]) {
      i32[t + Thread.Release] = 0;
      relMplock(t);
    } else if (i32[t + Thread.Mplocked]) f64[(t >> 1) + Thread64.Keeps]!++;
    if (i32[t + Thread.Mpcount]) i32[K.BglOwner] = 0;
  };
  return { changeMplock, otherMode, messageDone, lwktSchedule, putport, dequeue, getport, mCopy, drop, getMplock, handlerDone, count };
};
