import { QueueField, Region } from "../../../assembly/abi.ts";
import type { QueueResult, QueueSample } from "../../types.ts";
import { integralOf, readQueueStat, squaresOf } from "./queue_stat.ts";
import { type Tables, WORD } from "./tables.ts";

/** Those that were ever used. */
export const readQueues = (tables: Tables): QueueResult[] => {
  const { now } = tables;
  const all = tables.queues.map((name, index): QueueResult => {
    const stat = readQueueStat(tables.memory, tables.base(Region.QueueStats) + index * QueueField.Count * WORD, now);
    return { name, ...stat, meanLength: now === 0n ? 0 : Number(stat.integral) / Number(now) };
  });
  return all.filter(({ puts }) => puts > 0n);
};

/** The sums alone, of the same queues. */
export const sampleQueues = (tables: Tables): QueueSample[] => {
  const { now, queues } = tables;
  const words = tables.words(Region.QueueStats, 0, queues.length * QueueField.Count);
  const floats = new Float64Array(words.buffer, words.byteOffset, words.length);
  const peaks = new Uint32Array(tables.memory, tables.base(Region.Peaks) + WORD, queues.length);
  const samples: QueueSample[] = [];
  for (const [queue, name] of queues.entries()) {
    const at = queue * QueueField.Count;
    const [puts, length, waitless] = [words[at + QueueField.puts]!, words[at + QueueField.length]!, words[at + QueueField.waitless]!];
    if (puts === 0n) continue;
    const [integral, squares] = [integralOf(words, at, now), squaresOf(words, floats, at, now)];
    samples.push({ name, puts, length, longest: BigInt(peaks[queue]!), waitless, integral, squares });
  }
  return samples;
};

/** When the sample before was taken. From now on this one is that. */
export const sampledSince = (tables: Tables): bigint => {
  const since = tables.words(Region.Peaks, 0, 1)[0]!;
  tables.exports.peaksAsked();
  return since;
};
