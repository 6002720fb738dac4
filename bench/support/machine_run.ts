/** An engine of the virtual machine with traffic, run piece by piece, and what must be true of each piece. */
import { ArrivalKind, PS_PER_SECOND } from "../../assembly/abi.ts";
import type { Engine } from "../../src/engine.ts";
import { virtualOf } from "../../src/wasm/exports.ts";
import { CheckError } from "./checks.ts";
import { FIRST_RATE, FLOWS, FRAME_BYTES, type MachineSystem } from "./machine_systems.ts";
import { type Lap, timed } from "./stopwatch.ts";

/** What happened in a piece; all of it simulated. */
export interface Piece {
  /** Picoseconds. */
  virtual: number;
  generated: number;
  carried: number;
  dropped: number;
  steps: number;
  /** Turns of the event loop. */
  events: number;
}

interface Look extends Piece {
  /** Of `carried`, by the path that is measured. */
  onPath: number;
  flooded: number;
  hits: number;
  misses: number;
}

/** How much of the traffic must find its flow in the cache. */
const LEAST_HITS = 0.999;
const START_CALLS = 50;

export class MachineRun {
  readonly #name: string;
  readonly #system: MachineSystem;
  readonly #engine: Engine;
  /** Arrivals per virtual second. */
  #rate = FIRST_RATE;

  /** `engine` is new, of `machineConfig`, and counts frames instead of keeping them. */
  constructor(name: string, system: MachineSystem, engine: Engine) {
    this.#name = name;
    this.#system = system;
    this.#engine = engine;
  }

  /** Lets every flow come twice, in many calls: code that is not compiled yet is exchanged for better code only when it is called again. */
  start(): this {
    this.simulate(START_CALLS, (2 * FLOWS * this.#system.cpus) / START_CALLS);
    return this;
  }

  /** From now on Poisson arrivals of flows by lot, so many packets per virtual second over all interfaces. */
  setRate(rate: number): void {
    const { traffic } = this.#engine.config.virtual!;
    const interval = BigInt(Math.round((PS_PER_SECOND * traffic.length) / rate));
    const { attachGenerator } = virtualOf(this.#engine.exports);
    for (const [number, { flows, stop, count }] of traffic.entries())
      attachGenerator(number, ArrivalKind.Poisson, interval, FRAME_BYTES, flows, 1, this.#engine.now, stop, count);
    this.#rate = rate;
  }

  /** Calls `run` so often, each time for about so many arrivals. `Engine.run` checks that no packet got lost. @throws EngineError */
  simulate(calls: number, packets: number): Piece {
    return this.#timed(calls, packets).piece;
  }

  /** The same, measured and checked; only the calls are timed. @throws CheckError, EngineError */
  take(calls: number, packets: number): Lap & Piece {
    const { lap, piece } = this.#timed(calls, packets);
    this.#checkPiece(piece);
    this.#checkBytes();
    this.#checkTimes();
    return { ...lap, ...piece };
  }

  #timed(calls: number, packets: number): { lap: Lap; piece: Look } {
    const engine = this.#engine;
    const slice = BigInt(Math.round((packets / this.#rate) * PS_PER_SECOND));
    const before = this.#look();
    const lap = timed(calls, () => engine.run(engine.now + slice));
    return { lap, piece: between(before, this.#look()) };
  }

  /** Records that its trace has written since it was made. */
  get traceWritten(): number {
    return Number(virtualOf(this.#engine.exports).traceWritten());
  }

  dispose(): void {
    this.#engine.dispose();
  }

  #look(): Look {
    const exports = virtualOf(this.#engine.exports);
    const { generated, carried, dropped, time } = this.#engine.sample();
    const { stats, paths } = this.#engine.counters();
    return {
      virtual: Number(time),
      generated,
      carried,
      dropped,
      steps: Number(exports.steps()),
      events: Number(exports.events()),
      onPath: this.#system.path === "bridge" ? paths.Bridged! : paths.Fastforwarded!,
      flooded: stats.brc_flooded!,
      hits: stats.ipf_hits!,
      misses: stats.ipf_misses!,
    };
  }

  #checkPiece({ carried, onPath, flooded, hits, misses }: Look): void {
    if (carried === 0) throw this.#wrong("packets carried", "some", carried);
    if (this.#system.path === "bridge") {
      if (onPath !== carried) throw this.#wrong("packets bridged", carried, onPath);
      if (flooded !== 0) throw this.#wrong("packets flooded", 0, flooded);
      return;
    }
    const rate = hits / (hits + misses);
    if (!(rate >= LEAST_HITS)) throw this.#wrong("flow cache hit rate", `at least ${LEAST_HITS}`, rate);
    if (onPath < carried * LEAST_HITS) throw this.#wrong("packets fastforwarded", `at least ${carried * LEAST_HITS}`, onPath);
  }

  /** Bytes are counted on the way into the output queue, frames on their way out of the transmit ring: the difference is what those hold. */
  #checkBytes(): void {
    const bytes = this.#engine.counters().ports.reduce((sum, { counters }) => sum + counters.if_obytes!, 0);
    const waiting = bytes / FRAME_BYTES - this.#engine.sample().carried;
    const room = this.#engine.config.ports.reduce((sum, { queue, txRing }) => sum + queue + txRing, 0);
    if (!(Number.isInteger(waiting) && waiting >= 0 && waiting <= room)) throw this.#wrong("frames in queues by the bytes", `0 to ${room}`, waiting);
  }

  /** What each CPU did adds up to the time that has passed. */
  #checkTimes(): void {
    const { cpus, time } = this.#engine.sample();
    for (const [cpu, classes] of cpus.entries()) {
      const sum = Object.values(classes).reduce((total, one) => total + one, 0n);
      if (sum !== time) throw this.#wrong(`picoseconds of CPU ${cpu}`, time, sum);
    }
  }

  #wrong(what: string, expected: string | number | bigint, found: number | bigint): CheckError {
    return new CheckError(`${this.#name}: ${what}: expected ${expected}, but got ${found}`);
  }
}

const between = (before: Look, after: Look): Look =>
  Object.fromEntries(Object.entries(after).map(([key, value]) => [key, value - before[key as keyof Look]])) as unknown as Look;
