// A frame as a block of a pcapng file: simple if that says all that is known of it, else enhanced, with its options.

import { checkedLength, checkedTime, checkFlags, checkOptional, MAX_OPTION, type Place, refuseFrame } from "./frame_checks.ts";
import { endBlock, endOptions, putTextOption, roomForText, startBlock } from "./pcapng_blocks.ts";
import * as format from "./pcapng_format.ts";
import type { WriteBuffer } from "./write_buffer.ts";
import type { FrameToWrite, PacketOption } from "./writer.ts";

/** An interface as its frames need it. */
export interface Port {
  /** Counted from that of the first interface. */
  section: number;
  /** Number within its section. */
  id: number;
  snapLength: number;
}

const TIME_LIMIT = 1n << 64n;

/** @throws ConfigError, which names the frame by its `place` */
export function putPacket(buffer: WriteBuffer, frame: FrameToWrite, port: Port, place: Place): void {
  const { data } = frame;
  const length = checkedLength(frame, place);
  const time = checkedTime(frame, TIME_LIMIT, place);
  const flags = flagsOf(frame, place);
  const optional = flags !== 0 || frame.comment !== undefined || frame.options !== undefined;
  // Only a Simple Packet Block can say that a time is not known. It is for interface 0, takes no options, and its data ends at the snapshot length.
  if (frame.time === undefined && port.id === 0 && !optional && data.length === Math.min(length, port.snapLength || length)) {
    putSimple(buffer, data, length);
    return;
  }
  const start = startBlock(buffer, format.BLOCK_ENHANCED, 60 + data.length + roomForOptions(frame, place));
  const { view, end } = buffer;
  view.setUint32(end, port.id, true);
  // The upper half of the stamp stands first, in a little endian file too.
  view.setBigUint64(end + 4, time, true);
  const low = view.getUint32(end + 4, true);
  view.setUint32(end + 4, view.getUint32(end + 8, true), true);
  view.setUint32(end + 8, low, true);
  view.setUint32(end + 12, data.length, true);
  view.setUint32(end + 16, length, true);
  buffer.end += 20;
  buffer.put(data);
  buffer.pad(start);
  if (optional) putOptions(buffer, frame, flags, place);
  endBlock(buffer, start);
}

function putSimple(buffer: WriteBuffer, data: Uint8Array, length: number): void {
  const start = startBlock(buffer, format.BLOCK_SIMPLE, 20 + data.length);
  buffer.view.setUint32(buffer.end, length, true);
  buffer.end += 4;
  buffer.put(data);
  buffer.pad(start);
  endBlock(buffer, start);
}

/** epb_flags: direction in bits 0 and 1, length of the frame check sequence in bits 5 to 8. */
function flagsOf(frame: FrameToWrite, place: Place): number {
  checkFlags(frame, place);
  const direction = frame.direction === undefined ? 0 : frame.direction === "in" ? 1 : 2;
  return direction | ((frame.fcsLength ?? 0) << 5);
}

/** Bytes that the comments and further options take at most. */
function roomForOptions(frame: FrameToWrite, place: Place): number {
  if (frame.comment === undefined && frame.options === undefined) return 0;
  checkOptional(frame, place);
  const comments = roomForText(frame.comment) + 8 * (frame.comments?.length ?? 0);
  return (frame.options ?? []).reduce((sum, { value }) => sum + 8 + value.length, comments);
}

function putOptions(buffer: WriteBuffer, frame: FrameToWrite, flags: number, place: Place): void {
  const { comment, comments, options = [] } = frame;
  if (comment !== undefined && comments !== undefined && comments.length > 1 && comments.join("\n") === comment)
    for (const [i, one] of comments.entries()) putComment(buffer, one, place, `.comments[${i}]`);
  else if (comment !== undefined) putComment(buffer, comment, place, ".comment");
  if (flags !== 0) {
    buffer.view.setUint32(buffer.end, format.EPB_FLAGS | (4 << 16), true);
    buffer.view.setUint32(buffer.end + 4, flags, true);
    buffer.end += 8;
  }
  for (const option of options) putOption(buffer, option);
  endOptions(buffer);
}

function putComment(buffer: WriteBuffer, text: string, place: Place, field: string): void {
  const length = putTextOption(buffer, format.OPT_COMMENT, text);
  if (length > MAX_OPTION) refuseFrame(place, field, "at most 65,535 bytes of UTF-8", `${length} bytes`);
}

function putOption(buffer: WriteBuffer, { code, value }: PacketOption): void {
  buffer.view.setUint16(buffer.end, code, true);
  buffer.view.setUint16(buffer.end + 2, value.length, true);
  buffer.end += 4;
  buffer.put(value);
  buffer.pad(buffer.end - value.length);
}
