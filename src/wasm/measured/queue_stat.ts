import { QueueField } from "../../../assembly/abi.ts";

/** A queue from time 0 up to now. Times are in picoseconds. */
export interface QueueStat {
  puts: bigint;
  takes: bigint;
  length: bigint;
  highWater: bigint;
  /** Packets x ps, modulo 2^64. Equal to `stays` while the queue is empty (Little's law on this sample path). */
  integral: bigint;
  /** Sum of the stays of those that were taken, modulo 2^64, less the times at which those still there came. */
  stays: bigint;
  /** Stays of no time. */
  waitless: bigint;
  /** Packets^2 x ns. */
  squares: number;
}

/** Packets x ps up to `now`, modulo 2^64, of the queue whose record begins at a word. */
export const integralOf = (words: BigUint64Array, at: number, now: bigint): bigint => {
  const length = words[at + QueueField.length]!;
  const integral = words[at + QueueField.integral]!;
  return length === 0n ? integral : BigInt.asUintN(64, integral + length * (now - words[at + QueueField.last]!));
};

/** Packets^2 x ns up to `now`; the same words, and as floats. */
export const squaresOf = (words: BigUint64Array, floats: Float64Array, at: number, now: bigint): number => {
  const length = words[at + QueueField.length]!;
  const passed = now - words[at + QueueField.last]!;
  return floats[at + QueueField.squares]! + Number(length * length) * (Number(passed) * 0.001);
};

/** Reads a queue's record at an address of the engine's memory, brought up to `now`; the record stays as it is, so that looking changes nothing. */
export const readQueueStat = (memory: ArrayBufferLike, at: number, now: bigint): QueueStat => {
  const words = new BigUint64Array(memory, at, QueueField.Count);
  const floats = new Float64Array(memory, at, QueueField.Count);
  return {
    puts: words[QueueField.puts]!,
    takes: words[QueueField.takes]!,
    length: words[QueueField.length]!,
    highWater: words[QueueField.highWater]!,
    integral: integralOf(words, 0, now),
    stays: words[QueueField.stays]!,
    waitless: words[QueueField.waitless]!,
    squares: squaresOf(words, floats, 0, now),
  };
};
