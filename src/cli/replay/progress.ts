/** One line on the terminal while a long replay runs. Wall-clock time, which nothing else in a replay knows. */
import { count, size } from "../../report/index.ts";
import type { CaptureSource } from "../input/capture_source.ts";
import type { Terminal } from "../io.ts";

/** Milliseconds before the line appears, and between two of them. */
const PATIENCE = 1_000;
const INTERVAL = 250;
const ERASE = "\r\u001b[K";

export class Progress {
  readonly #terminal: Terminal;
  readonly #sources: readonly CaptureSource[];
  readonly #passes: number;
  readonly #start: number;
  #last: number;
  #shown = false;

  constructor(terminal: Terminal, sources: readonly CaptureSource[], passes: number) {
    this.#terminal = terminal;
    this.#sources = sources;
    this.#passes = passes;
    this.#start = terminal.now();
    this.#last = this.#start + PATIENCE - INTERVAL;
  }

  /** To be called often; shows something now and then. `pass`: from 1. */
  show(pass: number): void {
    const now = this.#terminal.now();
    if (now - this.#last < INTERVAL) return;
    this.#last = now;
    this.#shown = true;
    const line = this.#line(pass, (now - this.#start) / 1000);
    // A line that wraps could not be erased.
    this.#terminal.write(`${ERASE}${line.slice(0, this.#terminal.columns - 1)}`);
  }

  /** Takes the line away. */
  end(): void {
    if (this.#shown) this.#terminal.write(ERASE);
    this.#shown = false;
  }

  #line(pass: number, elapsed: number): string {
    const frames = this.#sources.reduce((sum, { report }) => sum + report.frames, 0);
    const parts = [`${count(frames)} frames`, this.#bytes(pass), `${count(Math.round(frames / elapsed))} frames/s`];
    if (this.#passes > 1) parts.push(`pass ${count(pass)} of ${count(this.#passes)}`);
    return parts.join("   ");
  }

  /** What was read of the files in this pass, and how far that is in all passes. */
  #bytes(pass: number): string {
    let taken = 0;
    let whole: number | undefined = 0;
    for (const { progress } of this.#sources) {
      taken += progress.taken;
      whole = whole === undefined || progress.size === undefined ? undefined : whole + progress.size;
    }
    if (!whole) return size(taken);
    const percent = Math.min(100, Math.floor((100 * (pass - 1 + taken / whole)) / this.#passes));
    return `${size(taken)} of ${size(whole)}, ${percent} %`;
  }
}
