/** A router that runs in parts of a virtual millisecond, and what each part was like. It knows nothing of pages: a program in Node can run it as well. */
import { bucketBetween, createEngine, type Engine, type EngineOptions, type Sample } from "netisr";
import { type Choice, routerOf } from "./system.ts";

/** Picoseconds. */
const PART = 1_000_000_000n;
const SECOND = 1e12;
const MODE = "net.netisr.mpsafe_thread";

/** What the CPUs do, from the bottom of a bar to its top; the rest of the time they are idle. */
export const CLASSES = ["Interrupt", "Protocol", "Ipi", "Switch", "SerializerWait", "BglSpin"] as const;

/** Simulated figures of one part. */
export interface Part {
  /** Virtual milliseconds at its end. */
  time: number;
  mode: number;
  /** Packets a second. */
  offered: number;
  carried: number;
  dropped: number;
  /** Microseconds from the arrival of a packet to the last bit of it that leaves; undefined: none has left. */
  p50: number | undefined;
  p99: number | undefined;
  /** Share of the time for which the BGL was somebody's, or on its way to the next. */
  bgl: number;
  /** Of each CPU the shares of its time, in the order of CLASSES. */
  cpus: number[][];
}

export class Simulation {
  readonly #engine: Engine;
  #before: Sample;
  #mode: number;

  /** @throws ConfigError, EngineError */
  static async open(choice: Choice, options: EngineOptions = {}): Promise<Simulation> {
    return new Simulation(await createEngine(routerOf(choice), { ...options, machine: "virtual", collect: false }), choice.mode);
  }

  private constructor(engine: Engine, mode: number) {
    this.#engine = engine;
    this.#before = engine.sample();
    this.#mode = mode;
  }

  /** Switches the mode of the lock, from now on. */
  setMode(mode: number): void {
    this.#engine.setKnob(MODE, mode);
    this.#mode = mode;
  }

  /** Runs the next part. */
  next(): Part {
    this.#engine.run(this.#before.time + PART);
    const after = this.#engine.sample();
    const { to, offered, carried, dropped, latency, locks, cpus } = bucketBetween(this.#before, after);
    this.#before = after;
    const length = Number(PART);
    const perSecond = (packets: number): number => (packets * SECOND) / length;
    const { count, p50, p99 } = latency.all;
    return {
      time: Number(to) / 1e9,
      mode: this.#mode,
      offered: perSecond(offered),
      carried: perSecond(carried),
      dropped: perSecond(dropped),
      p50: count > 0 ? p50 / 1e6 : undefined,
      p99: count > 0 ? p99 / 1e6 : undefined,
      bgl: locks.BGL?.taken ?? 0,
      cpus: cpus.map((times) => CLASSES.map((name) => Number(times[name]) / length)),
    };
  }

  /** Gives the memory back. */
  close(): void {
    this.#engine.dispose();
  }
}
