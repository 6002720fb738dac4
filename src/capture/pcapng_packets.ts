// The three kinds of packet block. `end` is always the index of the block's trailing length; the caller has checked the least length.

import type { ByteWindow } from "./byte_window.ts";
import { type CapturedFrame, MAX_CAPTURED, NO_COMMENTS } from "./frame.ts";
import { joined, multiplied } from "./nanoseconds.ts";
import { EPB_FLAGS, OPT_COMMENT, padded } from "./pcapng_format.ts";
import type { Interface, Section } from "./pcapng_interface.ts";
import { expectLength, optionsOf, textOf } from "./pcapng_options.ts";

export function readEnhanced(window: ByteWindow, end: number, section: Section): CapturedFrame {
  return readStamped(window, end, section, window.view.getUint32(window.position + 8, section.little));
}

/** The obsolete Packet Block differs in its interface number only: 16 bits, then a count of drops. */
export function readPacket(window: ByteWindow, end: number, section: Section): CapturedFrame {
  return readStamped(window, end, section, window.view.getUint16(window.position + 8, section.little));
}

/** A Simple Packet Block: interface 0, no time, and no captured length, which the snapshot length gives. */
export function readSimple(window: ByteWindow, end: number, section: Section): CapturedFrame {
  const { view, position } = window;
  const from = interfaceAt(window, section, 0, 0);
  const length = view.getUint32(position + 8, section.little);
  const captured = Math.min(length, from.description.snapLength || length);
  checkCaptured(window, 8, captured, end - position - 12);
  // There is nothing else that the block could hold.
  if (end - position - 12 !== padded(captured)) throw window.fault(4, `a simple packet of ${16 + padded(captured)} bytes`, end - position + 4);
  return frameOf(window, from, undefined, window.bytes(position + 12, captured), length);
}

function readStamped(window: ByteWindow, end: number, section: Section, number: number): CapturedFrame {
  const { view, position } = window;
  const { little } = section;
  const from = interfaceAt(window, section, 8, number);
  // The halves of the stamp keep their order in a little endian section.
  const time = timeOf(from, view.getUint32(position + 12, little), view.getUint32(position + 16, little));
  const captured = view.getUint32(position + 20, little);
  checkCaptured(window, 20, captured, end - position - 28);
  const frame = frameOf(window, from, time, window.bytes(position + 28, captured), view.getUint32(position + 24, little));
  const options = position + 28 + padded(captured);
  if (options < end) readOptions(window, options, end, little, frame);
  return frame;
}

function timeOf({ factor, multiply, divide, add }: Interface, high: number, low: number): bigint {
  // Nearly every file has a whole factor, and a division costs more than the rest of the frame.
  const scaled = factor === 0 ? (joined(high, low) * multiply) / divide : multiplied(high, low, factor);
  return add === 0n ? scaled : scaled + add;
}

function readOptions(window: ByteWindow, from: number, end: number, little: boolean, to: CapturedFrame): void {
  for (const option of optionsOf(window, from, end, little)) {
    if (option.code === OPT_COMMENT) addComment(to, textOf(window, option));
    if (option.code !== EPB_FLAGS) continue;
    expectLength(window, option, "the packet's flags", 4);
    const flags = window.view.getUint32(option.at, little);
    // Bits 0 and 1: direction, 0 = not known. Bits 5 to 8: bytes of frame check sequence, 0 = as the interface says.
    to.direction = (flags & 3) === 1 ? "in" : (flags & 3) === 2 ? "out" : undefined;
    to.fcsLength = (flags >>> 5) & 15 || to.fcsLength;
  }
}

function addComment(to: CapturedFrame, text: string): void {
  to.comments = to.comments === NO_COMMENTS ? [text] : [...to.comments, text];
  to.comment = to.comment === undefined ? text : `${to.comment}\n${text}`;
}

function interfaceAt(window: ByteWindow, section: Section, at: number, number: number): Interface {
  const found = section.interfaces[number];
  if (found === undefined) throw window.fault(at, `one of the section's ${section.interfaces.length} interfaces`, `interface ${number}`);
  return found;
}

function checkCaptured(window: ByteWindow, at: number, captured: number, room: number): void {
  if (captured > MAX_CAPTURED) throw window.fault(at, `a captured length of at most ${MAX_CAPTURED} bytes`, captured);
  if (captured > room) throw window.fault(at, `at most the ${room} bytes that the block has room for`, captured);
}

function frameOf(window: ByteWindow, from: Interface, time: bigint | undefined, data: Uint8Array, length: number): CapturedFrame {
  return {
    interface: from.description.index,
    interfaceName: from.description.name,
    time,
    data,
    length,
    fcsLength: from.description.fcsLength,
    direction: undefined,
    comment: undefined,
    comments: NO_COMMENTS,
    offset: window.start,
  };
}
