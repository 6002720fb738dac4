/** Where a capture is written: a file, or standard output. */
import { type BigIntStats, fstat } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import type { Readable, Writable } from "node:stream";
import { promisify } from "node:util";
import { Exit, Failure, systemReason } from "../exit.ts";
import { STANDARD } from "../input/byte_source.ts";

export interface Destination {
  /** Writes all of the bytes, which may change again afterwards. False: nobody reads any more (EPIPE). @throws Failure */
  write(bytes: Uint8Array): Promise<boolean>;
  /** @throws Failure */
  close(): Promise<void>;
}

/** Standard input and output. */
export interface Standard {
  stdin(): Readable;
  stdout(): Writable;
}

/** @throws Failure for a terminal, a file that cannot be made, or one of those to be read */
export const openDestination = async (file: string, inputs: readonly string[], { stdin, stdout }: Standard): Promise<Destination> => {
  if (file === STANDARD) return new StreamDestination(stdout());
  await refuseInput(file, inputs, stdin);
  try {
    return new FileDestination(file, await open(file, "w"));
  } catch (error) {
    throw failure(file, error);
  }
};

const refuseInput = async (file: string, inputs: readonly string[], stdin: () => Readable): Promise<void> => {
  const there = await stat(file, { bigint: true }).catch(() => undefined);
  for (const input of there?.isFile() ? inputs : []) {
    const read = await (input === STANDARD ? statStream(stdin()) : stat(input, { bigint: true })).catch(() => undefined);
    if (read?.ino === there?.ino && read?.dev === there?.dev)
      throw new Failure(Exit.Usage, `-w ${file}: this file is read; writing would destroy it`);
  }
};

/** What stands behind a stream of the process: a file, with `netisr ... < file`. Streams of other kinds have no descriptor. */
const statStream = async (stream: Readable): Promise<BigIntStats | undefined> => {
  const { fd } = stream as Readable & { fd?: number };
  return fd === undefined ? undefined : promisify(fstat)(fd, { bigint: true });
};

const failure = (file: string, error: unknown): Failure => new Failure(Exit.Usage, `-w ${file}: ${systemReason(error)}`);

const isReaderGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "EPIPE";

class FileDestination implements Destination {
  readonly #file: string;
  readonly #handle: FileHandle;

  constructor(file: string, handle: FileHandle) {
    this.#file = file;
    this.#handle = handle;
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    try {
      await this.#handle.appendFile(bytes);
      return true;
    } catch (error) {
      if (isReaderGone(error)) return false;
      throw failure(this.#file, error);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close().catch((error) => {
      throw failure(this.#file, error);
    });
  }
}

class StreamDestination implements Destination {
  readonly #stream: Writable;

  constructor(stream: Writable) {
    if ((stream as { isTTY?: boolean }).isTTY)
      throw new Failure(Exit.Usage, `-w ${STANDARD}: expected standard output to be a pipe or a file, but found a terminal`);
    this.#stream = stream;
  }

  write(bytes: Uint8Array): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#stream.write(bytes, (error) => {
        if (!error) resolve(true);
        else if (isReaderGone(error) || (error as NodeJS.ErrnoException).code === "ERR_STREAM_DESTROYED") resolve(false);
        else reject(failure(STANDARD, error));
      });
    });
  }

  async close(): Promise<void> {}
}
