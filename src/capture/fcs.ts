import type { CapturedFrame } from "./frame.ts";
import { checkFrame, isIntegerTo, refuseFrame } from "./frame_checks.ts";

const LENGTH_TEXT = "bytes, an integer from 0";

/** The frame as a stack sees it. A frame that was cut short keeps what it has of its bytes before the check sequence. @throws ConfigError for what is no frame */
export function withoutFcs(frame: Pick<CapturedFrame, "data" | "length" | "fcsLength">): { data: Uint8Array; length: number } {
  checkFrame(frame, undefined);
  if (!isIntegerTo(Number.MAX_SAFE_INTEGER, frame.length)) refuseFrame(undefined, ".length", LENGTH_TEXT, frame.length);
  if (!isIntegerTo(Number.MAX_SAFE_INTEGER, frame.fcsLength)) refuseFrame(undefined, ".fcsLength", LENGTH_TEXT, frame.fcsLength);
  const length = Math.max(0, frame.length - frame.fcsLength);
  return { data: frame.data.length > length ? frame.data.subarray(0, length) : frame.data, length };
}
