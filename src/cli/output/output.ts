import type { Writable } from "node:stream";
import type { FrameToWrite } from "../../capture/index.ts";
import type { OutputReport } from "../../report/index.ts";
import type { Batch, Sink } from "../replay/run.ts";
import { type Destination, openDestination } from "./destination.ts";
import type { CaptureFormat, FormatName } from "./format.ts";

/** Bytes that are written at once. */
const BUFFER = 262_144;

/** The capture of what was sent, written as it comes. */
export class Output implements Sink {
  readonly report: OutputReport;
  readonly #destination: Destination;
  readonly #format: CaptureFormat;
  readonly #buffer = new Uint8Array(BUFFER);
  #used = 0;

  private constructor(file: string, name: FormatName, destination: Destination, format: CaptureFormat) {
    this.report = { file, format: name, frames: 0, bytes: 0, dropped: 0, readerGone: false };
    this.#destination = destination;
    this.#format = format;
  }

  /** Makes the file, unless it is one of those to be read, and begins it. @throws Failure */
  static async open(
    { file, format: name, inputs, stdout }: { file: string; format: FormatName; inputs: readonly string[]; stdout(): Writable },
    format: CaptureFormat,
  ): Promise<Output> {
    const output = new Output(file, name, await openDestination(file, inputs, stdout), format);
    try {
      await output.#put(format.header());
      await output.#flush();
    } catch (error) {
      await output.#destination.close();
      throw error;
    }
    return output;
  }

  get isGone(): boolean {
    return this.report.readerGone;
  }

  async plugged(port: number): Promise<void> {
    await this.#put(this.#format.plugged(port));
  }

  async take({ departures, nsOf }: Batch): Promise<void> {
    const { report } = this;
    for (const { port, time, data } of departures) {
      const writing = this.#frame({ interface: port, time: nsOf(time), data, direction: "out" });
      if (writing) await writing;
      report.frames++;
      report.bytes += data.length;
    }
    await this.#flush();
  }

  async close(): Promise<void> {
    await this.#destination.close();
  }

  #frame(frame: FrameToWrite): Promise<void> | void {
    return this.#put(this.#format.frame(frame));
  }

  /** A promise only if something had to be written. */
  #put(bytes: Uint8Array): Promise<void> | void {
    if (this.#used + bytes.length > BUFFER) return this.#flush(bytes);
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /** Writes what has gathered, then these bytes. */
  async #flush(more?: Uint8Array): Promise<void> {
    for (const bytes of [this.#buffer.subarray(0, this.#used), more])
      if (bytes && bytes.length > 0 && !this.isGone && !(await this.#destination.write(bytes))) this.report.readerGone = true;
    this.#used = 0;
  }
}
