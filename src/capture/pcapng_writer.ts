// One little endian section, one interface per port, all stamps in nanoseconds. After draft-ietf-opsawg-pcapng.

import { ConfigError } from "../errors.ts";
import { MAX_CAPTURED } from "./frame.ts";
import { endBlock, endOptions, type PcapngInterface, putSection, putTextOption, roomForText, startBlock } from "./pcapng_blocks.ts";
import * as format from "./pcapng_format.ts";
import type { WriteBuffer } from "./write_buffer.ts";
import { type CaptureWriter, checkedLength, checkedTime, type FrameToWrite, type PacketOption, writeAll, writerOf } from "./writer.ts";

export type { PcapngInterface } from "./pcapng_blocks.ts";

/** How a pcapng file is written. */
export interface PcapngOptions {
  /** The interfaces that frames can name, by index; there may be none if there are no frames. */
  interfaces: readonly PcapngInterface[];
  /** Program to be named in the file's header (shb_userappl). */
  application?: string;
}

/** An interface as its frames need it. */
interface Port {
  /** Counted from that of the first interface. */
  section: number;
  /** Number within its section. */
  id: number;
  snapLength: number;
}

const TIME_LIMIT = 1n << 64n;

/**
 * Writes a little endian pcapng file, stamps in nanoseconds. `frame.interface` is an index into `interfaces`, default 0. @throws ConfigError for one that is
 * not in the list, and for sections out of order
 */
export function createPcapngWriter(options: PcapngOptions): CaptureWriter {
  const { interfaces, application } = options;
  const ports = portsOf(interfaces);
  const putSectionOf = (buffer: WriteBuffer, section: number): void => {
    const first = ports.findIndex((port) => port.section === section);
    const described = interfaces.filter((_, i) => ports[i]?.section === section);
    putSection(buffer, application, described, first);
    buffer.section = section;
  };
  return writerOf(
    (buffer) => putSectionOf(buffer, 0),
    (buffer, frame) => {
      const index = frame.interface ?? 0;
      const port = ports[index];
      if (port === undefined) throw new ConfigError("frame.interface", `an index below ${ports.length}`, index);
      if (port.section !== buffer.section) {
        if (port.section < buffer.section) throw new ConfigError("frame.interface", `an interface of section ${buffer.section} or later`, index);
        putSectionOf(buffer, port.section);
      }
      putPacket(buffer, frame, port);
    },
  );
}

/**
 * A whole pcapng file, as `createPcapngWriter` writes it. @throws ConfigError for a frame that no reader could read, or of an interface that is not in the
 * list
 */
export function writePcapng(frames: Iterable<FrameToWrite>, interfaces: readonly PcapngInterface[]): Uint8Array {
  return writeAll(createPcapngWriter({ interfaces }), frames);
}

function portsOf(interfaces: readonly PcapngInterface[]): Port[] {
  const ports: Port[] = [];
  const first = interfaces[0]?.section ?? 0;
  for (const [i, one] of interfaces.entries()) {
    const before = ports.at(-1) ?? { section: 0, id: -1 };
    const section = one.section === undefined ? before.section : one.section - first;
    if (!(section >= before.section)) throw new ConfigError(`interfaces[${i}].section`, `${before.section + first} or more`, one.section);
    ports.push({ section, id: section === before.section ? before.id + 1 : 0, snapLength: one.snapLength ?? MAX_CAPTURED });
  }
  return ports;
}

function putPacket(buffer: WriteBuffer, frame: FrameToWrite, port: Port): void {
  const { data } = frame;
  const length = checkedLength(frame);
  const time = checkedTime(frame, TIME_LIMIT);
  const flags = flagsOf(frame);
  const optional = flags !== 0 || frame.comment !== undefined || frame.options !== undefined;
  // Only a Simple Packet Block can say that a time is not known. It is for interface 0, takes no options, and its data ends at the snapshot length.
  if (frame.time === undefined && port.id === 0 && !optional && data.length === Math.min(length, port.snapLength || length)) {
    putSimple(buffer, data, length);
    return;
  }
  const start = startBlock(buffer, format.BLOCK_ENHANCED, 60 + data.length + roomForOptions(frame));
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
  if (optional) putOptions(buffer, frame, flags);
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
function flagsOf(frame: FrameToWrite): number {
  const direction = frame.direction === undefined ? 0 : frame.direction === "in" ? 1 : 2;
  return direction | (((frame.fcsLength ?? 0) & 15) << 5);
}

/** Bytes that the comments and further options take at most. */
function roomForOptions(frame: FrameToWrite): number {
  if (frame.comment === undefined && frame.options === undefined) return 0;
  const comments = roomForText(frame.comment) + 8 * (frame.comments?.length ?? 0);
  return (frame.options ?? []).reduce((sum, { value }) => sum + 8 + value.length, comments);
}

function putOptions(buffer: WriteBuffer, frame: FrameToWrite, flags: number): void {
  const { comment, comments, options } = frame;
  if (comment !== undefined && comments !== undefined && comments.length > 1 && comments.join("\n") === comment)
    for (const one of comments) putTextOption(buffer, format.OPT_COMMENT, one, "frame.comments");
  else putTextOption(buffer, format.OPT_COMMENT, comment, "frame.comment");
  if (flags !== 0) {
    buffer.view.setUint32(buffer.end, format.EPB_FLAGS | (4 << 16), true);
    buffer.view.setUint32(buffer.end + 4, flags, true);
    buffer.end += 8;
  }
  for (const [i, option] of (options ?? []).entries()) putOption(buffer, option, `frame.options[${i}]`);
  endOptions(buffer);
}

function putOption(buffer: WriteBuffer, { code, value }: PacketOption, path: string): void {
  if (!Number.isInteger(code) || code < 1 || code > 0xffff) throw new ConfigError(`${path}.code`, "an integer from 1 to 65,535", code);
  if (value.length > 0xffff) throw new ConfigError(`${path}.value`, "at most 65,535 bytes", `${value.length} bytes`);
  buffer.view.setUint16(buffer.end, code, true);
  buffer.view.setUint16(buffer.end + 2, value.length, true);
  buffer.end += 4;
  buffer.put(value);
  buffer.pad(buffer.end - value.length);
}
