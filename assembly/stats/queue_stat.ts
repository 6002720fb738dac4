// What a queue was like over time: a record of QueueField, memory of zeros being a queue that was empty since time 0. Sums of times are modulo 2^64, so that
// differences of them stay right.

import { QueueField } from "../abi";

@unmanaged
class QueueStat {
  puts: u64;
  takes: u64;
  length: u64;
  highWater: u64;
  integral: u64; // length x ps, up to `last`
  stays: u64; // of those that were taken, in ps: less the time of each put that is not taken yet
  waitless: u64;
  last: u64; // when the length changed, or the record was settled
  squares: f64; // length^2 x ns, up to `last`
}

if (offsetof<QueueStat>() != (<usize>QueueField.Count) << 3) ERROR("a record of a queue has other fields than QueueField");

const NS_PER_PS: f64 = 0.001;

/**
 * Brings `integral` and `squares` up to `now`. Nobody has to: whoever only looks adds length x (now - last) to what he has read. As `squares` rounds each
 * interval, to settle more often gives another number in its last digits.
 */
export function queueSettle(at: usize, now: u64): void {
  const queue = changetype<QueueStat>(at);
  const passed = now - queue.last;
  const length = queue.length;
  queue.last = now;
  if (!length) return;
  queue.integral += length * passed;
  queue.squares += <f64>(length * length) * (<f64>passed * NS_PER_PS);
}

/** One came in. Times never go back. @returns the length */
export function queuePut(at: usize, now: u64): u64 {
  queueSettle(at, now);
  const queue = changetype<QueueStat>(at);
  const length = queue.length + 1;
  queue.length = length;
  queue.highWater = max(queue.highWater, length);
  queue.puts++;
  queue.stays -= now;
  return length;
}

export function lengthOf(at: usize): u64 {
  return changetype<QueueStat>(at).length;
}

/** One left that had come at `since`. */
export function queueTake(at: usize, now: u64, since: u64): void {
  queueSettle(at, now);
  const queue = changetype<QueueStat>(at);
  assert(queue.length > 0, "nothing is taken from an empty queue");
  queue.length--;
  queue.takes++;
  queue.stays += now;
  queue.waitless += u64(now == since);
}
