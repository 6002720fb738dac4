/** The frames of a capture as traffic, checked and brought into the engine's form: see assembly/dev/traffic/capture.ts. */
import { isUint8Array } from "../bytes.ts";
import type { TrafficFrame } from "../types.ts";
import { integer } from "./leaves.ts";
import { type Path, refuse } from "./path.ts";
import { END_OF_TIME } from "./quantities.ts";
import { duration, moment } from "./quantity_leaves.ts";
import { group, type Leaf, leaf, optional } from "./schema.ts";

/** Times in the capture, since its first frame, and where the bytes are. */
export interface Frames {
  times: BigUint64Array;
  data: readonly Uint8Array[];
}

const FRAMES_TEXT = "frames ({ time, data }) in the order of their times, at least one";
const MOST_BYTES = 1 << 24;
const MOST_PART = 10n ** 9n;

const frames: Leaf<Frames> = leaf((value, path) => {
  if (typeof value !== "object" || value === null || !(Symbol.iterator in value)) return refuse(path, FRAMES_TEXT, value);
  const times: bigint[] = [];
  const data: Uint8Array[] = [];
  let begin: bigint | undefined;
  for (const frame of value as Iterable<unknown>) {
    const { time, data: bytes } = readFrame(frame, [...path, times.length]);
    begin ??= time;
    checkTime(time - begin, times.at(-1) ?? 0n, begin, [...path, times.length, "time"]);
    times.push(time - begin);
    data.push(bytes);
  }
  if (times.length === 0) return refuse(path, FRAMES_TEXT, value);
  return { times: BigUint64Array.from(times), data };
});

const readFrame = (frame: unknown, path: Path): TrafficFrame => {
  const { time, data } = (frame ?? {}) as Partial<TrafficFrame>;
  if (typeof time !== "bigint") return refuse([...path, "time"], "picoseconds, as a bigint", time);
  if (isUint8Array(data) && data.length > 0 && data.length <= MOST_BYTES) return { time, data };
  return refuse([...path, "data"], `a Uint8Array of 1 to ${MOST_BYTES} bytes`, data);
};

/** `since`, `last`: of this frame and the one before, since the first one, which was at `begin`. */
const checkTime = (since: bigint, last: bigint, begin: bigint, path: Path): void => {
  if (since < last) refuse(path, `a time from ${begin + last} on, as the frame before has it`, begin + since);
  if (since >= END_OF_TIME) refuse(path, "a time less than 2^54 ps after that of the first frame", begin + since);
};

const SPEED_TEXT = 'a factor as in 2, 0.5, "3/2" or "0.125", numerator and denominator from 1 to 10^9';

/** As a fraction that cannot be reduced. */
const speed: Leaf<{ over: bigint; under: bigint }> = leaf((value, path) => {
  const parts = /^(\d{1,10})(?:\.(\d{1,9})|\/(\d{1,10}))?$/.exec(typeof value === "number" || typeof value === "string" ? String(value) : "");
  if (!parts) return refuse(path, SPEED_TEXT, value);
  const [, whole, fraction = "", under] = parts;
  const ratio = { over: BigInt(whole! + fraction), under: under === undefined ? 10n ** BigInt(fraction.length) : BigInt(under) };
  const divisor = greatest(ratio.over, ratio.under);
  const reduced = { over: ratio.over / (divisor || 1n), under: ratio.under / (divisor || 1n) };
  if (reduced.over < 1n || reduced.under < 1n || reduced.over > MOST_PART || reduced.under > MOST_PART) return refuse(path, SPEED_TEXT, value);
  return reduced;
});

const greatest = (a: bigint, b: bigint): bigint => {
  let [x, y] = [a, b];
  while (y > 0n) [x, y] = [y, x % y];
  return x;
};

const loops: Leaf<number | "forever"> = leaf((value, path) => {
  if (value === "forever") return value;
  return typeof value === "number"
    ? integer(1, Number.MAX_SAFE_INTEGER).read(value, path)
    : refuse(path, 'an integer from 1 on, or "forever"', value);
});

export const capture = group({ frames, speed: optional(speed), loops: optional(loops, 1), period: optional(duration), from: optional(moment, 0n) });
