import { setImmediate } from "node:timers/promises";
import type { Engine } from "../../engine.ts";
import type { StopCondition } from "../../types.ts";
import type { Io } from "../io.ts";

/** Milliseconds that an engine runs between two looks at the user's wish to stop, about. */
const SLICE_MS = 50;
const FIRST_SLICE = 100_000_000n;

/** Runs engines in slices of virtual time, between which signals come in. How it is split changes nothing of what is simulated. */
export class Slices {
  /** Milliseconds for which engines ran. */
  ms = 0;
  readonly #io: Pick<Io, "signal" | "now">;
  readonly #onSlice: (() => void) | undefined;
  /** Picoseconds. */
  #length = FIRST_SLICE;

  constructor(io: Pick<Io, "signal" | "now">, onSlice?: () => void) {
    this.#io = io;
    this.#onSlice = onSlice;
  }

  /** Runs up to a time, or to one of the conditions, which is returned; or until the user wants to stop. */
  async run(engine: Engine, until: bigint, stop: readonly string[] = []): Promise<StopCondition | undefined> {
    const { signal } = this.#io;
    while (engine.now < until && !signal.aborted) {
      const start = this.#io.now();
      const ended = engine.run(earlier(until, engine.now + this.#length), { stop });
      this.#took(this.#io.now() - start);
      this.#onSlice?.();
      await setImmediate();
      if (ended !== "idle" && ended !== "time") return ended;
    }
    return undefined;
  }

  #took(ms: number): void {
    this.ms += ms;
    if (ms < SLICE_MS / 2) this.#length *= 2n;
    else if (ms > SLICE_MS * 2 && this.#length > 1n) this.#length /= 2n;
  }
}

/** Math.min takes no bigint. */
export const earlier = (a: bigint, b: bigint): bigint => {
  if (b < a) return b;
  return a;
};
