import { type CapturedFrame, type ReadOptions, readCapture } from "../../../src/capture/index.ts";
import { CaptureError } from "../../../src/errors.ts";

/** Bytes as a hex dump shows them; everything from a # to the end of the line is a remark. */
export function hex(text: string): Uint8Array {
  const digits = text.replace(/#.*$/gm, "").replace(/\s+/g, "");
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function join(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** The 14 bytes that stand for a frame here. */
export const FRAME = hex("020000000002 020000000001 88b5");

/** A pcapng block around a body: type, length, body, length. The body must already be padded. */
export function block(type: number, body: Uint8Array, little = true): Uint8Array {
  const bytes = new Uint8Array(body.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, little);
  view.setUint32(4, bytes.length, little);
  bytes.set(body, 8);
  view.setUint32(bytes.length - 4, bytes.length, little);
  return bytes;
}

export const SECTION = block(0x0a0d0d0a, hex("4d3c2b1a 0100 0000 ffffffffffffffff"));
export const SECTION_BE = block(0x0a0d0d0a, hex("1a2b3c4d 0001 0000 ffffffffffffffff"), false);

/** An Ethernet interface without a snapshot length, with these options. */
export const ethernet = (options = ""): Uint8Array => block(1, join(hex("0100 0000 00000000"), hex(options)));

/** FRAME as an enhanced packet of an interface below 256, at 1 s + 2 us if the unit is a microsecond. */
export const packet = (options = "", interfaceId = "00"): Uint8Array =>
  block(6, join(hex(`${interfaceId}000000 00000000 42420f00 0e000000 0e000000`), FRAME, hex("0000"), hex(options)));

/** All frames, the interfaces, and the fault that ended the reading, if any. Anything thrown but CaptureError comes through. */
export function readOut(bytes: Uint8Array, options: ReadOptions = {}) {
  const capture = readCapture(bytes, options);
  const frames: CapturedFrame[] = [];
  let fault: CaptureError | undefined;
  try {
    for (const frame of capture) frames.push(frame);
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    fault = error;
  }
  return { frames, interfaces: capture.interfaces, fault };
}

export function faultOf(bytes: Uint8Array, options: ReadOptions = {}): { frames: number; offset: number | undefined; message: string | undefined } {
  const { frames, fault } = readOut(bytes, options);
  return { frames: frames.length, offset: fault?.offset, message: fault?.message };
}
