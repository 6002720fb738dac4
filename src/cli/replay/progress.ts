/** What the progress line of a replay says. */
import { count, size } from "../../report/index.ts";
import type { CaptureSource } from "../input/capture_source.ts";
import type { Terminal } from "../io.ts";
import { ProgressLine } from "../progress_line.ts";

export class Progress {
  readonly #shown: ProgressLine;
  readonly #sources: readonly CaptureSource[];
  readonly #passes: number;

  constructor(terminal: Terminal, sources: readonly CaptureSource[], passes: number) {
    this.#shown = new ProgressLine(terminal);
    this.#sources = sources;
    this.#passes = passes;
  }

  /** To be called often; shows something now and then. `pass`: from 1. */
  show(pass: number): void {
    this.#shown.show((seconds) => this.#line(pass, seconds));
  }

  /** Takes the line away. */
  end(): void {
    this.#shown.end();
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
