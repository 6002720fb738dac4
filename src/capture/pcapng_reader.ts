// pcapng: sections of either byte order, each with its own interfaces. After draft-ietf-opsawg-pcapng.

import type { ByteWindow } from "./byte_window.ts";
import type { CapturedFrame, CaptureInterface, ReadOptions, SkippedBlocks } from "./frame.ts";
import * as format from "./pcapng_format.ts";
import { type Interface, readInterface } from "./pcapng_interface.ts";
import { optionsOf } from "./pcapng_options.ts";
import { readEnhanced, readPacket, readSimple } from "./pcapng_packets.ts";
import type { RecordReader, Step } from "./record_reader.ts";
import { countSkipped } from "./skipped_blocks.ts";

/** Longest block that is read as a whole: what libpcap allows. Blocks that are skipped may be longer. */
const MAX_BLOCK = 16 * 1024 * 1024;
/** Keeps a file of nothing but interface descriptions from filling the memory. */
const MAX_INTERFACES = 65_536;

/** Least total length of a block that is read; undefined: of this type it is skipped. */
function leastLength(type: number): number | undefined {
  switch (type) {
    case format.BLOCK_ENHANCED:
    case format.BLOCK_PACKET:
      return 32;
    case format.BLOCK_SIMPLE:
      return 16;
    case format.BLOCK_INTERFACE:
      return 20;
    case format.BLOCK_SECTION:
      return 28;
    default:
      return undefined;
  }
}

/** A block that is being skipped: its total length, and what is left of it in front of the trailing length. */
interface SkippedBlock {
  type: number;
  total: number;
  left: number;
}

export class PcapngReader implements RecordReader {
  readonly interfaces: CaptureInterface[] = [];
  readonly skipped = new Map<number, SkippedBlocks>();
  readonly #options: ReadOptions;
  #sections = 0;
  #little = true;
  #section: { little: boolean; interfaces: Interface[] } = { little: true, interfaces: [] };
  /** False in a section whose version is not known, and which is to be skipped. */
  #known = true;
  #skipping: SkippedBlock | undefined;

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  read(window: ByteWindow): Step {
    if (this.#skipping !== undefined) return this.#skip(window, this.#skipping);
    if (!window.has(8)) return "incomplete";
    // The number of the section block is the same in both byte orders.
    const type = window.view.getUint32(window.position, this.#little);
    if (type === format.BLOCK_SECTION) {
      if (!window.has(12)) return "incomplete";
      this.#little = byteOrder(window);
    }
    const total = window.view.getUint32(window.position + 4, this.#little);
    const least = this.#known || type === format.BLOCK_SECTION ? leastLength(type) : undefined;
    checkLength(window, type, total, least ?? format.BLOCK_FRAMING);
    if (least === undefined) {
      this.#skipping = { type, total, left: total - 4 };
      return "consumed";
    }
    if (total > MAX_BLOCK) throw window.fault(4, `at most ${MAX_BLOCK} bytes in a block of type ${type}`, total);
    if (!window.has(total)) return "incomplete";
    checkTrailer(window, window.position + total - 4, total, this.#little);
    const step = this.#block(window, type, window.position + total - 4);
    window.advance(total);
    return step;
  }

  /** `end` is the index of the trailing length. */
  #block(window: ByteWindow, type: number, end: number): CapturedFrame | "consumed" {
    if (type === format.BLOCK_ENHANCED) return readEnhanced(window, end, this.#section);
    if (type === format.BLOCK_SIMPLE) return readSimple(window, end, this.#section);
    if (type === format.BLOCK_PACKET) return readPacket(window, end, this.#section);
    if (type === format.BLOCK_SECTION) this.#startSection(window, end);
    else this.#addInterface(window, end);
    return "consumed";
  }

  #startSection(window: ByteWindow, end: number): void {
    const major = window.view.getUint16(window.position + 12, this.#little);
    const minor = window.view.getUint16(window.position + 14, this.#little);
    // Some programs write 1.2 and mean 1.0.
    const known = major === 1 && (minor === 0 || minor === 2);
    if (!known && this.#options.unknownVersions !== "skip") throw window.fault(12, "pcapng version 1.0", `version ${major}.${minor}`);
    // The section length is not needed: the blocks say where the next section starts. Options are only checked.
    if (known) for (const _ of optionsOf(window, window.position + 24, end, this.#little));
    else countSkipped(this.skipped, format.BLOCK_SECTION, end - window.position - 8);
    this.#known = known;
    this.#sections++;
    this.#section = { little: this.#little, interfaces: [] };
  }

  #addInterface(window: ByteWindow, end: number): void {
    if (this.interfaces.length === MAX_INTERFACES) throw window.fault(0, `at most ${MAX_INTERFACES} interfaces`, "one more");
    const place = { index: this.interfaces.length, section: this.#sections - 1 };
    const added = readInterface(window, end, this.#little, place, this.#options);
    this.interfaces.push(added.description);
    this.#section.interfaces.push(added);
  }

  /** Lets a block pass without keeping it. The window's record starts at the block until its trailing length is checked. */
  #skip(window: ByteWindow, block: SkippedBlock): Step {
    block.left -= window.discard(block.left);
    const complete = block.left === 0 && window.has(4);
    window.wanted = block.total;
    if (!complete) return "incomplete";
    checkTrailer(window, window.position, block.total, this.#little);
    this.#skipping = undefined;
    countSkipped(this.skipped, block.type, block.total - format.BLOCK_FRAMING);
    window.advance(4);
    return "consumed";
  }
}

function checkLength(window: ByteWindow, type: number, total: number, least: number): void {
  if (total >= least && total % 4 === 0) return;
  throw window.fault(4, `a length of ${least} bytes or more, a multiple of 4, for a block of type ${type}`, total);
}

function byteOrder(window: ByteWindow): boolean {
  const magic = window.view.getUint32(window.position + 8, true);
  if (magic === format.BYTE_ORDER_MAGIC) return true;
  if (magic === 0x4d3c2b1a) return false;
  throw window.fault(8, "the byte order magic 0x1a2b3c4d", `0x${magic.toString(16)}`);
}

function checkTrailer(window: ByteWindow, at: number, total: number, little: boolean): void {
  const trailer = window.view.getUint32(at, little);
  if (trailer !== total) throw window.fault(total - 4, `the block's length ${total} again at its end`, trailer);
}
