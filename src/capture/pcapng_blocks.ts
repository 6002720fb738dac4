// What stands in front of the frames of a section that is written: its header and its interfaces. All of it is little endian.

import { ConfigError } from "../errors.ts";
import { type Check, checkValues, integerOf } from "../given.ts";
import { MAX_CAPTURED } from "./frame.ts";
import { MAX_OPTION } from "./frame_checks.ts";
import { LINKTYPE_ETHERNET } from "./link_types.ts";
import * as format from "./pcapng_format.ts";
import type { WriteBuffer } from "./write_buffer.ts";

/** An interface as a pcapng file describes it. */
export interface PcapngInterface {
  /** Shown by Wireshark beside each frame; absent = no if_name option. */
  name?: string | undefined;
  /** Absent = no if_description option. */
  description?: string | undefined;
  /** LINKTYPE number. Default 1, Ethernet. */
  linkType?: number;
  /** Bytes; 0 = no limit. Default 262,144. Written, not applied: frames are never cut. */
  snapLength?: number;
  /**
   * Default: that of the interface before, 0 for the first. Those with another number are described in a section of their own, which begins with the
   * first frame of one of them. Integers from 0, which must not go down, neither in the list nor from frame to frame.
   */
  section?: number;
}

const utf8 = new TextEncoder();

/** Text that an option has room for. */
export const OPTION_TEXT: Check = [
  "text of at most 65,535 bytes as UTF-8",
  (value) => typeof value === "string" && utf8.encode(value).length <= MAX_OPTION,
];

/** Other keys pass: what a capture says of its interfaces has more. */
const INTERFACE: Readonly<Record<keyof PcapngInterface, Check>> = {
  name: OPTION_TEXT,
  description: OPTION_TEXT,
  linkType: integerOf(0, 0xffff),
  snapLength: integerOf(0, 0xffffffff),
  section: integerOf(0, Number.MAX_SAFE_INTEGER),
};

/** Copies, which stay as they were checked. `path`: where the list stands. @throws ConfigError */
export function checkedInterfaces(given: readonly PcapngInterface[], path: string): PcapngInterface[] {
  if (!Array.isArray(given)) throw new ConfigError(path, "an array of interfaces", given);
  return Array.from(given, (one: PcapngInterface, i) => {
    if (typeof one !== "object" || one === null) throw new ConfigError(`${path}[${i}]`, "an object", one);
    checkValues(one, `${path}[${i}]`, INTERFACE);
    return { ...one };
  });
}

/** Puts the frame of a block: type, and room for its length. Returns where it starts. `most`: bytes that it may take at most, framing included. */
export function startBlock(buffer: WriteBuffer, type: number, most: number): number {
  buffer.reserve(most);
  const start = buffer.end;
  buffer.view.setUint32(start, type, true);
  buffer.end += 8;
  return start;
}

export function endBlock(buffer: WriteBuffer, start: number): void {
  const length = buffer.end + 4 - start;
  buffer.view.setUint32(start + 4, length, true);
  buffer.view.setUint32(buffer.end, length, true);
  buffer.end += 4;
}

/** Bytes that an option of this text takes at most. */
export const roomForText = (text: string | undefined): number => (text === undefined ? 0 : 8 + 3 * text.length);

/** Returns the bytes of the text. More than MAX_OPTION must not stay: their number has no room. */
export function putTextOption(buffer: WriteBuffer, code: number, text: string): number {
  const start = buffer.end;
  buffer.end += 4;
  const length = buffer.putText(text);
  buffer.view.setUint16(start, code, true);
  buffer.view.setUint16(start + 2, length, true);
  buffer.pad(start);
  return length;
}

/** To be called behind the options, if there are any. */
export function endOptions(buffer: WriteBuffer): void {
  buffer.view.setUint32(buffer.end, format.OPT_END, true);
  buffer.end += 4;
}

/** The header of a section and its interfaces. */
export function putSection(buffer: WriteBuffer, application: string | undefined, described: readonly PcapngInterface[]): void {
  const start = startBlock(buffer, format.BLOCK_SECTION, 40 + roomForText(application));
  const { view, end } = buffer;
  view.setUint32(end, format.BYTE_ORDER_MAGIC, true);
  view.setUint16(end + 4, 1, true);
  view.setUint16(end + 6, 0, true);
  // Section length -1: not known, as the file is written in pieces.
  view.setBigInt64(end + 8, -1n, true);
  buffer.end += 16;
  if (application !== undefined) {
    putTextOption(buffer, format.SHB_USERAPPL, application);
    endOptions(buffer);
  }
  endBlock(buffer, start);
  for (const one of described) putInterface(buffer, one);
}

function putInterface(buffer: WriteBuffer, one: PcapngInterface): void {
  const start = startBlock(buffer, format.BLOCK_INTERFACE, 40 + roomForText(one.name) + roomForText(one.description));
  buffer.view.setUint32(buffer.end, one.linkType ?? LINKTYPE_ETHERNET, true);
  buffer.view.setUint32(buffer.end + 4, one.snapLength ?? MAX_CAPTURED, true);
  buffer.end += 8;
  if (one.name !== undefined) putTextOption(buffer, format.IF_NAME, one.name);
  if (one.description !== undefined) putTextOption(buffer, format.IF_DESCRIPTION, one.description);
  // Nanoseconds: 10^-9.
  buffer.view.setUint32(buffer.end, format.IF_TSRESOL | (1 << 16), true);
  buffer.view.setUint32(buffer.end + 4, 9, true);
  buffer.end += 8;
  endOptions(buffer);
  endBlock(buffer, start);
}
