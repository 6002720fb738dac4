// What stands in front of the frames of a section that is written: its header and its interfaces. All of it is little endian.

import { ConfigError } from "../errors.ts";
import { MAX_CAPTURED } from "./frame.ts";
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
   * first frame of one of them. The numbers must not go down, neither in the list nor from frame to frame.
   */
  section?: number;
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

export function putTextOption(buffer: WriteBuffer, code: number, text: string | undefined, path: string): void {
  if (text === undefined) return;
  const start = buffer.end;
  buffer.end += 4;
  const length = buffer.putText(text);
  if (length > 0xffff) throw new ConfigError(path, "at most 65,535 bytes of UTF-8", `${length} bytes`);
  buffer.view.setUint16(start, code, true);
  buffer.view.setUint16(start + 2, length, true);
  buffer.pad(start);
}

/** To be called behind the options, if there are any. */
export function endOptions(buffer: WriteBuffer): void {
  buffer.view.setUint32(buffer.end, format.OPT_END, true);
  buffer.end += 4;
}

/** The header of a section and its interfaces. `index`: where these stand in the list of all, for messages. */
export function putSection(buffer: WriteBuffer, application: string | undefined, described: readonly PcapngInterface[], index: number): void {
  const start = startBlock(buffer, format.BLOCK_SECTION, 40 + roomForText(application));
  const { view, end } = buffer;
  view.setUint32(end, format.BYTE_ORDER_MAGIC, true);
  view.setUint16(end + 4, 1, true);
  view.setUint16(end + 6, 0, true);
  // Section length -1: not known, as the file is written in pieces.
  view.setBigInt64(end + 8, -1n, true);
  buffer.end += 16;
  putTextOption(buffer, format.SHB_USERAPPL, application, "application");
  if (application !== undefined) endOptions(buffer);
  endBlock(buffer, start);
  for (const [i, one] of described.entries()) putInterface(buffer, one, `interfaces[${index + i}]`);
}

function putInterface(buffer: WriteBuffer, one: PcapngInterface, path: string): void {
  const start = startBlock(buffer, format.BLOCK_INTERFACE, 40 + roomForText(one.name) + roomForText(one.description));
  buffer.view.setUint32(buffer.end, one.linkType ?? LINKTYPE_ETHERNET, true);
  buffer.view.setUint32(buffer.end + 4, one.snapLength ?? MAX_CAPTURED, true);
  buffer.end += 8;
  putTextOption(buffer, format.IF_NAME, one.name, `${path}.name`);
  putTextOption(buffer, format.IF_DESCRIPTION, one.description, `${path}.description`);
  // Nanoseconds: 10^-9.
  buffer.view.setUint32(buffer.end, format.IF_TSRESOL | (1 << 16), true);
  buffer.view.setUint32(buffer.end + 4, 9, true);
  buffer.end += 8;
  endOptions(buffer);
  endBlock(buffer, start);
}
