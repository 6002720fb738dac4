/** One line on the terminal while a command takes long. It goes by the clock on the wall, which nothing that is computed knows. */
import type { Terminal } from "./io.ts";

/** Milliseconds before the line appears, and between two of them. */
const PATIENCE = 1_000;
const INTERVAL = 250;
const ERASE = "\r\u001b[K";

export class ProgressLine {
  readonly #terminal: Terminal;
  readonly #start: number;
  #last: number;
  #shown = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#start = terminal.now();
    this.#last = this.#start + PATIENCE - INTERVAL;
  }

  /** To be called often; shows something now and then. `line` is given the seconds since the beginning. */
  show(line: (seconds: number) => string): void {
    const now = this.#terminal.now();
    if (now - this.#last < INTERVAL) return;
    this.#last = now;
    this.#shown = true;
    // A line that wraps could not be erased.
    this.#terminal.write(`${ERASE}${line((now - this.#start) / 1000).slice(0, this.#terminal.columns - 1)}`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#shown) this.#terminal.write(ERASE);
    this.#shown = false;
  }
}
