import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import { type CapturedFrame, CaptureParser, withoutFcs } from "../capture/index.ts";
import { CaptureError } from "../errors.ts";
import type { CapturedFileReport } from "../report/index.ts";
import { systemReason } from "./exit.ts";
import type { PortMatcher } from "./port_matcher.ts";

const CHUNK = 262_144;
/** Times that a capture file can state: 64 bits of nanoseconds, up to the year 2554. */
const TIME_LIMIT = 1n << 64n;

/** The next frame of a file, ready to be received. */
export interface SourceFrame {
  /** Nanoseconds since the epoch, not before that of the frame before. Undefined: no frame of the file up to this one has a time. */
  time: bigint | undefined;
  /** Index of the interface that receives it. */
  port: number;
  data: Uint8Array;
  offset: number;
  interface: number;
  /** What is counted when it has been replayed. */
  oddities: readonly ("cutShort" | "outOfOrder" | "withoutTime" | "outbound")[];
}

/**
 * The frames of one capture, read in chunks. `head` is the next one; after `shift` it has to be made there again by `fill`.
 * A fault ends the file: it is kept in `fault`, and the frames before it come first.
 */
export class CaptureSource {
  readonly file: string;
  readonly report: CapturedFileReport;
  head: SourceFrame | undefined;
  fault: string | undefined;
  readonly #parser: CaptureParser;
  readonly #ports: PortMatcher;
  readonly #handle: FileHandle | undefined;
  #batch: CapturedFrame[] = [];
  #next = 0;
  #over = false;
  /** A read that has not come back yet. On a pipe it may never do so. */
  #pending: Promise<{ bytesRead: number; buffer: Uint8Array }> | undefined;
  readonly #aborted: Promise<undefined>;
  #last: bigint | undefined;

  private constructor(file: string, ports: PortMatcher, handle: FileHandle | undefined, signal: AbortSignal) {
    this.file = file;
    this.#aborted = new Promise((resolve) => {
      if (signal.aborted) resolve(undefined);
      else signal.addEventListener("abort", () => resolve(undefined), { once: true });
    });
    this.#parser = new CaptureParser({ file });
    this.#ports = ports;
    this.#handle = handle;
    this.report = { file, frames: 0, bytes: 0, cutShort: 0, outOfOrder: 0, withoutTime: 0, outbound: 0, interfaces: [], fault: null };
  }

  /** Opens a file and looks for its first frame. One that cannot be opened has a fault. */
  static async open(file: string, ports: PortMatcher, signal: AbortSignal): Promise<CaptureSource> {
    let reason: string | undefined;
    const handle = await open(file).catch((error) => {
      reason = systemReason(error);
      return undefined;
    });
    const source = new CaptureSource(file, ports, handle, signal);
    if (reason !== undefined) source.#stop(`${file}: ${reason}`);
    await source.fill();
    return source;
  }

  /** Makes `head` the next frame, if there is one. Comes back without it, too, if the user wants to stop while the file is waited for. */
  async fill(): Promise<void> {
    while (this.head === undefined) {
      if (this.#next === this.#batch.length) {
        if (this.#over || this.#pending) return;
        await this.#readChunk();
      } else this.#take(this.#batch[this.#next++]!);
    }
  }

  /** Counts the head as replayed and takes it away. */
  shift(): void {
    const { data, interface: index, oddities } = this.head!;
    this.report.frames++;
    this.report.bytes += data.length;
    for (const oddity of oddities) this.report[oddity]++;
    this.#ports.count(index, data.length);
    this.head = undefined;
  }

  /** Ends the file at the head, which cannot be replayed. */
  refuse(expected: string, found: string): void {
    this.#stopAt(this.head!, expected, found);
    this.head = undefined;
  }

  async close(): Promise<void> {
    this.report.interfaces = this.#ports.report();
    this.report.fault = this.fault ?? null;
    const closing = Promise.resolve(this.#pending).finally(() => this.#handle?.close());
    if (this.#pending) closing.catch(() => {});
    else await closing;
  }

  async #readChunk(): Promise<void> {
    this.#batch = [];
    this.#next = 0;
    this.#pending = this.#handle!.read(new Uint8Array(CHUNK), 0, CHUNK);
    try {
      const read = await Promise.race([this.#pending, this.#aborted]);
      if (!read) return;
      this.#pending = undefined;
      const { bytesRead, buffer } = read;
      if (bytesRead > 0) for (const frame of this.#parser.push(buffer.subarray(0, bytesRead))) this.#batch.push(frame);
      else this.#end();
    } catch (error) {
      this.#pending = undefined;
      this.#over = true;
      this.fault ??= error instanceof CaptureError ? error.message : `${this.file}: ${systemReason(error)}`;
    }
  }

  #end(): void {
    this.#over = true;
    this.#parser.finish();
  }

  #stopAt({ offset }: { offset: number }, expected: string, found: string): void {
    this.#stop(new CaptureError(offset, expected, found, this.file).message);
  }

  #stop(fault: string): void {
    this.fault = fault;
    this.#over = true;
    this.#batch = [];
    this.#next = 0;
  }

  #take(frame: CapturedFrame): void {
    const port = this.#ports.portOf(frame.interface, frame.interfaceName);
    const { time } = frame;
    if (typeof port !== "number") this.#stopAt(frame, port.expected, port.found);
    else if (time !== undefined && (time < 0n || time >= TIME_LIMIT)) this.#stopAt(frame, "a time from 1970 to 2554", `${time} ns since 1970`);
    else this.#accept(frame, port);
  }

  #accept(frame: CapturedFrame, port: number): void {
    const oddities: SourceFrame["oddities"][number][] = [];
    const { data, length } = withoutFcs(frame);
    if (frame.time === undefined) oddities.push("withoutTime");
    else if (this.#last !== undefined && frame.time < this.#last) oddities.push("outOfOrder");
    else this.#last = frame.time;
    if (data.length < length) oddities.push("cutShort");
    if (frame.direction === "out") oddities.push("outbound");
    this.head = { time: this.#last, port, data, offset: frame.offset, interface: frame.interface, oddities };
  }
}
