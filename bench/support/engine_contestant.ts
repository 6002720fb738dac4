import type { Engine } from "../../src/engine.ts";
import { CheckError } from "./checks.ts";
import type { Contestant, Sample, Workload } from "./contestant.ts";
import { Digest } from "./digest.ts";
import { importDist } from "./dist.ts";
import { shiftTimes } from "./records.ts";
import { type Lap, timed } from "./stopwatch.ts";

/** Room that the input area must have beside the records. */
const SLACK = 64;
const LEAST_INPUT = 69_632;

/** One way to drive an engine: `rounds` times all frames. The records lie in its input area and have been read once. */
export type Drive = (engine: Engine, records: Uint8Array, rounds: number) => Lap;

export interface EngineSetup {
  name: string;
  /** Another build of the engine than that of the package. */
  wasm?: URL;
  /** Another package: the folder, as URL with a slash at its end. */
  dist?: URL;
  /** Default: whole rounds in one call of `run`. */
  drive?: Drive;
  /** Keep what is sent. Default false. */
  collect?: boolean;
  /** What is done to a new engine, as setting handlers. */
  attach?: (engine: Engine) => void;
}

/** All records once more in one call of `run`. */
export const wholeRounds: Drive = (engine, _records, rounds) => {
  const { exports } = engine;
  return timed(rounds, () => {
    exports.inputRewind();
    engine.run();
  });
};

/** Puts records into the input area of an engine and runs it. */
export const feed = (engine: Engine, records: Uint8Array): void => {
  if (records.length === 0) return;
  inputOf(engine, records.length).set(records);
  engine.exports.inputWritten(records.length);
  engine.run();
};

/** The input area, which must be empty. */
export const inputOf = (engine: Engine, length: number): Uint8Array => {
  const { exports } = engine;
  if (exports.inputRoom() < length) throw new Error(`the input area has ${exports.inputRoom()} bytes of room, ${length} are needed`);
  return new Uint8Array(exports.memory.buffer, exports.inputAt() >>> 0, length);
};

export interface EngineChoice {
  collect: boolean;
  wasm?: URL | undefined;
  dist?: URL | undefined;
}

/** An engine for a workload, with an input area that takes a whole round. */
export const engineFor = async ({ config, input, learn }: Workload, options: EngineChoice): Promise<Engine> => {
  const { createEngine } = await importDist(options.dist);
  const limits = { ...config.limits, input: Math.max(LEAST_INPUT, input.length + SLACK, learn.length + SLACK) };
  return createEngine({ ...config, limits }, { collect: options.collect, ...(options.wasm ? { wasm: options.wasm } : {}) });
};

/** Frames and bytes that left by each port. */
type Left = ReadonlyMap<number, { frames: number; bytes: number }>;

/**
 * The engine as a user drives it in bulk, with frames and bytes counted, not kept. The records lie in the input area before the clock starts and stay there; timed
 * is `run`, with its check that no packet got lost. What it costs to bring records there is in the boundary bench. The digest is of a second engine that keeps
 * what it sends; of the measured one every sample must have sent, by each port, as many frames and bytes as that one.
 */
export class EngineContestant implements Contestant {
  readonly name: string;
  readonly #setup: EngineSetup;
  #workload!: Workload;
  #engine!: Engine;
  #records!: Uint8Array;
  #digest: string | undefined;
  /** In a round, if all rounds are the same. */
  #round: Left | undefined;

  constructor(setup: EngineSetup) {
    this.name = setup.name;
    this.#setup = setup;
  }

  async prepare(workload: Workload): Promise<void> {
    this.#workload = workload;
    this.#engine = await this.#learned(this.#setup.collect ?? false);
    this.#records = inputOf(this.#engine, workload.input.length);
    this.#records.set(workload.input);
    this.#engine.exports.inputWritten(workload.input.length);
    this.#engine.run();
    this.#engine.take();
  }

  async sample(rounds: number): Promise<Sample> {
    const { span } = this.#workload;
    const before = this.#counts();
    const left = this.#left();
    const lap = span === 0n ? this.#rounds(rounds) : this.#roundsInTime(rounds);
    const after = this.#counts();
    this.#checkPorts(left, rounds);
    return {
      ...lap,
      packets: after.packets - before.packets,
      forwarded: after.forwarded - before.forwarded,
      flooded: after.flooded - before.flooded,
      hits: after.hits - before.hits,
      bytes: after.bytes - before.bytes,
    };
  }

  async digest(): Promise<string> {
    this.#digest ??= await this.#sentDigest();
    return this.#digest;
  }

  async #sentDigest(): Promise<string> {
    const engine = await this.#learned(true);
    feed(engine, this.#workload.input);
    const digest = new Digest();
    const round = new Map<number, { frames: number; bytes: number }>();
    for (const { port, data } of engine.take()) {
      digest.frame(port, data);
      const { frames, bytes } = round.get(port) ?? { frames: 0, bytes: 0 };
      round.set(port, { frames: frames + 1, bytes: bytes + data.length });
    }
    engine.dispose();
    if (this.#workload.span === 0n) this.#round = round;
    return digest.text;
  }

  #left(): Left {
    const { ports } = this.#engine.counters();
    return new Map(ports.map(({ counters }, port) => [port, { frames: counters.if_opackets!, bytes: counters.if_obytes! }]));
  }

  /** @throws CheckError */
  #checkPorts(before: Left, rounds: number): void {
    if (!this.#round) return;
    for (const [port, { frames, bytes }] of this.#left()) {
      const [expected, old] = [this.#round.get(port) ?? { frames: 0, bytes: 0 }, before.get(port)!];
      const name = this.#engine.config.ports[port]!.name;
      for (const [what, found, wanted] of [
        ["frames", frames - old.frames, expected.frames * rounds],
        ["bytes", bytes - old.bytes, expected.bytes * rounds],
      ] as const)
        if (found !== wanted)
          throw new CheckError(
            `${this.#workload.name}, ${this.name}: ${what} sent by ${name}: expected ${wanted}, as in the digest, but got ${found}`,
          );
    }
  }

  async close(): Promise<void> {
    this.#engine.dispose();
  }

  #rounds(rounds: number): Lap {
    return (this.#setup.drive ?? wholeRounds)(this.#engine, this.#records, rounds);
  }

  async #learned(collect: boolean): Promise<Engine> {
    const engine = await engineFor(this.#workload, { collect, wasm: this.#setup.wasm, dist: this.#setup.dist });
    this.#setup.attach?.(engine);
    feed(engine, this.#workload.learn);
    engine.take();
    return engine;
  }

  /** The clock of the records goes on from round to round, outside of what is timed. */
  #roundsInTime(rounds: number): Lap {
    const sum = { nanoseconds: 0, cpu: 0 };
    for (let round = 0; round < rounds; round++) {
      shiftTimes(this.#records, this.#workload.span);
      const { nanoseconds, cpu } = this.#rounds(1);
      sum.nanoseconds += nanoseconds;
      sum.cpu += cpu;
    }
    return sum;
  }

  #counts(): Omit<Required<Sample>, "nanoseconds" | "cpu"> {
    const { ports, stats } = this.#engine.counters();
    const sum = (counter: string): number => ports.reduce((total, { counters }) => total + counters[counter]!, 0);
    return {
      packets: sum("received"),
      forwarded: sum("if_opackets"),
      flooded: stats.brc_flooded!,
      hits: stats.ipf_hits!,
      bytes: sum("if_obytes"),
    };
  }
}
