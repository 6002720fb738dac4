// Frames that are what they have to be, whatever was given: a few comparisons for each, and texts for messages only when there is one.

import { isReadable, shownForBytes } from "../bytes.ts";
import { ConfigError } from "../errors.ts";
import type { CapturedFrame } from "./frame.ts";

/** Where a frame stands in the list that was given; undefined: it was given by itself. */
export type Place = number | undefined;

/** `field`: with the dot in front of it; "" for the frame itself. @throws ConfigError */
export function refuseFrame(place: Place, field: string, expected: string, received: unknown): never {
  throw new ConfigError(`${place === undefined ? "frame" : `frames[${place}]`}${field}`, expected, received);
}

/** An object with bytes. @throws ConfigError */
export function checkFrame(frame: Pick<CapturedFrame, "data">, place: Place): void {
  if (typeof frame !== "object" || frame === null) refuseFrame(place, "", "an object with `data`", frame);
  if (!isReadable(frame.data)) refuseFrame(place, ".data", "a Uint8Array", shownForBytes(frame.data));
}

export const isIntegerTo = (most: number, value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;
