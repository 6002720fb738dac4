// No trace: a machine without time has no moments to note. What calls these functions is left out of the module.

import { Drop, Path } from "../../abi";
import { Ifnet } from "../ifnet";
import { Mbuf } from "../mbuf";
import { Thread } from "../thread";

/** Bytes of Region.Trace. */
export function traceBytes(threads: u32): u64 {
  return 0;
}

/** Whether anything is noted: the one question that is asked wherever something could be. */
export function tracing(): bool {
  return false;
}

/** The interface has refused a frame. */
export function traceRefused(ifp: Ifnet, bytes: usize, cause: u64, time: u64, reason: Drop): void {}

/** A packet has reached its end: sent by `port` at `time`, or delivered. */
export function traceEnded(m: Mbuf, path: Path, port: u32, time: u64): void {}

/** A thread has dropped a packet. */
export function traceDrop(t: Thread, m: Mbuf, reason: Drop): void {}
