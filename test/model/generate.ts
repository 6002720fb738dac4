/** Random scenarios: a host and what happens to it. One seed says all. */
import { PS_PER_MS, PS_PER_SECOND } from "../../assembly/abi.ts";
import type { EngineConfig } from "../../src/types.ts";
import { arpAnswer } from "./arp_frames.ts";
import { type Change, randomChange } from "./changes.ts";
import { KINDS, type Kind, randomConfig, type Wishes } from "./configurations.ts";
import { type Frame, randomFrame } from "./frames.ts";
import { Random } from "./random.ts";
import { varied } from "./variations.ts";
import { withTag } from "./wire.ts";
import { type Station, worldOf } from "./world.ts";

export interface TimedFrame extends Frame {
  /** Picoseconds, never going back. */
  time: bigint;
  /** Done to the host before it takes the frame. */
  change: Change | undefined;
}

export interface Scenario {
  seed: number;
  kind: Kind;
  config: EngineConfig;
  arrivals: TimedFrame[];
  /** Up to when the host runs. */
  end: bigint;
}

const MS = BigInt(PS_PER_MS);
const SECOND = BigInt(PS_PER_SECOND);

/** `kind` by default follows from the seed. */
export function scenario(seed: number, frames: number, wishes: Wishes = {}, kind: Kind = KINDS[seed % KINDS.length]!): Scenario {
  const r = new Random(seed);
  const config = randomConfig(r, kind, wishes);
  const world = worldOf(r, config);
  const calm = r.percent(30);
  const restless = r.percent(40);
  const arrivals: TimedFrame[] = [];
  let time = 0n;
  while (arrivals.length < frames) {
    time += gap(r, calm);
    const change = restless && r.percent(10) ? randomChange(r, config) : undefined;
    const isNew = arrivals.length === 0 || r.percent(65);
    arrivals.push({ ...(isNew ? randomFrame(r, world) : again(r, r.pick(arrivals.slice(-12)))), time, change });
    const last = arrivals[arrivals.length - 1]!;
    const step = r.pick([0n, MS, SECOND / 3n, SECOND]);
    for (let more = r.percent(15) ? r.from(2, 7) : 0; more > 0; more--) {
      time += step;
      arrivals.push({ ...again(r, last), time, change: undefined });
    }
    if (!r.percent(30)) continue;
    time += r.pick([0n, MS, SECOND]);
    arrivals.push({ ...answer(r.pick(world.stations)), time, change: undefined });
  }
  return { seed, kind, config, arrivals, end: time + r.pick([1n, SECOND, 400n * SECOND]) };
}

/** Nothing to hours: timers, ages and limits of a second all matter. `calm`: all within a few seconds. */
function gap(r: Random, calm: boolean): bigint {
  const short = r.pick([0n, 0n, MS / 1000n, MS, 30n * MS]);
  if (calm || r.percent(60)) return short;
  return r.weighted([
    [6, SECOND / 4n],
    [6, SECOND / 2n],
    [6, SECOND],
    [3, 5n * SECOND],
    [2, 19n * SECOND],
    [1, 240n * SECOND],
    [1, 1200n * SECOND],
    [1, BigInt(r.below(10_000)) * SECOND],
  ]);
}

/** A frame like one that came before, so that caches and tables have something to find. */
function again(r: Random, { interface: port, data }: Frame): Frame {
  return { interface: port, data: varied(r, data) };
}

function answer(station: Station): Frame {
  const frame = arpAnswer(station);
  return { interface: station.interface, data: station.tag === undefined ? frame : withTag(frame, station.tag) };
}
