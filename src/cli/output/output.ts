import type { FrameToWrite } from "../../capture/index.ts";
import { droppedComment, type OutputReport, sentComment } from "../../report/index.ts";
import type { Departure } from "../../types.ts";
import { Exit, Failure } from "../exit.ts";
import { untilAborted } from "../until_aborted.ts";
import { type Destination, openDestinations, PATIENCE, type Standard } from "./destination.ts";
import { type CaptureFormat, FormatError, type FormatName } from "./format.ts";
import type { Batch, DroppedFrame, Sink } from "./sink.ts";

/** Frames that are written at once. */
const PIECE = 1_024;
const NOTHING = new Uint8Array(0);

export interface OutputOptions {
  file: string;
  format: FormatName;
  /** Say beside each frame that is sent who sent it how. Only pcapng has room for it. */
  comments: boolean;
  inputs: readonly string[];
  standard: Standard;
  signal: AbortSignal;
}

/** The capture of what was sent, written as it comes. */
export class Output implements Sink {
  readonly report: OutputReport;
  readonly #destination: Destination;
  readonly #format: CaptureFormat;
  readonly #comments: boolean;
  readonly #signal: AbortSignal;

  private constructor({ file, format: name, comments, signal }: OutputOptions, destination: Destination, format: CaptureFormat) {
    this.report = { file, format: name, frames: 0, bytes: 0, dropped: 0, unwritten: 0, readerGone: false, stalled: false };
    this.#comments = comments && name === "pcapng";
    this.#destination = destination;
    this.#format = format;
    this.#signal = signal;
  }

  /** Makes the file, unless it is one of those to be read, and begins it. @throws Failure */
  static async open(options: OutputOptions, format: CaptureFormat): Promise<Output> {
    const { file, inputs, standard } = options;
    const [destination] = await openDestinations([{ option: "-w", file, isText: false }], inputs, standard);
    const output = new Output(options, destination!, format);
    try {
      await output.#write(format.header());
    } catch (error) {
      await output.#destination.close();
      throw error;
    }
    return output;
  }

  get isGone(): boolean {
    return this.report.readerGone || this.report.stalled;
  }

  async plugged(port: number): Promise<void> {
    await this.#write(this.#format.plugged(port));
  }

  async take(batch: Batch): Promise<void> {
    const records = this.#records(batch);
    for (let more = true; more && !this.isGone; ) {
      const { frames, bytes, dropped } = this.report;
      const piece = this.#piece(records);
      more = piece.length > 0;
      if (more) await this.#write(piece);
      if (this.report.stalled) Object.assign(this.report, { frames, bytes, dropped });
    }
  }

  async close(): Promise<void> {
    const closing = this.#destination.close();
    // A write that nobody takes may hold the file for ever.
    if (this.report.stalled) closing.catch(() => {});
    else await closing;
  }

  #piece(records: Iterator<FrameToWrite>): Uint8Array {
    try {
      return this.#format.frames(some(records, PIECE));
    } catch (error) {
      if (error instanceof FormatError) throw new Failure(Exit.Usage, `-w ${this.report.file}: ${error.message}`);
      throw error;
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.isGone) return;
    const written = await untilAborted(this.#destination.write(bytes), this.#signal, PATIENCE);
    if (written === undefined) this.report.stalled = true;
    else if (!written) this.report.readerGone = true;
  }

  /** Sent and dropped frames in the order of time, each in the same object. */
  *#records({ departures, drops, nsOf }: Batch): Generator<FrameToWrite> {
    const { report } = this;
    const record: FrameToWrite = { time: undefined, data: NOTHING };
    let next = 0;
    for (const departure of departures) {
      while (next < drops.length && isBefore(drops[next]!, departure)) yield* this.#dropped(drops[next++]!, nsOf);
      record.interface = departure.port;
      record.time = nsOf(departure.time);
      record.data = departure.data;
      record.direction = "out";
      if (this.#comments) record.comment = sentComment(departure);
      report.frames++;
      report.bytes += departure.data.length;
      yield record;
    }
    while (next < drops.length) yield* this.#dropped(drops[next++]!, nsOf);
  }

  /** As it was received, on the interface that received it. */
  *#dropped(packet: DroppedFrame, nsOf: Batch["nsOf"]): Generator<FrameToWrite> {
    const { frame } = packet;
    if (frame === undefined) {
      this.report.unwritten++;
      return;
    }
    const { port, data, length } = frame;
    this.report.dropped++;
    yield { interface: port, time: nsOf(packet.time), data, length, direction: "in", comment: droppedComment(packet) };
  }
}

const isBefore = (packet: DroppedFrame, departure: Departure): boolean =>
  packet.time < departure.time || (packet.time === departure.time && packet.cause < departure.cause);

/** The next ones, without ending what they come from. */
function* some<T>(from: Iterator<T>, most: number): Generator<T> {
  for (let n = 0; n < most; n++) {
    const { value, done } = from.next();
    if (done) return;
    yield value;
  }
}
