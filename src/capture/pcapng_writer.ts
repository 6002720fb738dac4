// One little endian section, one interface per port, all stamps in nanoseconds. After draft-ietf-opsawg-pcapng.

import { ConfigError } from "../errors.ts";
import { MAX_CAPTURED } from "./frame.ts";
import { LINKTYPE_ETHERNET } from "./link_types.ts";
import * as format from "./pcapng_format.ts";
import { type CaptureWriter, checkedLength, checkedTime, type FrameToWrite, writeAll } from "./writer.ts";

export interface PcapngInterface {
  /** Shown by Wireshark beside each frame; absent = no if_name option. */
  name?: string | undefined;
  description?: string | undefined;
  /** Default Ethernet. */
  linkType?: number;
  /** 0 = no limit. Default 262,144. Written, not applied: frames are never cut. */
  snapLength?: number;
}

export interface PcapngOptions {
  interfaces: readonly PcapngInterface[];
  /** Program to be named in the file's header (shb_userappl). */
  application?: string;
}

interface OptionToWrite {
  code: number;
  value: Uint8Array;
}

const utf8 = new TextEncoder();

/** `frame.interface` is an index into `interfaces`; one that is not in the list is refused with ConfigError. */
export function createPcapngWriter(options: PcapngOptions): CaptureWriter {
  const { interfaces } = options;
  return {
    header() {
      const section = sectionBlock(options.application);
      const described = interfaces.map((one, i) => interfaceBlock(one, `interfaces[${i}]`));
      const bytes = new Uint8Array(described.reduce((sum, block) => sum + block.length, section.length));
      let at = 0;
      for (const block of [section, ...described]) {
        bytes.set(block, at);
        at += block.length;
      }
      return bytes;
    },
    frame(frame) {
      const index = frame.interface ?? 0;
      const port = interfaces[index];
      if (port === undefined) throw new ConfigError("frame.interface", `an index below ${interfaces.length}`, index);
      return packetBlock(frame, index, port.snapLength ?? MAX_CAPTURED);
    },
  };
}

export function writePcapng(frames: Iterable<FrameToWrite>, interfaces: readonly PcapngInterface[]): Uint8Array {
  return writeAll(createPcapngWriter({ interfaces }), frames);
}

function sectionBlock(application: string | undefined): Uint8Array {
  const options = textOption(format.SHB_USERAPPL, application, "application");
  const [bytes, view] = block(format.BLOCK_SECTION, 16, options);
  view.setUint32(8, format.BYTE_ORDER_MAGIC, true);
  view.setUint16(12, 1, true);
  // Section length -1: not known, as the file is written in pieces.
  view.setBigInt64(16, -1n, true);
  return bytes;
}

function interfaceBlock(one: PcapngInterface, path: string): Uint8Array {
  const [bytes, view] = block(format.BLOCK_INTERFACE, 8, [
    ...textOption(format.IF_NAME, one.name, `${path}.name`),
    ...textOption(format.IF_DESCRIPTION, one.description, `${path}.description`),
    { code: format.IF_TSRESOL, value: Uint8Array.of(9) },
  ]);
  view.setUint16(8, one.linkType ?? LINKTYPE_ETHERNET, true);
  view.setUint32(12, one.snapLength ?? MAX_CAPTURED, true);
  return bytes;
}

function packetBlock(frame: FrameToWrite, index: number, snapLength: number): Uint8Array {
  const { data } = frame;
  const length = checkedLength(frame);
  const time = checkedTime(frame, 1n << 64n);
  const options = textOption(format.OPT_COMMENT, frame.comment, "frame.comment");
  const flags = flagsOf(frame);
  if (flags !== 0) options.push({ code: format.EPB_FLAGS, value: Uint8Array.of(flags & 0xff, flags >> 8, 0, 0) });
  // Only a Simple Packet Block can say that a time is not known. It is for interface 0, takes no options, and its data ends at the snapshot length.
  if (frame.time === undefined && index === 0 && options.length === 0 && data.length === Math.min(length, snapLength || length))
    return simpleBlock(data, length);
  const [bytes, view] = block(format.BLOCK_ENHANCED, 20 + format.padded(data.length), options);
  view.setUint32(8, index, true);
  view.setUint32(12, Number(time >> 32n), true);
  view.setUint32(16, Number(time & 0xffffffffn), true);
  view.setUint32(20, data.length, true);
  view.setUint32(24, length, true);
  bytes.set(data, 28);
  return bytes;
}

function simpleBlock(data: Uint8Array, length: number): Uint8Array {
  const [bytes, view] = block(format.BLOCK_SIMPLE, 4 + format.padded(data.length), []);
  view.setUint32(8, length, true);
  bytes.set(data, 12);
  return bytes;
}

/** epb_flags: direction in bits 0 and 1, length of the frame check sequence in bits 5 to 8. */
function flagsOf(frame: FrameToWrite): number {
  const direction = frame.direction === undefined ? 0 : frame.direction === "in" ? 1 : 2;
  return direction | (((frame.fcsLength ?? 0) & 15) << 5);
}

function textOption(code: number, text: string | undefined, path: string): OptionToWrite[] {
  if (text === undefined) return [];
  const value = utf8.encode(text);
  if (value.length > 0xffff) throw new ConfigError(path, "at most 65,535 bytes of UTF-8", `${value.length} bytes`);
  return [{ code, value }];
}

/** A block with its frame and options in place, and `body` bytes from index 8 on to be filled. */
function block(type: number, body: number, options: readonly OptionToWrite[]): [Uint8Array, DataView] {
  const room = options.reduce((sum, option) => sum + 4 + format.padded(option.value.length), options.length === 0 ? 0 : 4);
  const bytes = new Uint8Array(format.BLOCK_FRAMING + body + room);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, bytes.length, true);
  view.setUint32(bytes.length - 4, bytes.length, true);
  let at = 8 + body;
  // What is left behind the last option is four zero bytes: opt_endofopt.
  for (const { code, value } of options) {
    view.setUint16(at, code, true);
    view.setUint16(at + 2, value.length, true);
    bytes.set(value, at + 4);
    at += 4 + format.padded(value.length);
  }
  return [bytes, view];
}
