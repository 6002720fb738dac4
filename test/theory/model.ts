/** How rows of a table are put to the machine. */
import type { Engine } from "../../src/engine.ts";
import type { EngineConfig, Results } from "../../src/types.ts";
import type { Row } from "./file.ts";
import type { Kept, Window } from "./window.ts";

/** One system that is run for a row, and what is read of it. */
export interface System {
  /** Picoseconds that stand for one unit of time of the row. */
  tick: number;
  /** Picoseconds between two packets, or two rounds of all threads. */
  pace: number;
  /** No packet arrives at `stop` or after it. */
  config(seed: number, stop: bigint): EngineConfig;
  kept?: readonly Kept[];
  /** By names of the row's fields, in its units. */
  quantities(window: Window): Record<string, number>;
  /** Everything is constant: parts are whole numbers of this many picoseconds, and quantities are compared exactly. */
  cycle?: bigint;
  /** Parts are whole numbers of this many picoseconds: something happens once in each. */
  period?: bigint;
  /** Picoseconds that it takes to become what it is then. */
  start?: bigint;
  /** Of a system with a cycle: the first round is over, what is measured from now on repeats. */
  settled?(results: Results): boolean;
  /** Which quantities hold exactly of every run, however long. */
  exact?: readonly string[];
  /** How many drops come together, in the mean. Default 1. */
  cluster?: number;
  /** Quantities that cannot be more than the reference, but need not reach it in a run. */
  bounds?: readonly string[];
  /** Waits for the BGL are first come, first served, which is looked at in a trace of its first rounds. */
  fifo?: boolean;
  /** Makes what still waits go on when nothing arrives any more. */
  flush?(engine: Engine): void;
  /** Reasons why packets may be dropped. What else is dropped is a fault. */
  drops?: readonly string[];
}

export interface Model {
  parameters: readonly string[];
  /** Fields of a row that are not compared, beside those that are comments everywhere. */
  comments?(row: Row): readonly string[];
  systems(row: Row): System[];
}

/** How many parts a run is cut into. */
export const PARTS = 32;
/** Of the shortest run. */
export const LEAST_PACKETS = 10_000 * PARTS;
