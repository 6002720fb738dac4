import { setImmediate } from "node:timers/promises";
import type { Engine } from "../engine.ts";
import { EngineError } from "../errors.ts";
import type { Arrival, Departure } from "../types.ts";
import type { CaptureSource, SourceFrame } from "./capture_source.ts";

const PS_PER_NS = 1_000n;
const NS_PER_SECOND = 1_000_000_000n;
const NS_PER_DAY = 86_400_000_000_000n;
/** 2^64 - 1 picoseconds is the engine's "no limit"; a frame may come before that, which is 213.5 days. */
const MAX_NS = ((1n << 64n) - 2n) / PS_PER_NS;
/** Frames between two looks at the output and at the user's wish to stop. */
const MAX_BATCH = 4_096;
/** The same in bytes that the batch may turn into if every frame is flooded to all ports. */
const MAX_BATCH_BYTES = 33_554_432;
/** What a frame counts for beside its bytes. */
const FRAME_COST = 256;

/** Takes what was sent. The time is nanoseconds since the epoch, undefined while no frame had one. */
export type Sink = (frames: { departure: Departure; time: bigint | undefined }[]) => Promise<void>;

export interface Outcome {
  /** Nanoseconds since the epoch of engine time 0, undefined if no frame has a time. */
  first: bigint | undefined;
  durationNs: bigint;
  interrupted: boolean;
  /** What the engine found wrong with itself. */
  failure: string | undefined;
}

/** Earliest head; of equal ones that of the file named first, and one without a time before all others. */
export const earliest = (sources: readonly CaptureSource[]): CaptureSource | undefined => {
  let best: CaptureSource | undefined;
  for (const source of sources) {
    if (!source.head) continue;
    const { time } = source.head;
    const least = best?.head?.time;
    if (!best || (least !== undefined && (time === undefined || time < least))) best = source;
  }
  return best;
};

/** Feeds the captures into an engine in the order of time, and what it sends into the sink. */
export class Replay {
  readonly #engine: Engine;
  readonly #sources: readonly CaptureSource[];
  readonly #sink: Sink | undefined;
  readonly #signal: AbortSignal;
  readonly #longest: number;
  readonly #ports: number;
  #first: bigint | undefined;
  /** Nanoseconds of engine time. */
  #now = 0n;
  #batch: Arrival[] = [];
  #cost = 0;

  constructor(engine: Engine, sources: readonly CaptureSource[], signal: AbortSignal, sink?: Sink) {
    this.#engine = engine;
    this.#sources = sources;
    this.#signal = signal;
    this.#sink = sink;
    this.#longest = engine.config.limits.input - 64;
    this.#ports = engine.config.ports.length;
  }

  async run(): Promise<Outcome> {
    let failure: string | undefined;
    try {
      while (!this.#signal.aborted && (await this.#step()));
      await this.#flush();
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      failure = error.message;
    }
    return { first: this.#first, durationNs: this.#now, interrupted: this.#signal.aborted, failure };
  }

  /** One frame. False: there is none. */
  async #step(): Promise<boolean> {
    for (const source of this.#sources) if (!source.head) await source.fill();
    const source = earliest(this.#sources);
    if (!source) return false;
    const frame = source.head!;
    const time = this.#timeOf(frame);
    if (time > MAX_NS)
      source.refuse(`a time at most ${MAX_NS / NS_PER_SECOND} s (213 days) after the first frame's`, `one ${time / NS_PER_SECOND} s after it`);
    else if (frame.data.length > this.#longest) source.refuse(`a frame of at most ${this.#longest} bytes (limits.input)`, `${frame.data.length}`);
    else await this.#receive(source, frame, time);
    return true;
  }

  #timeOf({ time }: SourceFrame): bigint {
    if (time === undefined) return this.#now;
    this.#first ??= time;
    return time - this.#first;
  }

  async #receive(source: CaptureSource, { port, data }: SourceFrame, time: bigint): Promise<void> {
    if (time - this.#now > NS_PER_DAY) await this.#passTime(time);
    if (this.#signal.aborted) return;
    this.#now = time;
    this.#batch.push({ interface: port, time: time * PS_PER_NS, data });
    this.#cost += data.length + FRAME_COST;
    source.shift();
    if (this.#batch.length >= MAX_BATCH || this.#cost * this.#ports > MAX_BATCH_BYTES) await this.#flush();
  }

  /** Lets long silence pass a day at a time, so that the user can stop it. */
  async #passTime(time: bigint): Promise<void> {
    await this.#flush();
    while (time - this.#now > NS_PER_DAY && !this.#signal.aborted) {
      this.#now += NS_PER_DAY;
      this.#engine.run(this.#now * PS_PER_NS);
      await this.#drain();
    }
  }

  async #flush(): Promise<void> {
    this.#engine.receive(this.#batch);
    this.#batch = [];
    this.#cost = 0;
    this.#engine.run();
    await this.#drain();
  }

  async #drain(): Promise<void> {
    const sent = this.#engine.take();
    const first = this.#first;
    if (this.#sink && sent.length > 0)
      await this.#sink(sent.map((departure) => ({ departure, time: first === undefined ? undefined : first + departure.time / PS_PER_NS })));
    await setImmediate();
  }
}
