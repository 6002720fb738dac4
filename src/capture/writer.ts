import { ConfigError } from "../errors.ts";
import { MAX_CAPTURED } from "./frame.ts";
import { WriteBuffer } from "./write_buffer.ts";

/** A frame to be written. What `readCapture` yields can be handed over as it is. */
export interface FrameToWrite {
  /** Index of the interface, as in the list that the writer was made with. A pcap file does not keep it. */
  interface?: number;
  /** Nanoseconds since the epoch, below 2^32 s (pcap) or 2^64 (pcapng). Undefined: the format's way to say nothing, or 0. */
  time: bigint | undefined;
  /** The captured bytes, 262,144 at most. */
  data: Uint8Array;
  /** Length on the wire in bytes, below 2^32. Default: that of `data`. */
  length?: number;
  /** Bytes of a frame check sequence at the end, 0 to 15. Default 0, not known. pcapng only. */
  fcsLength?: number;
  /** Default: not known. pcapng only. */
  direction?: "in" | "out" | undefined;
  /** Up to 65,535 bytes of UTF-8. pcapng only. */
  comment?: string | undefined;
  /** The same as several comments: used if `comment` is what they are when joined with newlines. */
  comments?: readonly string[];
  /** Further options of the packet (epb_hash, epb_dropcount, ...), written as they are. pcapng only. */
  options?: readonly PacketOption[];
}

/** An option of a packet in a pcapng file. */
export interface PacketOption {
  /** 1 to 65,535. Comments (1) and flags (2) have fields of their own. */
  code: number;
  /** At most 65,535 bytes, numbers little endian. */
  value: Uint8Array;
}

/**
 * Writes a file piece by piece: first `header()`, then one `frame()` per frame, or `frames()`, each returning the bytes to append. These stay as they are;
 * their `buffer` may have other pieces in it.
 */
export interface CaptureWriter {
  /** What the file begins with. */
  header(): Uint8Array;
  /** One frame. @throws ConfigError for a frame that no reader could read; the file is whole without it. */
  frame(frame: FrameToWrite): Uint8Array;
  /** Many frames as one piece, several times as fast. If one is refused, none of them is in the file. @throws ConfigError, as `frame` */
  frames(frames: Iterable<FrameToWrite>): Uint8Array;
}

/** A writer made of what puts the file's header, and one frame, at the end of a buffer. */
export function writerOf(putHeader: (buffer: WriteBuffer) => void, putFrame: (buffer: WriteBuffer, frame: FrameToWrite) => void): CaptureWriter {
  const buffer = new WriteBuffer();
  const written = (put: () => void): Uint8Array => {
    const { section } = buffer;
    try {
      put();
    } catch (error) {
      buffer.drop();
      buffer.section = section;
      throw error;
    }
    return buffer.take();
  };
  return {
    header: () => written(() => putHeader(buffer)),
    frame: (frame) => written(() => putFrame(buffer, frame)),
    frames: (frames) =>
      written(() => {
        for (const frame of frames) putFrame(buffer, frame);
      }),
  };
}

/** The whole file. */
export function writeAll(writer: CaptureWriter, frames: Iterable<FrameToWrite>): Uint8Array {
  const [header, rest] = [writer.header(), writer.frames(frames)];
  const file = new Uint8Array(header.length + rest.length);
  file.set(header);
  file.set(rest, header.length);
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
