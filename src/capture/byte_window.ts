import { CaptureError } from "../errors.ts";

/**
 * The part of a file that has arrived and is not yet read. Chunks are appended, whole records are taken from the front.
 * Bytes that were handed out as views are never overwritten; the buffer grows with what arrives, not with what a file claims.
 */
export class ByteWindow {
  /** Covers the current buffer, which may have unused room behind what has arrived: ask `has` first. */
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Next byte to be read, as index into `view`. */
  position = 0;
  /** File offset up to which all records have been read whole. */
  start = 0;
  /** Length of the record at `start`, as far as it is known. Used in messages only. */
  wanted = 0;
  readonly #file: string | undefined;
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  /** File offset of the buffer's first byte. */
  #base = 0;
  /** The buffer is our own, so that chunks may be appended behind `#end`. */
  #own = false;

  constructor(file: string | undefined) {
    this.#file = file;
  }

  /** Bytes that have arrived and are not yet read. */
  get rest(): number {
    return this.#end - this.position;
  }

  /** File offset of `position`. */
  get offset(): number {
    return this.#base + this.position;
  }

  /** Takes over the chunk: its bytes must not change any more. */
  append(chunk: Uint8Array): void {
    if (this.rest === 0) this.#use(chunk, chunk.length, false);
    else if (this.#own && this.#end + chunk.length <= this.#bytes.length) this.#add(chunk);
    else {
      const rest = this.#bytes.subarray(this.position, this.#end);
      // Twice the need: otherwise a long record that comes in small chunks would be copied once per chunk.
      const bytes = new Uint8Array(2 * (rest.length + chunk.length));
      bytes.set(rest);
      this.#use(bytes, rest.length, true);
      this.#add(chunk);
    }
  }

  /** Whether `n` bytes from `position` on have arrived. */
  has(n: number): boolean {
    this.wanted = n;
    return this.rest >= n;
  }

  /** The next record begins `n` bytes further on. */
  advance(n: number): void {
    this.position += n;
    this.start = this.offset;
  }

  /** Drops up to `n` bytes of a record that is still being read; returns how many. */
  discard(n: number): number {
    const dropped = Math.min(n, this.rest);
    this.position += dropped;
    return dropped;
  }

  /** `length` bytes at `at`, an index into `view`. */
  bytes(at: number, length: number): Uint8Array {
    return this.#bytes.subarray(at, at + length);
  }

  /** The error for what stands `at` bytes behind the start of the record. */
  fault(at: number, expected: string, found: string | number): CaptureError {
    return new CaptureError(this.start + at, expected, String(found), this.#file);
  }

  /** To be called when nothing more will arrive. */
  finish(): void {
    const left = this.offset + this.rest - this.start;
    if (left > 0) throw this.fault(0, `a record of ${this.wanted} bytes or more`, `the end of the file after ${left}`);
  }

  #add(chunk: Uint8Array): void {
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  #use(bytes: Uint8Array, end: number, own: boolean): void {
    this.#base += this.position;
    this.position = 0;
    // Not the chunk itself: of a Buffer, views would be Buffers.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = end;
    this.#own = own;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}
