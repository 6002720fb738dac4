/** Where the bytes of a capture come from: a file, a named pipe, standard input. */
import type { Stats } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";

/** The argument that means standard input or output. */
export const STANDARD = "-";

const CHUNK = 65_536;
/** A piece of a chunk that is too short to be read into. */
const SHORT = CHUNK / 8;

export interface ByteSource {
  /** The next bytes, at least one; they are never changed afterwards. Undefined: there are no more. */
  read(): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
  /** Bytes read so far, as they lie in the file. */
  readonly taken: number;
  /** Bytes of the whole file, if it is one: it can be read again then. */
  readonly size: number | undefined;
}

class FileBytes implements ByteSource {
  taken = 0;
  readonly size: number | undefined;
  readonly #handle: FileHandle;
  #chunk = new Uint8Array(0);
  #used = 0;
  /** The next read of a file with an end. One of a pipe might never come back, and would keep the pipe from being closed. */
  #ahead: Promise<Uint8Array> | undefined;

  constructor(handle: FileHandle, stats: Stats) {
    this.#handle = handle;
    this.size = stats.isFile() ? stats.size : undefined;
  }

  async read(): Promise<Uint8Array | undefined> {
    const bytes = await (this.#ahead ?? this.#next());
    this.#ahead = undefined;
    if (bytes.length === 0) return undefined;
    this.taken += bytes.length;
    if (this.size !== undefined) {
      this.#ahead = this.#next();
      // It fails for whoever waits for it.
      this.#ahead.catch(() => {});
    }
    return bytes;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** A pipe gives little at a time, so what is read lies one behind the other in a chunk until that is full. */
  async #next(): Promise<Uint8Array> {
    if (this.#chunk.length - this.#used < SHORT) {
      this.#chunk = new Uint8Array(CHUNK);
      this.#used = 0;
    }
    const chunk = this.#chunk;
    const at = this.#used;
    const { bytesRead } = await this.#handle.read(chunk, at, chunk.length - at);
    this.#used += bytesRead;
    return chunk.subarray(at, at + bytesRead);
  }
}

class StreamBytes implements ByteSource {
  taken = 0;
  readonly size = undefined;
  readonly #stream: Readable;
  readonly #chunks: AsyncIterator<Uint8Array>;

  constructor(stream: Readable) {
    this.#stream = stream;
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async read(): Promise<Uint8Array | undefined> {
    const { value, done } = await this.#chunks.next();
    if (done) return undefined;
    this.taken += value.length;
    return value;
  }

  async close(): Promise<void> {
    this.#stream.destroy();
  }
}

/** @throws what the operating system has against it */
export const openBytes = async (file: string, stdin: () => Readable): Promise<ByteSource> => {
  if (file === STANDARD) return new StreamBytes(stdin());
  const handle = await open(file);
  try {
    return new FileBytes(handle, await handle.stat());
  } catch (error) {
    await handle.close();
    throw error;
  }
};
