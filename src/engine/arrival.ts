import { isReadable, shownForBytes } from "../bytes.ts";
import { findInterface } from "../config/find.ts";
import { ConfigError } from "../errors.ts";
import type { Arrival, ResolvedConfig } from "../types.ts";
import { FOREVER } from "./until.ts";

/** @throws ConfigError for what is no list */
export const checkArrivals = (frames: Iterable<Arrival>): void => {
  const given: unknown = frames;
  if (typeof given !== "object" || given === null || !(Symbol.iterator in given)) throw new ConfigError("frames", "a list of frames", given);
};

interface ReadArrival {
  port: number;
  time: bigint;
  data: Uint8Array;
}

/** A frame that the engine can take, each of its properties read once. `i`: its place in what was given. `last`: the time of the one before, `end`: none comes at or after it. @throws ConfigError */
export const checkArrival = (frame: Arrival, i: number, config: ResolvedConfig, last: bigint, end: bigint): ReadArrival => {
  if (typeof frame !== "object" || frame === null) throw new ConfigError(`[${i}]`, "a frame: `interface`, `data` and perhaps `time`", frame);
  const port = portOf(frame, i, config);
  const { time = last, data } = frame;
  if (typeof time !== "bigint") throw new ConfigError(`[${i}].time`, "picoseconds as a bigint", time);
  if (time < last || time >= end) {
    const most = end === FOREVER ? "2^64 - 2" : "below 2^54, where virtual time ends";
    throw new ConfigError(`[${i}].time`, `picoseconds from ${last} to ${most}`, time);
  }
  if (!isReadable(data)) throw new ConfigError(`[${i}].data`, "a Uint8Array", shownForBytes(data));
  const room = config.limits.input - 64;
  if (data.length > room) throw new ConfigError(`[${i}].data`, `at most ${room} bytes (limits.input)`, data.length);
  return { port, time, data };
};

const portOf = (frame: Arrival, i: number, config: ResolvedConfig): number => {
  try {
    return findInterface(config, frame.interface).index;
  } catch (error) {
    throw error instanceof ConfigError ? new ConfigError(`[${i}].interface`, error.expected, frame.interface) : error;
  }
};
