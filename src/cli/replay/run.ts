import { setImmediate } from "node:timers/promises";
import type { Engine } from "../../engine.ts";
import { EngineError } from "../../errors.ts";
import type { Arrival } from "../../types.ts";
import { type Assignment, Refusal } from "../assign/index.ts";
import type { CaptureSource, SourceFrame } from "../input/capture_source.ts";
import { earliest } from "../input/merge.ts";
import type { DroppedFrame, Sink } from "../output/sink.ts";
import { Clock, MAX_NS, NS_PER_DAY, NS_PER_SECOND, PeriodFailure, PS_PER_NS } from "./clock.ts";
import { KeptFrames } from "./kept_frames.ts";

/** Frames between two looks at the output and at the user's wish to stop. More would not be faster: what lives longer than a moment costs the collector. */
const MAX_BATCH = 1_024;
/** The same in bytes that the batch may turn into if every frame is flooded to all ports. */
const MAX_BATCH_BYTES = 16_777_216;
/** What a frame counts for beside its bytes. */
const FRAME_COST = 256;

export interface ReplayJob {
  engine: Engine;
  sources: readonly CaptureSource[];
  assignment: Assignment;
  unplugged: Set<number>;
  /** How often the captures are replayed, and nanoseconds between two beginnings, if not as long as the captures last. */
  loop: number;
  period: bigint | undefined;
  sink: Sink | undefined;
  /** The sink wants dropped packets, too, and the engine was made with the option `drops`. */
  dropped: boolean;
  /** Told after each batch. */
  onProgress: ((pass: number) => void) | undefined;
  signal: AbortSignal;
}

export interface Outcome {
  /** Nanoseconds since the epoch of engine time 0, undefined if no frame has a time. */
  first: bigint | undefined;
  durationNs: bigint;
  passes: number;
  periodNs: bigint | undefined;
  interrupted: boolean;
  /** What the engine found wrong with itself. */
  failure: string | undefined;
  /** Why it does not go on after the first pass. */
  refusal: PeriodFailure | undefined;
}

/** Why no frame is due. `Batch`: enough for now. `Read`: a capture has to be read first. `Over`: there are no more. */
type Pause = "Batch" | "Read" | "Over" | { plug: number } | { silenceUntil: bigint };

/** Feeds the captures into an engine in the order of time, and what it sends into the sink. */
export class Replay {
  readonly #job: ReplayJob;
  readonly #clock: Clock;
  /** Bytes that the input area takes of a frame: more than any interface receives, so that a longer one is counted as too long all the same. */
  readonly #longest: number;
  readonly #kept: KeptFrames | undefined;
  #pause: Pause = "Read";
  /** The same object for every frame: the engine copies it at once. */
  readonly #arrival: Required<Arrival> = { interface: 0, time: 0n, data: new Uint8Array(0) };

  constructor(job: ReplayJob) {
    this.#job = job;
    this.#clock = new Clock(job.loop, job.period);
    this.#kept = job.dropped ? new KeptFrames() : undefined;
    this.#longest = job.engine.config.limits.input - 64;
  }

