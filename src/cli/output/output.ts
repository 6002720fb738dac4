import type { Writable } from "node:stream";
import type { FrameToWrite } from "../../capture/index.ts";
import { droppedComment, type OutputReport, sentComment } from "../../report/index.ts";
import type { Departure } from "../../types.ts";
import { Exit, Failure } from "../exit.ts";
import type { Batch, DroppedFrame, Sink } from "../replay/run.ts";
import { type Destination, openDestination } from "./destination.ts";
import { type CaptureFormat, FormatError, type FormatName } from "./format.ts";

/** Bytes that are written at once. */
const BUFFER = 262_144;

export interface OutputOptions {
  file: string;
  format: FormatName;
  /** Say beside each frame that is sent who sent it how. Only pcapng has room for it. */
  comments: boolean;
  inputs: readonly string[];
  stdout(): Writable;
}

/** The capture of what was sent, written as it comes. */
export class Output implements Sink {
  readonly report: OutputReport;
  readonly #destination: Destination;
  readonly #format: CaptureFormat;
  readonly #comments: boolean;
  readonly #buffer = new Uint8Array(BUFFER);
  #used = 0;

  private constructor({ file, format: name, comments }: OutputOptions, destination: Destination, format: CaptureFormat) {
    this.report = { file, format: name, frames: 0, bytes: 0, dropped: 0, unwritten: 0, readerGone: false };
    this.#comments = comments && name === "pcapng";
    this.#destination = destination;
    this.#format = format;
  }

  /** Makes the file, unless it is one of those to be read, and begins it. @throws Failure */
  static async open(options: OutputOptions, format: CaptureFormat): Promise<Output> {
    const { file, inputs, stdout } = options;
    const output = new Output(options, await openDestination(file, inputs, stdout), format);
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

  /** Sent and dropped frames in the order of time. */
  async take({ departures, drops, nsOf }: Batch): Promise<void> {
    let next = 0;
    for (const departure of departures) {
      while (next < drops.length && isBefore(drops[next]!, departure)) await this.#drop(drops[next++]!, nsOf);
      const { port, time, data } = departure;
      const comment = this.#comments ? sentComment(departure) : undefined;
      const writing = this.#put(this.#frame({ interface: port, time: nsOf(time), data, direction: "out", comment }));
      if (writing) await writing;
      this.report.frames++;
      this.report.bytes += data.length;
    }
    while (next < drops.length) await this.#drop(drops[next++]!, nsOf);
    await this.#flush();
  }

  async close(): Promise<void> {
    await this.#destination.close();
  }

  /** As it was received, on the interface that received it. */
  async #drop(packet: DroppedFrame, nsOf: Batch["nsOf"]): Promise<void> {
    const { frame } = packet;
    if (frame === undefined) {
      this.report.unwritten++;
      return;
    }
    const { port, data, length } = frame;
    const comment = droppedComment(packet);
    await this.#put(this.#frame({ interface: port, time: nsOf(packet.time), data, length, direction: "in", comment }));
    this.report.dropped++;
  }

  #frame(frame: FrameToWrite): Uint8Array {
    try {
      return this.#format.frame(frame);
    } catch (error) {
      if (error instanceof FormatError) throw new Failure(Exit.Usage, `-w ${this.report.file}: ${error.message}`);
      throw error;
    }
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

const isBefore = (packet: DroppedFrame, departure: Departure): boolean =>
  packet.time < departure.time || (packet.time === departure.time && packet.cause < departure.cause);
