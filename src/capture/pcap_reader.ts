// The classic capture file: a header of 24 bytes, then records of 16 bytes and data. After draft-ietf-opsawg-pcap.

import type { ByteWindow } from "./byte_window.ts";
import { type CapturedFrame, type CaptureInterface, MAX_CAPTURED, NO_COMMENTS, type ReadOptions, type SkippedBlocks } from "./frame.ts";
import { isWanted, LINKTYPE_ETHERNET, linkTypeText } from "./link_types.ts";
import { ofSeconds } from "./nanoseconds.ts";
import type { RecordReader, Step } from "./record_reader.ts";

export const PCAP_MICROSECONDS = 0xa1b2c3d4;
export const PCAP_NANOSECONDS = 0xa1b23c4d;
export const PCAP_HEADER = 24;
export const PCAP_RECORD = 16;

// The last word of the header: link type in the low 16 bits, then 10 bits that must be zero, and the length of the frame check sequence.
export const LINK_RESERVED = 0x03ff0000;
const FCS_PRESENT = 0x04000000;

/** Whether the first four bytes of a file, read as a little endian number, are one of the four magic numbers. */
export const isPcap = (magic: number): boolean => orderOf(magic) !== undefined;

/** True = little endian. */
function orderOf(magic: number): boolean | undefined {
  if (magic === PCAP_MICROSECONDS || magic === PCAP_NANOSECONDS) return true;
  if (magic === 0xd4c3b2a1 || magic === 0x4d3cb2a1) return false;
  return undefined;
}

export class PcapReader implements RecordReader {
  readonly interfaces: readonly CaptureInterface[];
  readonly skipped: ReadonlyMap<number, SkippedBlocks> = new Map();
  readonly #little: boolean;
  /** Nanoseconds per unit of a fraction. */
  readonly #unit: number;
  /** Files before version 2.3 have the two lengths the other way round, those of 2.3 sometimes. */
  readonly #minor: number;
  readonly #fcsLength: number;

  /** Reads the file header; the window has all of it. */
  constructor(window: ByteWindow, options: ReadOptions) {
    const { view, position } = window;
    this.#little = orderOf(view.getUint32(position, true)) ?? true;
    const magic = view.getUint32(position, this.#little);
    const major = view.getUint16(position + 4, this.#little);
    if (major !== 2) throw window.fault(4, "pcap version 2", `version ${major}`);
    this.#minor = view.getUint16(position + 6, this.#little);
    const link = view.getUint32(position + 20, this.#little);
    if ((link & LINK_RESERVED) !== 0) throw window.fault(20, "zero in the ten bits above the link type", `0x${link.toString(16)}`);
    const linkType = link & 0xffff;
    if (!isWanted(linkType, options)) throw window.fault(20, `link type ${linkTypeText(LINKTYPE_ETHERNET)}`, `link type ${linkTypeText(linkType)}`);
    // Counted in units of 16 bits.
    this.#fcsLength = (link & FCS_PRESENT) !== 0 ? (link >>> 28) * 2 : 0;
    this.#unit = magic === PCAP_NANOSECONDS ? 1 : 1000;
    this.interfaces = [
      {
        index: 0,
        section: 0,
        name: undefined,
        description: undefined,
        linkType,
        snapLength: view.getUint32(position + 16, this.#little),
        fcsLength: this.#fcsLength,
        ticksPerSecond: BigInt(1e9 / this.#unit),
        timeOffset: 0n,
      },
    ];
    window.advance(PCAP_HEADER);
  }

  read(window: ByteWindow): Step {
    if (!window.has(PCAP_RECORD)) return "incomplete";
    const { view, position, start } = window;
    const first = view.getUint32(position + 8, this.#little);
    const second = view.getUint32(position + 12, this.#little);
    const swapped = this.#minor < 3 || (this.#minor === 3 && first > second);
    const captured = swapped ? second : first;
    // The snapshot length is not a limit here: files exceed it, and other readers accept that.
    if (captured > MAX_CAPTURED) throw window.fault(swapped ? 12 : 8, `a captured length of at most ${MAX_CAPTURED} bytes`, captured);
    if (!window.has(PCAP_RECORD + captured)) return "incomplete";
    const frame: CapturedFrame = {
      interface: 0,
      interfaceName: undefined,
      time: ofSeconds(view.getUint32(position, this.#little), view.getUint32(position + 4, this.#little), this.#unit),
      data: window.bytes(position + PCAP_RECORD, captured),
      length: swapped ? first : second,
      fcsLength: this.#fcsLength,
      direction: undefined,
      comment: undefined,
      comments: NO_COMMENTS,
      offset: start,
    };
    window.advance(PCAP_RECORD + captured);
    return frame;
  }
}
