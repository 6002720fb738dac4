import { isReadable, shownForBytes } from "../bytes.ts";
import { type CaptureError, ConfigError } from "../errors.ts";
import { type Check, checkGiven, wordOf } from "../given.ts";
import { ByteWindow } from "./byte_window.ts";
import type { CapturedFrame, CaptureInterface, ReadOptions, SkippedBlocks } from "./frame.ts";
import { isPcap, PCAP_HEADER, PcapReader } from "./pcap_reader.ts";
import { BLOCK_SECTION } from "./pcapng_format.ts";
import { PcapngReader } from "./pcapng_reader.ts";
import type { RecordReader } from "./record_reader.ts";

/** Files that people try to read and that are refused by name. The key is the first four bytes as a little endian number. */
const OTHERS: Readonly<Record<number, string>> = {
  4247762216: "a file compressed with zstd (unpack it first)",
  1869573747: "a snoop file (convert it first)",
  2712849716: "a pcap file of the modified kind (convert it first)",
  885895841: "a pcap file of the modified kind (convert it first)",
};

const CHECKS: Readonly<Record<keyof ReadOptions, Check>> = {
  file: ["a name, as text", (value) => typeof value === "string"],
  linkTypes: wordOf("ethernet", "any"),
  unknownVersions: wordOf("refuse", "skip"),
};

const NOTHING_SKIPPED: ReadonlyMap<number, SkippedBlocks> = new Map();

/**
 * Reads a pcap or pcapng file that arrives in chunks of any size. It keeps what is left of the last chunk and not more than one
 * record (16 MiB at most), whatever the file claims.
 *
 *     const parser = new CaptureParser();
 *     for await (const chunk of chunks) for (const frame of parser.push(chunk)) use(frame);
 *     parser.finish();
 */
export class CaptureParser {
  readonly #window: ByteWindow;
  readonly #options: ReadOptions;
  #reader: RecordReader | undefined;

  /** @throws ConfigError for options that there are not */
  constructor(options: ReadOptions = {}) {
    checkGiven(options, "options", CHECKS);
    this.#options = options;
    this.#window = new ByteWindow(options.file);
  }

  /** The interfaces described so far; each stands here before its first frame comes. */
  get interfaces(): readonly CaptureInterface[] {
    return this.#reader?.interfaces ?? [];
  }

  /**
   * What was passed over so far, by type of block: pcapng only, where blocks of other kinds (statistics, names, decryption secrets, custom blocks)
   * and sections of an unknown version hold nothing for this reader. Types beyond the first 64 count under -1.
   */
  get skipped(): ReadonlyMap<number, SkippedBlocks> {
    return this.#reader?.skipped ?? NOTHING_SKIPPED;
  }

  /**
   * The frames that are complete with this chunk. Go through all of them before the next `push`. The frames are views of the chunk,
   * so its bytes must not be reused. @throws CaptureError at the first fault, after the frames before it; ConfigError for a chunk that is none, which
   * changes nothing
   */
  *push(chunk: Uint8Array): Generator<CapturedFrame, void, undefined> {
    checkBytes(chunk, "chunk");
    this.#window.append(chunk);
    this.#reader ??= this.#detect();
    if (this.#reader === undefined) return;
    for (;;) {
      const step = this.#reader.read(this.#window);
      if (step === "incomplete") return;
      if (step !== "consumed") yield step;
    }
  }

  /** Says that the file is over. @throws CaptureError if it ends inside a record, or describes no interface at all */
  finish(): void {
    if (this.#reader === undefined && this.#window.rest === 0) throw this.#window.fault(0, "a pcap or pcapng file", "an empty file");
    this.#window.finish();
    if (this.interfaces.length === 0) throw this.#window.fault(0, "an interface description somewhere in the file", "none up to its end");
  }

  #detect(): RecordReader | undefined {
    const window = this.#window;
    if (!window.has(4)) return undefined;
    const magic = window.view.getUint32(window.position, true);
    if (magic === BLOCK_SECTION) return new PcapngReader(this.#options);
    if (!isPcap(magic)) throw unknownFile(window, magic);
    return window.has(PCAP_HEADER) ? new PcapReader(window, this.#options) : undefined;
  }
}

/**
 * All frames of a file in memory; `interfaces` fills up as the frames are read. Frames before a fault are yielded. @throws CaptureError then; ConfigError at
 * once for what are no bytes, or options that there are not
 */
export function readCapture(
  bytes: Uint8Array,
  options: ReadOptions = {},
): Generator<CapturedFrame, void, undefined> & Pick<CaptureParser, "interfaces"> {
  checkBytes(bytes, "bytes");
  const parser = new CaptureParser(options);
  const frames = (function* () {
    yield* parser.push(bytes);
    parser.finish();
  })();
  return Object.defineProperty(frames, "interfaces", { get: () => parser.interfaces }) as ReturnType<typeof readCapture>;
}

function checkBytes(value: unknown, path: string): void {
  if (!isReadable(value)) throw new ConfigError(path, "a Uint8Array", shownForBytes(value));
}

function unknownFile(window: ByteWindow, magic: number): CaptureError {
  const gzip = (magic & 0xffff) === 0x8b1f ? "a file compressed with gzip (unpack it first)" : undefined;
  const hex = Array.from(window.bytes(window.position, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return window.fault(0, "the magic number of a pcap or pcapng file", gzip ?? OTHERS[magic] ?? hex);
}
