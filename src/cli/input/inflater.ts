/** A zlib stream as a function: packed bytes in, unpacked bytes out, one piece at a time. */
import type { Transform } from "node:stream";

/** Most bytes that come out at once. */
const PIECE = 65_536;

export interface StreamOptions {
  chunkSize: number;
  readableHighWaterMark: number;
}
export type MakeStream = (options: StreamOptions) => Transform;

export class Inflater {
  readonly #stream: Transform;
  #error: Error | undefined;
  #ended = false;
  #feeding = false;
  #inputOver = false;
  #wake: () => void = () => {};

  constructor(make: MakeStream) {
    // A high-water mark that any piece exceeds: the next one is not made before this one is taken, however much the input unpacks to.
    this.#stream = make({ chunkSize: PIECE, readableHighWaterMark: 1 });
    this.#stream.on("readable", () => this.#wake());
    this.#stream.on("end", () => {
      this.#ended = true;
      this.#wake();
    });
    this.#stream.on("error", (error) => {
      this.#error = error;
      this.#wake();
    });
  }

  /** The next piece; undefined at the end; or what is wrong with the input. `feed` gives more of it, undefined at its end. */
  async next(feed: () => Promise<Uint8Array | undefined>): Promise<Uint8Array | undefined | Error> {
    for (;;) {
      const piece: Uint8Array | null = this.#stream.read();
      if (piece !== null) return piece;
      if (this.#error) return this.#error;
      if (this.#ended) return undefined;
      if (this.#feeding || this.#inputOver) await new Promise<void>((resolve) => (this.#wake = resolve));
      else await this.#feed(await feed());
    }
  }

  close(): void {
    this.#stream.destroy();
  }

  async #feed(bytes: Uint8Array | undefined): Promise<void> {
    if (bytes === undefined) {
      this.#inputOver = true;
      this.#stream.end();
      return;
    }
    this.#feeding = true;
    this.#stream.write(bytes, () => {
      this.#feeding = false;
      this.#wake();
    });
  }
}

/**
 * What a stream that failed had unpacked of the last bytes that it was given: zlib throws away what it made in the call that failed. So everything is unpacked
 * once more. `inputs`: the same bytes, the last of them one by one. `skip`: unpacked bytes that are known already.
 */
export const recover = async (make: MakeStream, inputs: AsyncGenerator<Uint8Array>, skip: number): Promise<Uint8Array> => {
  const inflater = new Inflater(make);
  const found: Uint8Array[] = [];
  for (let left = skip; ; ) {
    const piece = await inflater.next(async () => (await inputs.next()).value as Uint8Array | undefined);
    if (!(piece instanceof Uint8Array)) break;
    if (piece.length > left) found.push(piece.subarray(left));
    left = Math.max(0, left - piece.length);
  }
  inflater.close();
  await inputs.return(undefined);
  return Buffer.concat(found);
};
