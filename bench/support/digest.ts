/** FNV-1a, 32 bits, over frames as they leave: port u16, length u16 (little endian), bytes. */
export class Digest {
  #hash = 0x811c9dc5;

  frame(port: number, data: Uint8Array): void {
    this.#byte(port & 255);
    this.#byte(port >> 8);
    this.#byte(data.length & 255);
    this.#byte((data.length >> 8) & 255);
    for (const byte of data) this.#byte(byte);
  }

  /** Eight hexadecimal digits. */
  get text(): string {
    return this.#hash.toString(16).padStart(8, "0");
  }

  #byte(byte: number): void {
    this.#hash = Math.imul(this.#hash ^ byte, 0x01000193) >>> 0;
  }
}
