import { findInterface } from "../config/find.ts";
import { ConfigError } from "../errors.ts";
import type { Arrival, ResolvedConfig } from "../types.ts";
import { FOREVER } from "./until.ts";

/** A frame that the engine can take. `last`: the time of the one before. @throws ConfigError */
export const checkArrival = (frame: Arrival, config: ResolvedConfig, last: bigint): { port: number; time: bigint } => {
  const port = findInterface(config, frame.interface).index;
  const time = frame.time ?? last;
  if (typeof time !== "bigint") throw new ConfigError("time", "picoseconds as a bigint", time);
  if (time < last || time >= FOREVER) throw new ConfigError("time", `picoseconds from ${last} to 2^64 - 2`, time);
  if (!(frame.data instanceof Uint8Array)) throw new ConfigError("data", "a Uint8Array", frame.data);
  const room = config.limits.input - 64;
  if (frame.data.length > room) throw new ConfigError("data", `at most ${room} bytes (limits.input)`, frame.data.length);
  return { port, time };
};
