import type { ByteWindow } from "./byte_window.ts";
import type { CapturedFrame, CaptureInterface, SkippedBlocks } from "./frame.ts";

/** A frame; "consumed": a record without a frame was read; "incomplete": more bytes must arrive first. */
export type Step = CapturedFrame | "consumed" | "incomplete";

/** Reads one format, record by record. */
export interface RecordReader {
  /** The interfaces described so far. */
  readonly interfaces: readonly CaptureInterface[];
  /** What was passed over, by type of block. */
  readonly skipped: ReadonlyMap<number, SkippedBlocks>;
  /** Reads one record and moves the window behind it; or throws, and leaves the window where it was, so that reading again fails again. */
  read(window: ByteWindow): Step;
}
