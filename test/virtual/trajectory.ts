/**
 * One sum for all that a run does: steps, what it counted and measured, and what it sent, and one for its state. Works in Node and in a browser. What depends
 * on how a run is split is left out: `events`, how often the machine's loop turned.
 */
import type { Engine } from "../../src/engine.ts";
import type { Departure, EngineConfig, EngineOptions } from "../../src/types.ts";
import { type BusySystem, nameOf, type Point, pointsOf, systemOf } from "../support/busy_systems.ts";

export type Make = (config: EngineConfig, options: EngineOptions) => Engine | Promise<Engine>;
/** Runs a system up to its end. */
export type Drive = (engine: Engine, system: BusySystem) => void;

/** Every seventh point of the grid: those that determinism.json has sums of. */
export const STORED = pointsOf(7);

/** Numbers of 64 bits as text, of the buckets of histograms those that were hit. */
const plain = (_key: string, value: unknown): unknown => {
  if (typeof value === "bigint") return `${value}`;
  if (!(value instanceof BigUint64Array)) return value;
  const hit: string[] = [];
  const halves = new Uint32Array(value.buffer);
  for (let half = 0; half < halves.length; half++) if (halves[half]) hit.push(`${half}: ${halves[half]}`);
  return hit;
};

const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Reasons for drops that came after the sums were first kept, and are in them only where something was dropped for them. */
const LATER_REASONS = ["WireLoss", "BadFcs"];

/** What was counted and measured, as text. */
export const measured = (engine: Engine): string => {
  const { events: _, changes, faults, work, traffic: all, ...others } = engine.results();
  const results = { ...others, traffic: all.map(({ generators: _, ...traffic }) => traffic) }; // they add up to `generated`
  const counters = engine.counters();
  for (const reason of LATER_REASONS) if (counters.drops[reason] === 0) delete counters.drops[reason];
  return JSON.stringify(
    { counters, results, ...(changes.length > 0 && { changes }), ...(faults.length > 0 && { faults }), ...(work.length > 0 && { work }) },
    plain,
  );
};

const sentText = (sent: readonly Departure[]): string =>
  sent.map(({ port, time, cause, path, thread, data }) => `${port} ${time} ${cause} ${path} ${thread} ${hex(data)}`).join("\n");

/** SHA-256 of all that can be seen from outside. */
export const seenSum = (engine: Engine): Promise<string> => sha256(new TextEncoder().encode(`${measured(engine)}\n${sentText(engine.take())}`));

/** The same; then the fingerprint of the state, which another layout of memory changes, too. */
export const sumOf = async (engine: Engine): Promise<string> => `${await seenSum(engine)} ${engine.fingerprint()}`;

/** In one go. */
export const atOnce: Drive = (engine, { arrivals, end }) => {
  engine.receive(arrivals);
  engine.run(end);
};

/** In runs that end at these times; frames are given as late as that is possible. */
export const inSlices =
  (timesOf: (end: bigint) => bigint[]): Drive =>
  (engine, { arrivals, end }) => {
    let given = 0;
    for (const until of [...timesOf(end), end]) {
      const first = given;
      while (given < arrivals.length && arrivals[given]!.time! <= until) given++;
      engine.receive(arrivals.slice(first, given));
      engine.run(until);
    }
  };

export const equalSlices = (count: number): Drive =>
  inSlices((end) => Array.from({ length: count - 1 }, (_, slice) => (end * BigInt(slice + 1)) / BigInt(count)));

export const run = async (make: Make, point: Point, drive: Drive = atOnce, options: EngineOptions = {}): Promise<string> => {
  const system = systemOf(point);
  const engine = await make(system.config, options);
  drive(engine, system);
  const sum = await sumOf(engine);
  engine.dispose();
  return sum;
};

/** Every `step`-th of all sums that are kept, by the names of their points. */
export const allSums = async (make: Make, step = 1): Promise<Record<string, string>> => {
  const sums: Record<string, string> = {};
  for (const point of STORED.filter((_, index) => index % step === 0)) sums[nameOf(point)] = await run(make, point);
  return sums;
};
