/** Frames and their parts, byte by byte. */
import { checksum, put16, putMac } from "../../src/reference/bytes.ts";
import type { Mac } from "../../src/types.ts";

export function etherFrame(dst: Mac, src: Mac, type: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(14 + payload.length);
  putMac(frame, 0, dst);
  putMac(frame, 6, src);
  put16(frame, 12, type);
  frame.set(payload, 14);
  return frame;
}

export function withTag(frame: Uint8Array, tag: number): Uint8Array {
  const result = new Uint8Array(frame.length + 4);
  result.set(frame.subarray(0, 12));
  put16(result, 12, 0x8100);
  put16(result, 14, tag);
  result.set(frame.subarray(12), 16);
  return result;
}

/** Zeros behind the packet, up to the least that Ethernet sends, and `more`. */
export function padded(frame: Uint8Array, more = 0): Uint8Array {
  const result = new Uint8Array(Math.max(60, frame.length) + more);
  result.set(frame);
  return result;
}

/** Puts the right checksum of `bytes[from..]` at `at`. */
export function seal(bytes: Uint8Array, from: number, to: number, at: number): void {
  put16(bytes, at, 0);
  put16(bytes, at, checksum(bytes, from, to));
}
