/** Captures that interfaces are to receive, read into memory. */
import type { TrafficConfig, TrafficFrame } from "../../types.ts";
import { Exit, Failure } from "../exit.ts";
import { CaptureSource } from "../input/capture_source.ts";
import type { Io } from "../io.ts";
import type { CaptureOption } from "./traffic_arguments.ts";

const PS_PER_NS = 1000n;

/** @throws Failure for a capture that cannot be read to its end */
export const captureTraffic = async ({ if: name, file, start, text: _, ...said }: CaptureOption, io: Io): Promise<TrafficConfig> => {
  const capture = { frames: await framesOf(file, io), ...said };
  return { if: name, arrivals: "capture", capture, ...(start !== undefined && { start }) };
};

/** In picoseconds. A frame without a time comes with the one before; outbound frames are left out. */
const framesOf = async (file: string, io: Io): Promise<TrafficFrame[]> => {
  const source = await CaptureSource.open(file, { signal: io.signal, stdin: io.stdin, outbound: false });
  const frames: TrafficFrame[] = [];
  while (source.head) {
    const { time = 0n, data } = source.head;
    frames.push({ time: time * PS_PER_NS, data: data.slice() });
    source.shift();
    await source.fill();
  }
  await source.close();
  if (source.fault !== undefined) throw new Failure(frames.length > 0 ? Exit.Partial : Exit.Rejected, `netisr: ${source.fault}`);
  if (frames.length === 0) throw new Failure(Exit.Rejected, `netisr: ${file}: expected a capture with frames, but it has none`);
  return frames;
};
