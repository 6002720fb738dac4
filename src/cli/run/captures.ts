/** Captures that interfaces are to receive, read into memory. */
import { MOST_LENGTHS, SHORTEST } from "../../config/traffic_shape.ts";
import type { SizesConfig, TrafficConfig, TrafficFrame } from "../../types.ts";
import { Exit, Failure } from "../exit.ts";
import { CaptureSource, type SourceFrame } from "../input/capture_source.ts";
import type { Io } from "../io.ts";
import type { CaptureOption } from "./traffic_arguments.ts";

const PS_PER_NS = 1000n;

/** @throws Failure for a capture that cannot be read to its end */
export const captureTraffic = async ({ if: name, file, start, text: _, ...said }: CaptureOption, io: Io): Promise<TrafficConfig> => {
  const capture = { frames: await framesOf(file, io), ...said };
  return { if: name, arrivals: "capture", capture, ...(start !== undefined && { start }) };
};

/** The lengths of a capture's frames on the wire, for frames of other traffic, by lot. @throws Failure for a capture that cannot be read to its end */
export const sizesOf = async (file: string, io: Io): Promise<SizesConfig> => {
  const lengths: number[] = [];
  for await (const { length } of readFrames(file, io)) {
    if (lengths.length === MOST_LENGTHS) throw new Failure(Exit.Rejected, `${file}: expected at most ${MOST_LENGTHS} frames to take lengths from`);
    lengths.push(Math.max(SHORTEST, length));
  }
  return { lengths, choice: "lot" };
};

/** In picoseconds. A frame without a time comes with the one before. */
const framesOf = async (file: string, io: Io): Promise<TrafficFrame[]> => {
  const frames: TrafficFrame[] = [];
  for await (const { time = 0n, data } of readFrames(file, io)) frames.push({ time: time * PS_PER_NS, data: data.slice() });
  return frames;
};

/** Outbound frames are left out. */
async function* readFrames(file: string, io: Io): AsyncGenerator<SourceFrame> {
  const source = await CaptureSource.open(file, { signal: io.signal, stdin: io.stdin, outbound: false });
  let frames = 0;
  try {
    for (; source.head; frames++) {
      yield source.head;
      source.shift();
      await source.fill();
    }
  } finally {
    await source.close();
  }
  if (source.fault !== undefined) throw new Failure(frames > 0 ? Exit.Partial : Exit.Rejected, source.fault);
  if (frames === 0) throw new Failure(Exit.Rejected, `${file}: expected a capture with frames, but it has none`);
}
