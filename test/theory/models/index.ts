/** Models by the names of their tables. */
import type { Model } from "../model.ts";
import { batches } from "./batches.ts";
import { dd1, md1k, mm1k } from "./finite.ts";
import { hashSplit } from "./hash_split.ts";
import { livelock } from "./livelock.ts";
import { bigLock, constantHold, constantThink, exponentialHold } from "./lock.ts";
import { everyN, firstOf, timer } from "./moderation.ts";
import { preemptive } from "./preemptive.ts";
import { md1, mm1 } from "./single_server.ts";
import { vacations } from "./vacations.ts";

export const MODELS: Readonly<Record<string, Model>> = {
  "M/M/1": mm1,
  "M/D/1": md1,
  "c separate M/M/1 (hash split)": hashSplit,
  "M/M/1/K": mm1k,
  "M/D/1/K": md1k,
  "D/D/1": dd1,
  "interrupt moderation: timer T after first frame": timer,
  "interrupt moderation: every N frames": everyN,
  "interrupt moderation: first of N frames or T": firstOf,
  "M/G/1 with vacations (polling thread asleep V)": vacations,
  "batch arrivals M[X]/D/1": batches,
  "preemptive interrupt over thread (constant work)": preemptive,
  "lock: exp think, exp hold": exponentialHold,
  "lock: exp think, constant hold": constantHold,
  "lock: constant think and hold": constantThink,
  "big lock bound": bigLock,
  "receive livelock (Mogul-Ramakrishnan)": livelock,
};
