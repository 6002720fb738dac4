// What a machine without time has no need of.

/** Regions of its own. */
export function planMachine(threads: u32): void {}

export function bootMachine(): void {}

/** Packets that threads are in the middle of, in chains or on their way to other CPUs: none while the engine stands. */
export function packetsInside(): u32 {
  return 0;
}

/** Frames that are counted as sent and still lie in transmit rings. */
export function framesSent(): u32 {
  return 0;
}

/** The host has sent a CPU an IPI: the queue is looked at anyway. */
export function ipiRaised(cpu: u32): void {}
