/** A capture in the form in which the engine sends it: times scaled to whole picoseconds and rests, exact for every loop. */
import { CAPTURED_HEAD } from "../../assembly/abi.ts";
import type { ResolvedCapture } from "../types.ts";
import type { Frames } from "./capture_leaf.ts";
import type { TrafficShape } from "./traffic_shape.ts";

/** In front of a frame stand its time u64, rest u32, length u32. */
const padded = (length: number): number => CAPTURED_HEAD + ((length + 7) & ~7);

type CaptureShape = NonNullable<TrafficShape["capture"]>;
/** As parts of a picosecond: `over` of them are one. */
interface Scaled {
  whole: bigint;
  rest: number;
}

export const lastOf = ({ times }: Frames): bigint => times[times.length - 1]!;

/** In the capture's time; undefined: a single frame has no distance to others. */
export const periodOf = ({ frames, period }: CaptureShape): bigint | undefined => {
  const distances = BigInt(frames.times.length - 1);
  return period ?? (distances > 0n ? lastOf(frames) + lastOf(frames) / distances : undefined);
};

/** A span of the capture at its speed. Rounded down, also below 0. */
export const scaled = (time: bigint, { speed = { over: 1n, under: 1n } }: Pick<CaptureShape, "speed">): Scaled => {
  const parts = time * speed.under;
  const rest = ((parts % speed.over) + speed.over) % speed.over;
  return { whole: (parts - rest) / speed.over, rest: Number(rest) };
};

/** `limit`: how many frames come in all, if there is an end. */
export const completeCapture = (shape: CaptureShape, start: bigint): { resolved: ResolvedCapture; limit: bigint | undefined } => {
  const { frames, speed, loops, from } = shape;
  const skipped = frames.times.findIndex((time) => time >= from);
  const bytes = pack(frames, shape);
  const loop = scaled(-from, shape);
  const period = scaled(periodOf(shape) ?? 0n, shape);
  const resolved = {
    frames: bytes,
    digest: digestOf(bytes),
    count: frames.data.length,
    begin: frames.data.slice(0, skipped).reduce((sum, { length }) => sum + padded(length), 0),
    speed: Number(speed?.over ?? 1n),
    loop: BigInt.asUintN(64, start + loop.whole),
    loopRest: loop.rest,
    period: period.whole,
    periodRest: period.rest,
  };
  return { resolved, limit: loops === "forever" ? undefined : BigInt(loops) * BigInt(frames.data.length) - BigInt(skipped) };
};

const pack = ({ times, data }: Frames, shape: CaptureShape): Uint8Array => {
  const bytes = new Uint8Array(data.reduce((sum, { length }) => sum + padded(length), 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [i, frame] of data.entries()) {
    const { whole, rest } = scaled(times[i]!, shape);
    view.setBigUint64(at, whole, true);
    view.setUint32(at + 8, rest, true);
    view.setUint32(at + 12, frame.length, true);
    bytes.set(frame, at + CAPTURED_HEAD);
    at += padded(frame.length);
  }
  return bytes;
};

/** Two FNV-1a hashes over 32-bit words and the length: tells captures apart that nobody made to collide. */
const digestOf = (bytes: Uint8Array): string => {
  let [a, b] = [0x811c9dc5, 0xc9dc5118];
  for (const word of new Uint32Array(bytes.buffer)) {
    a = Math.imul(a ^ word, 0x01000193);
    b = Math.imul(b ^ ((word >>> 16) | (word << 16)) ^ a, 0x01000193);
  }
  return `${bytes.length}:${(a >>> 0).toString(16)}:${(b >>> 0).toString(16)}`;
};
