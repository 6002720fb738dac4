import type { Readable } from "node:stream";
import { type CapturedFrame, type CaptureInterface, CaptureParser, withoutFcs } from "../../capture/index.ts";
import { CaptureError } from "../../errors.ts";
import type { CapturedFileReport } from "../../report/index.ts";
import { systemReason } from "../exit.ts";
import { untilAborted } from "../until_aborted.ts";
import type { ByteSource } from "./byte_source.ts";
import { openCaptureBytes } from "./open.ts";
import { unpackedName } from "./unpack.ts";

/** Times that a capture file can state: 64 bits of nanoseconds, up to the year 2554. */
const TIME_LIMIT = 1n << 64n;

/** The next frame of a file, ready to be received. */
export interface SourceFrame {
  /** Nanoseconds since the epoch, not before that of the frame before. Undefined: no frame of the file up to this one has a time. */
  time: bigint | undefined;
  /** Without the frame check sequence. */
  data: Uint8Array;
  /** Its length on the wire, without the frame check sequence. */
  length: number;
  captured: CapturedFrame;
  outOfOrder: boolean;
}

export interface SourceOptions {
  signal: AbortSignal;
  stdin(): Readable;
  /** Replay frames, too, that the capture marks as sent by the machine it was taken on. */
  outbound: boolean;
}

/**
 * The frames of one capture, read in chunks. `head` is the next one; after `shift`, `advance` makes it without reading if it can, and `fill` reads.
 * A fault ends the file: it is kept in `fault`, and the frames before it come first.
 */
export class CaptureSource {
  readonly file: string;
  readonly report: CapturedFileReport;
  head: SourceFrame | undefined;
  fault: string | undefined;
  readonly #options: SourceOptions;
  /** The file's name in messages about its bytes. */
  #name: string;
  #bytes: ByteSource | undefined;
  #parser: CaptureParser;
  #frames: Iterator<CapturedFrame> | undefined;
  #over = false;
  /** A read that has not come back yet. On a pipe it may never do so. */
  #pending: Promise<unknown> | undefined;
  #last: bigint | undefined;

  private constructor(file: string, options: SourceOptions) {
    this.file = file;
    this.#name = file;
    this.#options = options;
    this.#parser = new CaptureParser({ file });
    const counts = { frames: 0, bytes: 0, wireBytes: 0, cutShort: 0, outOfOrder: 0, withoutTime: 0, outbound: 0 };
    this.report = { file, packing: null, ...counts, interfaces: [], fault: null };
  }

  /** Opens a file and looks for its first frame. One that cannot be opened has a fault. */
  static async open(file: string, options: SourceOptions): Promise<CaptureSource> {
    const source = new CaptureSource(file, options);
    await source.#open();
    return source;
  }

  /** The interfaces described before the head. */
  get interfaces(): readonly CaptureInterface[] {
    return this.#parser.interfaces;
  }

  /** Number of an interface in its section of the file: in the next one they count from 0 again. */
  placeOf(index: number): number {
    const { section } = this.interfaces[index]!;
    let first = index;
    while (first > 0 && this.interfaces[first - 1]!.section === section) first--;
    return index - first;
  }

  /** The file has a size, so that it can be read again. */
  get canRewind(): boolean {
    return this.#bytes?.size !== undefined;
  }

  /** Bytes read from the file, and those that it has; for one that is no file the latter is not known. */
  get progress(): { taken: number; size: number | undefined } {
    return { taken: this.#bytes?.taken ?? 0, size: this.#bytes?.size };
  }

  /** Makes `head` the next frame, if it is there already. False: first `fill` must read, or the file is over. */
  advance(): boolean {
    while (this.head === undefined && this.#frames !== undefined && !this.#over) {
      try {
        const { value, done } = this.#frames.next();
        if (done) this.#frames = undefined;
        else this.#take(value);
      } catch (error) {
        this.#fail(error);
      }
    }
    return this.head !== undefined;
  }

  /** Makes `head` the next frame, if there is one. Comes back without it, too, if the user wants to stop while the file is waited for. */
  async fill(): Promise<void> {
    while (!this.advance() && !this.#over && !this.#pending) await this.#read();
  }

  get isOver(): boolean {
    return this.#over && this.head === undefined;
  }

  /** Counts the head as replayed and takes it away. */
  shift(): void {
    const { data, length, captured, outOfOrder } = this.head!;
    const { report } = this;
    report.frames++;
    report.bytes += data.length;
    report.wireBytes += length;
    if (data.length < length) report.cutShort++;
    if (captured.time === undefined) report.withoutTime++;
    if (outOfOrder) report.outOfOrder++;
    if (captured.direction === "out") report.outbound++;
    this.head = undefined;
  }

  /** Ends the file at the head, which cannot be replayed. */
  refuse(expected: string, found: string): void {
    this.#refuse(this.head!.captured, expected, found);
  }

  /** Starts again at the first frame; what was counted stays. */
  async rewind(): Promise<void> {
    await this.#bytes?.close();
    this.#over = false;
    this.#last = undefined;
    await this.#open();
  }

  async close(): Promise<void> {
    this.report.fault = this.fault ?? null;
    const closing = this.#bytes?.close();
    // A read that the system has not given back yet may hold the file for ever.
    if (this.#pending) closing?.catch(() => {});
    else await closing;
  }

  async #open(): Promise<void> {
    const { signal, stdin } = this.#options;
    this.#pending = openCaptureBytes(this.file, stdin);
    try {
      const opened = await untilAborted(this.#pending as ReturnType<typeof openCaptureBytes>, signal);
      if (opened === undefined) return;
      this.#pending = undefined;
      this.#bytes = opened.bytes;
      this.report.packing = opened.packing ?? null;
      this.#name = opened.packing ? unpackedName(this.file) : this.file;
      this.#parser = new CaptureParser({ file: this.#name });
    } catch (error) {
      this.#pending = undefined;
      this.#fail(error);
    }
    await this.fill();
  }

  async #read(): Promise<void> {
    const reading = this.#bytes!.read();
    this.#pending = reading;
    try {
      const chunk = await untilAborted(
        reading.then((bytes) => ({ bytes })),
        this.#options.signal,
      );
      if (!chunk) return;
      this.#pending = undefined;
      if (chunk.bytes) this.#frames = this.#parser.push(chunk.bytes);
      else {
        this.#over = true;
        this.#parser.finish();
      }
    } catch (error) {
      this.#pending = undefined;
      this.#fail(error);
    }
  }

  #take(captured: CapturedFrame): void {
    const { time } = captured;
    if (time !== undefined && (time < 0n || time >= TIME_LIMIT)) this.#refuse(captured, "a time from 1970 to 2554", `${time} ns since 1970`);
    else if (captured.direction === "out" && !this.#options.outbound) this.report.outbound++;
    else {
      const { data, length } = withoutFcs(captured);
      const outOfOrder = time !== undefined && this.#last !== undefined && time < this.#last;
      if (time !== undefined && !outOfOrder) this.#last = time;
      this.head = { time: this.#last, data, length, captured, outOfOrder };
    }
  }

  #refuse({ offset }: CapturedFrame, expected: string, found: string): void {
    this.#fail(new CaptureError(offset, expected, found, this.#name));
  }

  #fail(error: unknown): void {
    this.fault ??= error instanceof CaptureError ? error.message : `${this.file}: ${systemReason(error)}`;
    this.#over = true;
    this.#frames = undefined;
    this.head = undefined;
  }
}
