// The records of all queues, and how long each was at most since the host asked last. That lies behind the exchange areas, as asking changes no state.
//
//   Region.QueueStats   | PortQueue.Count records of each port | a record of each thread |
//   Region.Peaks        | time at which the host asked u64 | u32 of each record |

import { Boot, PortQueue, QueueField, Region } from "../../abi";
import { base, boot } from "../../memory/arena";
import { lengthOf, queuePut } from "../../stats/queue_stat";
import { Kernel } from "../kernel";

const QUEUE_BYTES: usize = (<usize>QueueField.Count) << 3;

function queueTotal(threads: u32): u32 {
  return boot(Boot.Ports) * PortQueue.Count + threads;
}

/** Bytes of the records of all queues. */
export function queueBytes(threads: u32): u64 {
  return <u64>queueTotal(threads) * <u64>QUEUE_BYTES;
}

/** Bytes of Region.Peaks. */
export function peakBytes(threads: u32): u64 {
  return 8 + <u64>queueTotal(threads) * 4;
}

export function portQueue(port: u32, queue: PortQueue): usize {
  return base(Region.QueueStats) + <usize>(port * PortQueue.Count + queue) * QUEUE_BYTES;
}

export function threadQueue(thread: u32): usize {
  return base(Region.QueueStats) + <usize>(boot(Boot.Ports) * PortQueue.Count + thread - 1) * QUEUE_BYTES;
}

/** One came in. Times never go back. */
export function enqueue(queue: usize, now: u64): void {
  const length = <u32>queuePut(queue, now);
  const peak = base(Region.Peaks) + 8 + ((queue - base(Region.QueueStats)) / QUEUE_BYTES) * 4;
  if (length > load<u32>(peak)) store<u32>(peak, length);
}

/** The host asks: from now on lengths are looked at anew. `threads`: how many there are. */
export function restartPeaks(threads: u32): void {
  const peaks = base(Region.Peaks);
  store<u64>(peaks, Kernel.at().now);
  for (let i: u32 = 0, n = queueTotal(threads); i < n; i++)
    store<u32>(peaks + 8 + <usize>i * 4, <u32>lengthOf(base(Region.QueueStats) + <usize>i * QUEUE_BYTES));
}
