import type { Readable } from "node:stream";
import { type ByteSource, openBytes } from "./byte_source.ts";
import { type Packing, packingOf, UnpackedBytes } from "./unpack.ts";

/** Bytes that tell how a file is packed. */
const MAGIC = 4;

/** The bytes of a capture, unpacked if it is packed. @throws CaptureError, or what the operating system has against the file */
export const openCaptureBytes = async (file: string, stdin: () => Readable): Promise<{ bytes: ByteSource; packing: Packing | undefined }> => {
  const source = await openBytes(file, stdin);
  try {
    const first = await readMagic(source);
    const whole = first.length > 0 ? new WithFirst(first, source) : source;
    const packing = packingOf(first);
    const again = source.size === undefined ? undefined : () => openBytes(file, stdin);
    return { bytes: packing ? new UnpackedBytes(file, packing, whole, again) : whole, packing };
  } catch (error) {
    await source.close();
    throw error;
  }
};

/** The first chunk, or as many as it takes: a pipe may give a byte at a time. */
const readMagic = async (source: ByteSource): Promise<Uint8Array> => {
  let first: Uint8Array = new Uint8Array(0);
  while (first.length < MAGIC) {
    const chunk = await source.read();
    if (chunk === undefined) break;
    first = first.length === 0 ? chunk : Buffer.concat([first, chunk]);
  }
  return first;
};

/** A source of which the first bytes have been looked at. */
class WithFirst implements ByteSource {
  readonly #source: ByteSource;
  #first: Uint8Array | undefined;

  constructor(first: Uint8Array, source: ByteSource) {
    this.#first = first;
    this.#source = source;
  }

  get taken(): number {
    return this.#source.taken;
  }

  get size(): number | undefined {
    return this.#source.size;
  }

  async read(): Promise<Uint8Array | undefined> {
    const first = this.#first;
    this.#first = undefined;
    return first ?? this.#source.read();
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}
