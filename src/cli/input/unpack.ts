/** Captures packed with gzip or zstd, known by their first bytes and unpacked as they are read: a chunk is made when the one before it is used up. */
import * as zlib from "node:zlib";
import { CaptureError } from "../../errors.ts";
import type { ByteSource } from "./byte_source.ts";
import { Inflater, type MakeStream, recover } from "./inflater.ts";

export type Packing = "gzip" | "zstd";

/** Packed bytes that are kept of what cannot be read again, so that the last bytes before a fault can be unpacked one by one. */
const KEPT = 4_194_304;
/** Packed bytes that are unpacked at once. */
const SLICE = 16_384;
/** The same when they are not kept any more: if they have a fault, what they unpack to before it is lost. */
const SHORT_SLICE = 1_024;

/** How a file that begins with these bytes is packed. Four are enough. */
export const packingOf = (bytes: Uint8Array): Packing | undefined => {
  const [a, b, c, d] = bytes;
  if (a === 0x1f && b === 0x8b) return "gzip";
  return a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd ? "zstd" : undefined;
};

/** Node has zstd from 22.15 on, and in 23 from 23.8 on. */
const makerOf = (packing: Packing, file: string): MakeStream => {
  if (packing === "gzip") return (options) => zlib.createGunzip(options);
  const { createZstdDecompress } = zlib as { createZstdDecompress?: MakeStream };
  if (createZstdDecompress) return (options) => createZstdDecompress(options);
  throw new CaptureError(
    0,
    "a capture as it is or packed with gzip (zstd needs Node 22.15 or newer)",
    `zstd, and this is Node ${process.versions.node}`,
    file,
  );
};

/** The unpacked bytes of a packed source. A fault in the packing comes after all that could be unpacked before it. */
export class UnpackedBytes implements ByteSource {
  readonly #file: string;
  readonly #packing: Packing;
  readonly #packed: ByteSource;
  readonly #make: MakeStream;
  readonly #inflater: Inflater;
  readonly #again: (() => Promise<ByteSource>) | undefined;
  /** What was fed, if it cannot be read again, and while it is not too much. */
  #kept: Uint8Array[] | undefined;
  #fed = 0;
  /** The last of it. */
  #last = 0;
  #unpacked = 0;
  #rest: Uint8Array = new Uint8Array(0);
  #fault: string | undefined;

  /** `again`: opens the packed source once more, if it can be read twice. @throws CaptureError if this Node cannot unpack it */
  constructor(file: string, packing: Packing, packed: ByteSource, again?: () => Promise<ByteSource>) {
    this.#file = file;
    this.#packing = packing;
    this.#packed = packed;
    this.#make = makerOf(packing, file);
    this.#inflater = new Inflater(this.#make);
    this.#again = again;
    this.#kept = again ? undefined : [];
  }

  get taken(): number {
    return this.#packed.taken;
  }

  get size(): number | undefined {
    return this.#packed.size;
  }

  /** @throws CaptureError, at an offset of the unpacked data */
  async read(): Promise<Uint8Array | undefined> {
    if (this.#fault !== undefined) throw this.#error(this.#fault);
    const result = await this.#inflater.next(() => this.#slice());
    if (result === undefined) return undefined;
    if (result instanceof Uint8Array) return this.#give(result);
    this.#fault = result.message;
    const last = await recover(this.#make, byByteAtLast(this.#fedAgain(), this.#fed - this.#last), this.#unpacked);
    if (last.length === 0) throw this.#error(this.#fault);
    return this.#give(last);
  }

  /** What was fed, once more; nothing if it is not to be had. */
  async *#fedAgain(): AsyncGenerator<Uint8Array> {
    if (this.#kept) yield* this.#kept;
    const packed = await this.#again?.();
    try {
      for (let left = packed ? this.#fed : 0; left > 0; ) {
        const chunk = await packed!.read();
        if (chunk === undefined) return;
        yield chunk.subarray(0, left);
        left -= chunk.length;
      }
    } finally {
      await packed?.close();
    }
  }

  async close(): Promise<void> {
    this.#inflater.close();
    await this.#packed.close();
  }

  #give(bytes: Uint8Array): Uint8Array {
    this.#unpacked += bytes.length;
    return bytes;
  }

  async #slice(): Promise<Uint8Array | undefined> {
    if (this.#rest.length === 0) this.#rest = (await this.#packed.read()) ?? this.#rest;
    if (this.#rest.length === 0) return undefined;
    const slice = this.#rest.subarray(0, this.#again || this.#kept ? SLICE : SHORT_SLICE);
    this.#rest = this.#rest.subarray(slice.length);
    this.#fed += slice.length;
    this.#last = slice.length;
    if (this.#fed > KEPT) this.#kept = undefined;
    this.#kept?.push(slice);
    return slice;
  }

  #error(found: string): CaptureError {
    return new CaptureError(this.#unpacked, `more data packed with ${this.#packing}`, `a fault in it (${found})`, unpackedName(this.#file));
  }
}

/** How messages call the unpacked data, so that nobody looks for their offsets in the file itself. */
export const unpackedName = (file: string): string => `${file} (unpacked)`;

/** The same bytes, from an offset on one by one. */
async function* byByteAtLast(chunks: AsyncIterable<Uint8Array>, offset: number): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const chunk of chunks) {
    const whole = chunk.subarray(0, Math.max(0, offset - at));
    if (whole.length > 0) yield whole;
    for (let i = whole.length; i < chunk.length; i++) yield chunk.subarray(i, i + 1);
    at += chunk.length;
  }
}
