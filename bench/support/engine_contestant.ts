import type { Engine } from "../../src/engine.ts";
import type { Contestant, Sample, Workload } from "./contestant.ts";
import { Digest } from "./digest.ts";
import { importDist } from "./dist.ts";
import { shiftTimes } from "./records.ts";

/** Room that the input area must have beside the records. */
const SLACK = 64;
const LEAST_INPUT = 69_632;

export interface EngineBuild {
  name: string;
  /** Default: that of the package. */
  wasm?: URL;
}

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

/** An engine for a workload, with an input area that takes a whole round. */
export const engineFor = async ({ config, input, learn }: Workload, options: { collect: boolean; wasm?: URL | undefined }): Promise<Engine> => {
  const { createEngine } = await importDist();
  const limits = { ...config.limits, input: Math.max(LEAST_INPUT, input.length + SLACK, learn.length + SLACK) };
  return createEngine({ ...config, limits }, { collect: options.collect, ...(options.wasm ? { wasm: options.wasm } : {}) });
};

/**
 * The engine as a user drives it in bulk, with frames counted and not kept. The records lie in the input area before the clock starts and stay there; timed
 * is `run`, with its check that no packet got lost. What it costs to bring records there is in the boundary bench.
 */
export class EngineContestant implements Contestant {
  readonly name: string;
  readonly #wasm: URL | undefined;
  #workload!: Workload;
  #engine!: Engine;
  #records!: Uint8Array;

  constructor({ name, wasm }: EngineBuild) {
    this.name = name;
    this.#wasm = wasm;
  }

  async prepare(workload: Workload): Promise<void> {
    this.#workload = workload;
    this.#engine = await engineFor(workload, { collect: false, wasm: this.#wasm });
    feed(this.#engine, workload.learn);
    this.#records = inputOf(this.#engine, workload.input.length);
    this.#records.set(workload.input);
  }

  async sample(rounds: number): Promise<Sample> {
    const { span } = this.#workload;
    const before = this.#counts();
    const nanoseconds = span === 0n ? this.#rounds(rounds) : this.#roundsInTime(rounds);
    const after = this.#counts();
    return {
      nanoseconds,
      packets: after.packets - before.packets,
      forwarded: after.forwarded - before.forwarded,
      flooded: after.flooded - before.flooded,
      hits: after.hits - before.hits,
      bytes: after.bytes - before.bytes,
    };
  }

  async digest(): Promise<string> {
    const engine = await engineFor(this.#workload, { collect: true, wasm: this.#wasm });
    feed(engine, this.#workload.learn);
    engine.take();
    feed(engine, this.#workload.input);
    const digest = new Digest();
    for (const { port, data } of engine.take()) digest.frame(port, data);
    engine.dispose();
    return digest.text;
  }

  async close(): Promise<void> {
    this.#engine.dispose();
  }

  #rounds(rounds: number): number {
    const engine = this.#engine;
    const { exports } = engine;
    const length = this.#records.length;
    const start = process.hrtime.bigint();
    for (let round = 0; round < rounds; round++) {
      exports.inputRoom(); // the area starts again at its base
      exports.inputWritten(length);
      engine.run();
    }
    return Number(process.hrtime.bigint() - start);
  }

  /** The clock of the records goes on from round to round, outside of what is timed. */
  #roundsInTime(rounds: number): number {
    let nanoseconds = 0;
    for (let round = 0; round < rounds; round++) {
      nanoseconds += this.#rounds(1);
      shiftTimes(this.#records, this.#workload.span);
    }
    return nanoseconds;
  }

  #counts(): Omit<Required<Sample>, "nanoseconds"> {
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
