import { ConfigError } from "../errors.ts";
import { MAX_CAPTURED } from "./frame.ts";

/** A frame to be written. What `readCapture` yields can be handed over as it is. */
export interface FrameToWrite {
  /** Index of the interface, as in the list that the writer was made with. A pcap file does not keep it. */
  interface?: number;
  /** Nanoseconds since the epoch. Undefined: the format's way to say nothing, or 0. */
  time: bigint | undefined;
  data: Uint8Array;
  /** Length on the wire, if more than `data`. */
  length?: number;
  fcsLength?: number;
  direction?: "in" | "out" | undefined;
  comment?: string | undefined;
}

/** Writes a file piece by piece: first `header()`, then one `frame()` per frame, each returning the bytes to append. */
export interface CaptureWriter {
  header(): Uint8Array;
  frame(frame: FrameToWrite): Uint8Array;
}

/** The whole file. */
export function writeAll(writer: CaptureWriter, frames: Iterable<FrameToWrite>): Uint8Array {
  const chunks = [writer.header()];
  for (const frame of frames) chunks.push(writer.frame(frame));
  const file = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    file.set(chunk, at);
    at += chunk.length;
  }
  return file;
}

/** The frame's length on the wire. Refuses lengths that no reader accepts. */
export function checkedLength(frame: FrameToWrite): number {
  if (frame.data.length > MAX_CAPTURED) throw new ConfigError("frame.data", `at most ${MAX_CAPTURED} bytes`, `${frame.data.length} bytes`);
  const length = frame.length ?? frame.data.length;
  if (!Number.isInteger(length) || length < 0 || length > 0xffffffff) throw new ConfigError("frame.length", "an integer from 0 to 2^32 - 1", length);
  return length;
}

/** The frame's time, 0 if it has none. */
export function checkedTime(frame: FrameToWrite, limit: bigint): bigint {
  const time = frame.time ?? 0n;
  if (time < 0n || time >= limit) throw new ConfigError("frame.time", `nanoseconds from 0 to ${limit - 1n}`, time);
  return time;
}
