import { COARSE_BITS, LockField, Region } from "../../../assembly/abi.ts";
import type { LockResult, LockSample, LockShare } from "../../types.ts";
import { histogramBytes } from "../histogram.ts";
import { type Tables, WORD } from "./tables.ts";

/** Of a thread's share of a lock: gets, time. */
const SHARE_WORDS = 2;
/** Two histograms of each lock: waits, then holds, whose first word is their number. */
const HISTOGRAM_WORDS = histogramBytes(COARSE_BITS) / WORD;

type Sums = Omit<LockSample, "name" | "waitSquares" | "holdSquares"> & {
  holding: bigint;
  maxWait: bigint;
  maxHold: bigint /** Somebody has it. */;
  held: boolean;
};

/**
 * Kept for a thread that has not got it yet, a lock has an owner, and as many holds as gets are over. One that was left in the middle of a step is not held any
 * more, though that is booked later.
 */
const sumsOf = (tables: Tables, lock: number, now: bigint): Sums => {
  const { since, waiting: _, waitSquares: __, holdSquares: ___, ...fields } = tables.named(Region.LockStats, lock * LockField.Count, LockField);
  const over = tables.words(Region.LockHistograms, (2 * lock + 1) * HISTOGRAM_WORDS, 1)[0]!;
  const held = fields.gets > over;
  const left = BigInt.asUintN(64, tables.exports.lockLeftAt(lock));
  const kept = BigInt.asUintN(64, tables.exports.lockGets(lock)) - fields.gets;
  return { ...fields, kept, held, holding: held ? (left < now ? left : now) - since : 0n };
};

const squaresOf = (tables: Tables, lock: number): Pick<LockSample, "waitSquares" | "holdSquares"> => {
  const fields = new Float64Array(tables.memory, tables.base(Region.LockStats) + lock * LockField.Count * WORD, LockField.Count);
  return { waitSquares: fields[LockField.waitSquares]!, holdSquares: fields[LockField.holdSquares]! };
};

const used = ({ gets }: { gets: bigint }, lock: number): boolean => lock === 0 || gets > 0n;

/** The BGL, and every other lock that was ever got. */
export const readLocks = (tables: Tables): LockResult[] => {
  const { now } = tables;
  return tables.locks.map((name, lock) => readLock(tables, lock, name, now)).filter(used);
};

const readLock = (tables: Tables, lock: number, name: string, now: bigint): LockResult => {
  const { held, ...sums } = sumsOf(tables, lock, now);
  return {
    name,
    ...sums,
    ...squaresOf(tables, lock),
    waitTimes: tables.histogram(Region.LockHistograms, 2 * lock, COARSE_BITS),
    holdTimes: tables.histogram(Region.LockHistograms, 2 * lock + 1, COARSE_BITS),
    ...sharesOf(tables, lock, held ? tables.exports.lockOwner(lock) - 1 : undefined, sums.holding),
  };
};

/** Of holds that are over, and of the one that goes on: its thread, and for how long. */
const sharesOf = (tables: Tables, lock: number, holder: number | undefined, holding: bigint): Pick<LockResult, "cpus" | "threads"> => {
  const cpus = Array.from({ length: tables.config.cpus }, (_, cpu): LockShare => ({ name: `CPU ${cpu}`, gets: 0n, hold: 0n }));
  const locks = tables.locks.length;
  const words = tables.words(Region.LockShares, 0, tables.threads.length * locks * SHARE_WORDS);
  const threads: LockShare[] = [];
  for (const [thread, name] of tables.threads.entries()) {
    const mine = thread === holder;
    const at = (thread * locks + lock) * SHARE_WORDS;
    const gets = words[at]! + (mine ? 1n : 0n);
    if (gets === 0n) continue;
    const hold = words[at + 1]! + (mine ? holding : 0n);
    threads.push({ name, gets, hold });
    const cpu = cpus[tables.exports.threadCpu(thread)]!;
    cpu.gets += gets;
    cpu.hold += hold;
  }
  return { cpus: cpus.filter(({ gets }) => gets > 0n), threads };
};

/** The sums alone, of the same locks. */
export const sampleLocks = (tables: Tables): LockSample[] => {
  const { now } = tables;
  const all = tables.locks.map((name, lock): LockSample => {
    const { gets, kept, contended, waits, wait, hold, holding, handovers, handover } = sumsOf(tables, lock, now);
    return { name, gets, kept, contended, waits, wait, hold: hold + holding, handovers, handover, ...squaresOf(tables, lock) };
  });
  return all.filter(used);
};
