/** Where a command writes: a file, or standard output. */
import { type BigIntStats, constants, fstat } from "node:fs";
import { access, type FileHandle, open, realpath, stat, unlink } from "node:fs/promises";
import type { Readable, Writable } from "node:stream";
import { promisify } from "node:util";
import { Exit, Failure, systemReason } from "../exit.ts";
import { STANDARD } from "../input/byte_source.ts";

/** Milliseconds that a write may still take when the user wants to stop: whoever reads a pipe may have forgotten it. */
export const PATIENCE = 1_000;

/** What is to be written: the option that says so, which messages begin with, and a file's name or "-". */
export interface Target {
  option: string;
  file: string;
  /** No terminal shows what is no text. */
  isText: boolean;
}

export interface Destination {
  /** Writes all of the bytes, which may change again afterwards. False: nobody reads any more (EPIPE). @throws Failure */
  write(bytes: Uint8Array): Promise<boolean>;
  /** A file that nothing was written to is as it was before. @throws Failure */
  close(): Promise<void>;
}

/** Standard input and output. */
export interface Standard {
  stdin(): Readable;
  stdout(): Writable;
}

/** @throws Failure for a terminal, a file that cannot be made, one of those to be read, or one that is to be written twice */
export const openDestinations = async (targets: readonly Target[], inputs: readonly string[], standard: Standard): Promise<Destination[]> => {
  const opened: Destination[] = [];
  try {
    for (const target of targets) {
      opened.push(await openDestination(target, inputs, standard));
      await refuseTwice(target, targets.slice(0, opened.length - 1));
    }
    return opened;
  } catch (error) {
    for (const destination of opened) await destination.close();
    throw error;
  }
};

const openDestination = async (target: Target, inputs: readonly string[], { stdin, stdout }: Standard): Promise<Destination> => {
  if (target.file === STANDARD) return new StreamDestination(target, stdout());
  await refuseInput(target, inputs, stdin);
  try {
    const there = await statFile(target.file);
    if (there?.isFIFO()) {
      // To open it is to wait for a reader, who may wait for another output, or for us to be done.
      await access(target.file, constants.W_OK);
      return new FileDestination(target, undefined, undefined);
    }
    // Not emptied before there is something to write: what is refused or interrupted until then leaves the file alone.
    const handle = await open(target.file, constants.O_WRONLY | constants.O_CREAT);
    return new FileDestination(target, handle, there === undefined ? await realpath(target.file) : undefined);
  } catch (error) {
    throw failure(target, error);
  }
};

const statFile = (file: string): Promise<BigIntStats | undefined> => stat(file, { bigint: true }).catch(() => undefined);

const isSame = (one: BigIntStats | undefined, other: BigIntStats | undefined): boolean =>
  one?.isFile() === true && one.ino === other?.ino && one.dev === other.dev;

const refuseInput = async ({ option, file }: Target, inputs: readonly string[], stdin: () => Readable): Promise<void> => {
  const there = await statFile(file);
  for (const input of there?.isFile() ? inputs : []) {
    const read = await (input === STANDARD ? statStream(stdin()).catch(() => undefined) : statFile(input));
    if (isSame(there, read)) throw new Failure(Exit.Usage, `${option} ${file}: this file is read; writing would destroy it`);
  }
};

/** Both are there now, whatever their names are. */
const refuseTwice = async ({ option, file }: Target, before: readonly Target[]): Promise<void> => {
  const there = await statFile(file);
  for (const other of before)
    if (isSame(there, await statFile(other.file)))
      throw new Failure(Exit.Usage, `${option} ${file}: expected another file than that of ${other.option}, which is the same`);
};

/** What stands behind a stream of the process: a file, with `netisr ... < file`. Streams of other kinds have no descriptor. */
const statStream = async (stream: Readable): Promise<BigIntStats | undefined> => {
  const { fd } = stream as Readable & { fd?: number };
  return fd === undefined ? undefined : promisify(fstat)(fd, { bigint: true });
};

const failure = ({ option, file }: Target, error: unknown): Failure => new Failure(Exit.Usage, `${option} ${file}: ${systemReason(error)}`);

const isReaderGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "EPIPE";

class FileDestination implements Destination {
  readonly #target: Target;
  /** Undefined: a named pipe that is opened when there is something to write. */
  #handle: FileHandle | undefined;
  /** The file that was made, and not a link to it. */
  readonly #made: string | undefined;
  #begun = false;

  constructor(target: Target, handle: FileHandle | undefined, made: string | undefined) {
    this.#target = target;
    this.#handle = handle;
    this.#made = made;
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    try {
      this.#handle ??= await open(this.#target.file, constants.O_WRONLY);
      if (!this.#begun) await this.#begin(this.#handle);
      await this.#handle.appendFile(bytes);
      return true;
    } catch (error) {
      if (isReaderGone(error)) return false;
      throw failure(this.#target, error);
    }
  }

  async close(): Promise<void> {
    try {
      await this.#handle?.close();
    } catch (error) {
      throw failure(this.#target, error);
    }
    if (this.#made !== undefined && !this.#begun) await unlink(this.#made).catch(() => {});
  }

  async #begin(handle: FileHandle): Promise<void> {
    this.#begun = true;
    // Devices and pipes have nothing to take away.
    if ((await handle.stat()).isFile()) await handle.truncate();
  }
}

class StreamDestination implements Destination {
  readonly #target: Target;
  readonly #stream: Writable;

  constructor(target: Target, stream: Writable) {
    if (!target.isText && (stream as { isTTY?: boolean }).isTTY)
      throw new Failure(Exit.Usage, `${target.option} ${STANDARD}: expected standard output to be a pipe or a file, but found a terminal`);
    this.#target = target;
    this.#stream = stream;
  }

  write(bytes: Uint8Array): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#stream.write(bytes, (error) => {
        if (!error) resolve(true);
        else if (isReaderGone(error) || (error as NodeJS.ErrnoException).code === "ERR_STREAM_DESTROYED") resolve(false);
        else reject(failure(this.#target, error));
      });
    });
  }

  async close(): Promise<void> {}
}
