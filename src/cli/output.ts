import type { FileHandle } from "node:fs/promises";
import { open, stat } from "node:fs/promises";
import type { CaptureWriter } from "../capture/index.ts";
import { createPcapngWriter } from "../capture/index.ts";
import type { ResolvedConfig } from "../types.ts";
import { Exit, Failure, systemReason } from "./exit.ts";
import type { Sink } from "./run.ts";

/** A pcapng writer with one interface block per interface of the configuration, which come first among its ports. */
export const writerFor = ({ ports }: ResolvedConfig, version: string): CaptureWriter => {
  const interfaces = ports.filter(({ kind }) => kind === "interface").map(({ name }) => ({ name }));
  return createPcapngWriter({ interfaces, application: `netisr ${version}` });
};

/** The capture of what was sent, written as it comes. */
export class Output {
  readonly file: string;
  frames = 0;
  bytes = 0;
  readonly #handle: FileHandle;
  readonly #writer: CaptureWriter;

  private constructor(file: string, handle: FileHandle, writer: CaptureWriter) {
    this.file = file;
    this.#handle = handle;
    this.#writer = writer;
  }

  /** Makes the file, unless it is one of those to be read. @throws Failure */
  static async open(file: string, inputs: readonly string[], writer: CaptureWriter): Promise<Output> {
    const there = await stat(file, { bigint: true }).catch(() => undefined);
    for (const input of there?.isFile() ? inputs : []) {
      const read = await stat(input, { bigint: true }).catch(() => undefined);
      if (read?.ino === there?.ino && read?.dev === there?.dev)
        throw new Failure(Exit.Usage, `-w ${file}: this file is read; writing would destroy it`);
    }
    const output = await writing(file, async () => new Output(file, await open(file, "w"), writer));
    try {
      await output.#append([writer.header()]);
    } catch (error) {
      await output.#handle.close();
      throw error;
    }
    return output;
  }

  readonly sink: Sink = async (frames) => {
    const chunks: Uint8Array[] = [];
    for (const { departure, time } of frames) {
      const { data, port } = departure;
      chunks.push(this.#writer.frame({ interface: port, time, data, direction: "out" }));
      this.frames++;
      this.bytes += data.length;
    }
    await this.#append(chunks);
  };

  async close(): Promise<void> {
    await writing(this.file, () => this.#handle.close());
  }

  async #append(chunks: readonly Uint8Array[]): Promise<void> {
    await writing(this.file, () => this.#handle.appendFile(Buffer.concat(chunks)));
  }
}

const writing = async <T>(file: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw new Failure(Exit.Usage, `-w ${file}: ${systemReason(error)}`);
  }
};
