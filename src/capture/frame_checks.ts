// Frames that are what they have to be, whatever was given: a few comparisons for each, and texts for messages only when there is one.

import { isReadable, shownForBytes } from "../bytes.ts";
import { ConfigError } from "../errors.ts";
import { type CapturedFrame, MAX_CAPTURED } from "./frame.ts";
import type { FrameToWrite, PacketOption } from "./writer.ts";

/** Where a frame stands in the list that was given; undefined: it was given by itself. */
export type Place = number | undefined;

/** What the length of an option has room for. */
export const MAX_OPTION = 0xffff;
const MAX_FCS = 15;

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

/** The frame's length on the wire. Refuses lengths that no reader accepts. */
export function checkedLength({ data, length = data.length }: FrameToWrite, place: Place): number {
  if (data.length > MAX_CAPTURED) refuseFrame(place, ".data", `at most ${MAX_CAPTURED} bytes`, `${data.length} bytes`);
  if (!isIntegerTo(0xffffffff, length)) refuseFrame(place, ".length", "an integer from 0 to 2^32 - 1", length);
  return length;
}

/** The frame's time, 0 if it has none. */
export function checkedTime({ time = 0n }: FrameToWrite, limit: bigint, place: Place): bigint {
  if (typeof time !== "bigint" || time < 0n || time >= limit) refuseFrame(place, ".time", `nanoseconds from 0 to ${limit - 1n}, as a bigint`, time);
  return time;
}

/** What the flags of a packet say. @throws ConfigError */
export function checkFlags({ direction, fcsLength }: FrameToWrite, place: Place): void {
  if (direction !== undefined && direction !== "in" && direction !== "out") refuseFrame(place, ".direction", '"in" or "out"', direction);
  if (fcsLength !== undefined && !isIntegerTo(MAX_FCS, fcsLength)) refuseFrame(place, ".fcsLength", `an integer from 0 to ${MAX_FCS}`, fcsLength);
}

/** What the further options of a packet are made of. @throws ConfigError */
export function checkOptional({ comment, comments, options }: FrameToWrite, place: Place): void {
  if (comment !== undefined && typeof comment !== "string") refuseFrame(place, ".comment", "text", comment);
  if (comments !== undefined && !isTexts(comments)) refuseFrame(place, ".comments", "an array of texts", comments);
  if (options !== undefined) checkPacketOptions(options, place);
}

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === "string");

function checkPacketOptions(options: readonly PacketOption[], place: Place): void {
  if (!Array.isArray(options)) refuseFrame(place, ".options", "an array", options);
  for (const [i, option] of options.entries()) {
    const path = `.options[${i}]`;
    if (typeof option !== "object" || option === null) refuseFrame(place, path, "an object with `code` and `value`", option);
    const { code, value } = option;
    if (code === 0 || !isIntegerTo(0xffff, code)) refuseFrame(place, `${path}.code`, "an integer from 1 to 65,535", code);
    if (!isReadable(value)) refuseFrame(place, `${path}.value`, "a Uint8Array", shownForBytes(value));
    if (value.length > MAX_OPTION) refuseFrame(place, `${path}.value`, "at most 65,535 bytes", `${value.length} bytes`);
  }
}
