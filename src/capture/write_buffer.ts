const utf8 = new TextEncoder();

/** Where records are put together before they are handed out. The buffer is used again, so a writer sets every byte of its record, zeros too. */
export class WriteBuffer {
  bytes = new Uint8Array(65_536);
  view = new DataView(this.bytes.buffer);
  end = 0;
  /** Section of a pcapng file that is being written, from 0. */
  section = 0;

  /** Makes sure that `n` bytes may be written from `end` on. */
  reserve(n: number): void {
    if (this.end + n <= this.bytes.length) return;
    const bytes = new Uint8Array(2 * (this.end + n));
    bytes.set(this.bytes.subarray(0, this.end));
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }

  /** What was written since the last time, in a buffer of its own. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.end);
    this.end = 0;
    return taken;
  }

  put(data: Uint8Array): void {
    this.bytes.set(data, this.end);
    this.end += data.length;
  }

  /** Zeros up to the next multiple of 32 bits behind `from`. */
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
