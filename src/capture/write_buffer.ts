const utf8 = new TextEncoder();

/** Room for some hundred frames: a buffer for each of them would cost more than its bytes. */
const SIZE = 65_536;

/**
 * Where records are put together, one behind the other. What was handed out is never written again: a full buffer is left to those who have pieces of it.
 * Index `end` is where the next byte goes.
 */
export class WriteBuffer {
  bytes = new Uint8Array(SIZE);
  view = new DataView(this.bytes.buffer);
  end = 0;
  /** Section of a pcapng file that is being written, from 0. */
  section = 0;
  /** Start of what has not been handed out. */
  #start = 0;

  /** Makes sure that `n` bytes may be written from `end` on. `bytes`, `view` and `end` may be others afterwards. */
  reserve(n: number): void {
    if (this.end + n <= this.bytes.length) return;
    const kept = this.bytes.subarray(this.#start, this.end);
    const bytes = new Uint8Array(Math.max(SIZE, 2 * (kept.length + n)));
    bytes.set(kept);
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
    this.#start = 0;
    this.end = kept.length;
  }

  /** What was written since the last time. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(this.#start, this.end);
    this.#start = this.end;
    return taken;
  }

  /** Forgets what was written since the last time. */
  drop(): void {
    this.end = this.#start;
  }

  put(data: Uint8Array): void {
    this.bytes.set(data, this.end);
    this.end += data.length;
  }

  /** Zeros, until a multiple of 32 bits has been written from `from` on. */
  pad(from: number): void {
    while ((this.end - from) & 3) this.bytes[this.end++] = 0;
  }

  /** Text as UTF-8; room for three bytes per character has been reserved. Returns the number of bytes. */
  putText(text: string): number {
    const { bytes, end } = this;
    let at = 0;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code > 0x7f) break;
      bytes[end + at] = code;
    }
    const written = at === text.length ? at : at + utf8.encodeInto(text.slice(at), bytes.subarray(end + at)).written;
    this.end += written;
    return written;
  }
}
