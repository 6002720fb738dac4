// What a machine without time has no need of.

import { Region } from "../abi";
import { reserve } from "../memory/arena";

export { postAtOnce as postIpi } from "../kern/ipiq";

/** Regions of machines that have time: none of them has a byte here. */
export function planMachine(threads: u32): void {
  for (let region: u32 = Region.Machine; region < <u32>Region.Io; region++) reserve(region, 0, 0);
}

/** Nor does anybody ask what only they can answer. */
export function planQuestions(threads: u32): void {
  reserve(Region.Stops, 0, 0);
  reserve(Region.Peaks, 0, 0);
}

export function bootMachine(): void {}

/** The host has made a thread of CPU 0 runnable: the run queue is looked at anyway. */
export function threadRequested(): void {}

/** Packets that threads are in the middle of, in chains or on their way to other CPUs: none while the engine stands. */
export function packetsInside(): u32 {
  return 0;
}

/** Frames that are counted as sent and still lie in transmit rings. */
export function framesSent(): u32 {
  return 0;
}

/** Interfaces of a CPU are polled, or not any more: nothing comes here by itself but frames. */
export function pollingChanged(cpu: u32): void {}
