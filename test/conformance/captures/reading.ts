import { CaptureParser, type ReadOptions } from "../../../src/capture/index.ts";
import { CaptureError } from "../../../src/errors.ts";

/** What is known of a file after it was read as far as possible. */
export interface Reading {
  frames: number;
  capturedSum: number;
  /** tshark lists custom blocks among the frames, as records without a time; capinfos, tcpdump and the draft do not. */
  customBlocks: number;
  /** Their bytes behind the enterprise number, padding included, as tshark counts them. */
  customBytes: number;
  /** Of the first and the last frame or custom block, as tshark prints frame.time_epoch; undefined = there is none. */
  firstTime: string | undefined;
  lastTime: string | undefined;
  error: CaptureError | undefined;
}

const CUSTOM_BLOCKS = [0x0bad, 0x40000bad];
/** Private Enterprise Number in front of a custom block's data. */
const PEN = 4;

/**
 * Reads a file that comes in chunks, and keeps nothing of it. Anything thrown but CaptureError comes through. `look` is called with each frame in hand,
 * and behind the last one or the fault, while the parser is still there.
 */
export function readChunks(chunks: Iterable<Uint8Array>, options: ReadOptions, look: (where: "frame" | "end") => void = () => {}): Reading {
  const parser = new CaptureParser(options);
  const reading: Reading = {
    frames: 0,
    capturedSum: 0,
    customBlocks: 0,
    customBytes: 0,
    firstTime: undefined,
    lastTime: undefined,
    error: undefined,
  };
  const note = (time: string): void => {
    reading.lastTime = time;
    reading.firstTime ??= time;
  };
  const noteSkipped = (): void => {
    const { blocks, bytes } = customOf(parser);
    if (blocks > reading.customBlocks) note("");
    reading.customBlocks = blocks;
    reading.customBytes = bytes - PEN * blocks;
  };
  try {
    for (const chunk of chunks) {
      for (const frame of parser.push(chunk)) {
        noteSkipped();
        reading.frames++;
        reading.capturedSum += frame.data.length;
        note(secondsText(frame.time));
        look("frame");
      }
    }
    parser.finish();
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    reading.error = error;
  }
  look("end");
  noteSkipped();
  return reading;
}

function customOf({ skipped }: CaptureParser): { blocks: number; bytes: number } {
  let [blocks, bytes] = [0, 0];
  for (const type of CUSTOM_BLOCKS) {
    blocks += skipped.get(type)?.blocks ?? 0;
    bytes += skipped.get(type)?.bytes ?? 0;
  }
  return { blocks, bytes };
}

/** As tshark prints frame.time_epoch. */
export function secondsText(time: bigint | undefined): string {
  if (time === undefined) return "";
  const digits = (time < 0n ? -time : time).toString().padStart(10, "0");
  return `${time < 0n ? "-" : ""}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
