/** Message ports, the service loop with its decision about the BGL, and the order in which a burst runs. After assembly/net/netisr.ts and machine/instant.ts. */
import { At, Iff, K, K64, Knob, Mbuf, Mbuf64, Place, Port, Thread, Thread64, unsupported } from "./layout.ts";
import type { Memory } from "./memory.ts";
import type { Output } from "./output.ts";

/** Runs the messages of the burst in the order in which their frames arrived, each with all that follows from it. */
export const makeRunBurst = ({ i32, f64 }: Memory, oncpu: (t: number, m: number) => void, output: Output): (() => void) => {
  const relMplock = (t: number): void => {
    i32[t + Thread.Mplocked] = 0;
    i32[t + Thread.Mpcount]!--;
    f64[(t >> 1) + Thread64.Releases]!++;
    i32[K.BglOwner] = 0;
  };
  const getMplock = (t: number): void => {
    i32[t + Thread.Mplocked] = 1;
    i32[t + Thread.Mpcount]!++;
    f64[(t >> 1) + Thread64.Gets]!++;
    i32[K.BglOwner] = i32[t + Thread.Id]!;
    f64[K64.Bgl]!++;
  };
  /** What the modes other than 1 decide. True: get the BGL. */
  const otherMode = (t: number, mode: number, mpsafe: number): boolean => {
    if (mode !== 2) return !i32[t + Thread.Mplocked];
    if (i32[t + Thread.Mplocked]) relMplock(t);
    if (!mpsafe) f64[(t >> 1) + Thread64.Violations]!++;
    return false;
  };

  const finish = (t: number): void => {
    if (i32[t + Thread.Mpcount]) i32[K.BglOwner] = i32[t + Thread.Id]!;
    const m = i32[t + Thread.Head]!;
    i32[t + Thread.Head] = i32[m + Mbuf.Next]!;
    i32[t + Thread.Length]!--;
    i32[m + Mbuf.Next] = 0;
    f64[(t >> 1) + Thread64.Messages]!++;
    let mode = i32[i32[t + Thread.Mode]!]!;
    if (mode < 0) mode = i32[Knob.NetisrMode]!;
    const mpsafe = i32[m + Mbuf.Flags]! & 1;
    let get = false;
    if (mode === 1) {
      const locked = i32[t + Thread.Mplocked]!;
      get = !mpsafe && !locked;
      if (mpsafe && locked) relMplock(t);
      i32[t + Thread.Release] = mpsafe | i32[Knob.MpsafeLazy]! ? 0 : 1;
    } else get = otherMode(t, mode, mpsafe);
    if (get) getMplock(t);
    if (i32[m + Mbuf.Dispatch] === Place.EtherInputOncpu) {
      const port = i32[m + Mbuf.Rcvif]!;
      if ((i32[port + Port.Flags]! & (Iff.Up | Iff.Monitor)) !== Iff.Up) unsupported("an interface that is down");
      oncpu(t, m);
    } else output.ifqHandoff(t, m);
    if (i32[t + Thread.Release]) {
      i32[t + Thread.Release] = 0;
      relMplock(t);
    } else if (i32[t + Thread.Mplocked]) f64[(t >> 1) + Thread64.Keeps]!++;
    if (i32[t + Thread.Mpcount]) i32[K.BglOwner] = 0;
  };

  const schedule = (t: number): void => {
    if (i32[t + Thread.Queued]) return;
    i32[t + Thread.Queued] = 1;
    i32[t + Thread.Next] = 0;
    if (i32[K.Head]) i32[i32[K.Tail]! + Thread.Next] = t;
    else i32[K.Head] = t;
    i32[K.Tail] = t;
  };

  return () => {
    for (let i = At.Order as number, end = At.Order + i32[K.OrderEnd]!; i < end; i++) {
      const m = i32[i]!;
      if (!m) continue;
      const arrived = f64[(m >> 1) + Mbuf64.Arrived]!;
      if (f64[K64.NextTick]! <= arrived) unsupported("times beyond the first callout");
      if (arrived > f64[K64.Now]!) f64[K64.Now] = arrived;
      // lwkt_thread_putport
      const port = i32[m + Mbuf.Thread]!;
      i32[m + Mbuf.Next] = 0;
      if (i32[port + Thread.Head]) i32[i32[port + Thread.Tail]! + Mbuf.Next] = m;
      else i32[port + Thread.Head] = m;
      i32[port + Thread.Tail] = m;
      const length = i32[port + Thread.Length]! + 1;
      i32[port + Thread.Length] = length;
      if (length > i32[port + Thread.HighWater]!) i32[port + Thread.HighWater] = length;
      schedule(port);
      for (let t = i32[K.Head]!; t; t = i32[K.Head]!) {
        i32[K.Head] = i32[t + Thread.Next]!;
        i32[t + Thread.Next] = 0;
        i32[t + Thread.Queued] = 0;
        finish(t);
        if (i32[t + Thread.Head]) schedule(t);
        if (i32[K.TxHead]) output.drain();
      }
    }
  };
};
