/** Frames that were received a short while ago, so that what is dropped can be written as it came. */
import type { ReceivedFrame } from "../output/sink.ts";

/** Frames that are kept, and their bytes. What waits inside the engine (for ARP, in a queue) is seldom older than that. */
const MOST_FRAMES = 16_384;
const MOST_BYTES = 16_777_216;

export class KeptFrames {
  /** Place of a frame: its number modulo MOST_FRAMES. */
  readonly #ring = new Array<ReceivedFrame | undefined>(MOST_FRAMES).fill(undefined);
  /** Numbers of the oldest frame and of the next one. */
  #from = 0;
  #to = 0;
  #bytes = 0;

  /** The bytes are copied: a view would hold the whole chunk of the file that it lies in. */
  add(port: number, data: Uint8Array, length: number): void {
    while (this.#to - this.#from === MOST_FRAMES || (this.#bytes + data.length > MOST_BYTES && this.#from < this.#to)) this.#forget();
    this.#ring[this.#to++ % MOST_FRAMES] = { port, data: data.slice(), length };
    this.#bytes += data.length;
  }

  /** `number`: of the arrival, from 0. Undefined: too long ago. */
  get(number: number): ReceivedFrame | undefined {
    return number >= this.#from && number < this.#to ? this.#ring[number % MOST_FRAMES] : undefined;
  }

  #forget(): void {
    const place = this.#from++ % MOST_FRAMES;
    this.#bytes -= this.#ring[place]!.data.length;
    this.#ring[place] = undefined;
  }
}
