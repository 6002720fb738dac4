import { ConfigError } from "../errors.ts";
import { checkFrame, type Place } from "./frame_checks.ts";
import { WriteBuffer } from "./write_buffer.ts";

/**
 * A frame to be written. What `readCapture` yields can be handed over as it is, unless the format has no room for it: a time or a check sequence out of range is
 * refused. undefined is as good as none; further fields pass.
 */
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
  /** One frame. @throws ConfigError for what is no frame, or one that no reader could read; the file is whole without it. */
  frame(frame: FrameToWrite): Uint8Array;
  /**
   * Many frames as one piece, several times as fast. If one is refused, none of them is in the file; pieces that were returned before are. @throws ConfigError,
   * as `frame`, with its place: `frames[3].time`
   */
  frames(frames: Iterable<FrameToWrite>): Uint8Array;
}

/** Puts one frame at the end of a buffer. @throws ConfigError, which names the frame by its `place` */
export type PutFrame = (buffer: WriteBuffer, frame: FrameToWrite, place: Place) => void;

/** A writer made of what puts the file's header, and one frame that has bytes, at the end of a buffer. */
export function writerOf(putHeader: (buffer: WriteBuffer) => void, putFrame: PutFrame): CaptureWriter {
  const buffer = new WriteBuffer();
  const put = (frame: FrameToWrite, place: Place): void => {
    checkFrame(frame, place);
    putFrame(buffer, frame, place);
  };
  const written = (act: () => void): Uint8Array => {
    const { section } = buffer;
    try {
      act();
    } catch (error) {
      buffer.drop();
      buffer.section = section;
      throw error;
    }
    return buffer.take();
  };
  return {
    header: () => written(() => putHeader(buffer)),
    frame: (frame) => written(() => put(frame, undefined)),
    frames: (frames) =>
      written(() => {
        let place = 0;
        for (const frame of listOf(frames)) put(frame, place++);
      }),
  };
}

/** @throws ConfigError for what cannot be gone through now: an asynchronous list, too */
function listOf(frames: Iterable<FrameToWrite>): Iterable<FrameToWrite> {
  if (typeof frames !== "object" || frames === null || typeof frames[Symbol.iterator] !== "function")
    throw new ConfigError("frames", "a list of frames", frames);
  return frames;
}

/** The whole file. */
export function writeAll(writer: CaptureWriter, frames: Iterable<FrameToWrite>): Uint8Array {
  const [header, rest] = [writer.header(), writer.frames(frames)];
  const file = new Uint8Array(header.length + rest.length);
  file.set(header);
  file.set(rest, header.length);
  return file;
}