  async run(): Promise<Outcome> {
    const { signal } = this.#job;
    let [failure, refusal]: [string | undefined, PeriodFailure | undefined] = [undefined, undefined];
    try {
      while (!this.#isStopped && (await this.#step()));
    } catch (error) {
      if (error instanceof PeriodFailure) refusal = error;
      else if (error instanceof EngineError) failure = error.message;
      else throw error;
    }
    return { ...this.#clock.outcome(), interrupted: signal.aborted, failure, refusal };
  }

  get #isStopped(): boolean {
    return this.#job.signal.aborted || this.#job.sink?.isGone === true;
  }

  /** What is due, then whatever had to be waited for. False: everything is done. */
  async #step(): Promise<boolean> {
    this.#job.engine.receive(this.#due());
    this.#job.engine.run();
    await this.#drain();
    const pause = this.#pause;
    if (pause === "Read") for (const source of this.#job.sources) await source.fill();
    else if (pause === "Over") return this.#nextPass();
    else if (typeof pause === "object") await ("plug" in pause ? this.#plug(pause.plug) : this.#passTime(pause.silenceUntil));
    return true;
  }

  /** The frames that can be received without waiting for anything. */
  *#due(): Generator<Arrival> {
    const { engine, unplugged } = this.#job;
    const ports = engine.config.ports.length - unplugged.size;
    const arrival = this.#arrival;
    this.#pause = "Batch";
    for (let frames = 0, cost = 0; frames < MAX_BATCH && cost * ports <= MAX_BATCH_BYTES; frames++) {
      const source = this.#next();
      if (source === undefined || !this.#prepare(source, source.head!)) return;
      cost += arrival.data.length + FRAME_COST;
      source.shift();
      yield arrival;
    }
  }

  /** The capture with the next frame. */
  #next(): CaptureSource | undefined {
    const { sources } = this.#job;
    for (const source of sources)
      if (!source.advance() && !source.isOver) {
        this.#pause = "Read";
        return undefined;
      }
    const source = earliest(sources);
    if (source === undefined) this.#pause = "Over";
    return source;
  }

  /** Makes the arrival. False: the frame has to wait for something, or ended its capture because it cannot be replayed. */
  #prepare(source: CaptureSource, frame: SourceFrame): boolean {
    const clock = this.#clock;
    const { data } = frame;
    const time = clock.engineTime(frame.time);
    if (time > MAX_NS) source.refuse(...tooLate(time));
    if (source.head === undefined) return false;
    const assigned = this.#job.assignment.portOf(source, frame);
    if (assigned instanceof Refusal) source.refuse(assigned.expected, assigned.found);
    else if (this.#job.unplugged.has(assigned.port)) this.#pause = { plug: assigned.port };
    else if (time - clock.now > NS_PER_DAY) this.#pause = { silenceUntil: time };
    else {
      clock.now = time;
      assigned.frames++;
      assigned.bytes += data.length;
      const arrival = this.#arrival;
      arrival.interface = assigned.port;
      arrival.time = time * PS_PER_NS;
      arrival.data = data.length > this.#longest ? data.subarray(0, this.#longest) : data;
      this.#kept?.add(assigned.port, data, frame.length);
      return true;
    }
    return false;
  }

  async #plug(port: number): Promise<void> {
    const { engine, unplugged, sink } = this.#job;
    unplugged.delete(port);
    engine.setInterfaceUp(engine.config.ports[port]!.name, true);
    await sink?.plugged(port);
  }

  /** Lets long silence pass a day at a time, so that the user can stop it. */
  async #passTime(time: bigint): Promise<void> {
    const clock = this.#clock;
    while (time - clock.now > NS_PER_DAY && !this.#isStopped) {
      clock.now += NS_PER_DAY;
      this.#job.engine.run(clock.now * PS_PER_NS);
      await this.#drain();
    }
  }

  async #nextPass(): Promise<boolean> {
    const { sources } = this.#job;
    const nothing = sources.every(({ report }) => report.frames === 0);
    if (nothing || sources.some(({ fault }) => fault !== undefined) || !this.#clock.nextPass()) return false;
    for (const source of sources) await source.rewind();
    return true;
  }

  async #drain(): Promise<void> {
    const { engine, sink, onProgress } = this.#job;
    const clock = this.#clock;
    const departures = engine.take();
    const drops = this.#drops();
    if (sink && departures.length + drops.length > 0) await sink.take({ departures, drops, nsOf: (time) => clock.wallNs(time) });
    onProgress?.(clock.pass);
    await setImmediate();
  }

  #drops(): DroppedFrame[] {
    const kept = this.#kept;
    return kept ? this.#job.engine.takeDrops().map((packet) => ({ ...packet, frame: kept.get(packet.cause) })) : [];
  }
}

const tooLate = (time: bigint): [string, string] => [
  `a time at most ${MAX_NS / NS_PER_SECOND} s (213 days) after the first frame's`,
  `one ${time / NS_PER_SECOND} s after it`,
];
