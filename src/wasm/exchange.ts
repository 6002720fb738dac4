import { ARRIVAL_HEADER, DEPARTURE_HEADER, Path, Region } from "../../assembly/abi.ts";
import type { Departure, ResolvedConfig } from "../types.ts";
import type { EngineExports } from "./exports.ts";

const padded = (length: number): number => (length + 7) & ~7;

/** Writes an arrival into the input area. False: no room until the engine has run. */
export const writeArrival = (exports: EngineExports, port: number, time: bigint, cause: number, data: Uint8Array): boolean => {
  const size = padded(ARRIVAL_HEADER + data.length);
  if (size > exports.inputRoom()) return false;
  const at = exports.inputAt() >>> 0;
  const view = new DataView(exports.memory.buffer, at, ARRIVAL_HEADER);
  view.setBigUint64(0, time, true);
  view.setBigUint64(8, BigInt(cause), true);
  view.setUint32(16, data.length, true);
  view.setUint32(20, port, true);
  new Uint8Array(exports.memory.buffer, at + ARRIVAL_HEADER, data.length).set(data);
  exports.inputWritten(size);
  return true;
};

/** Takes the departures out of the output area, in the order in which they left. Their bytes are copies. */
export const readDepartures = (exports: EngineExports, config: ResolvedConfig, into: Departure[]): void => {
  const end = exports.outputTake();
  const base = exports.regionBase(Region.Output) >>> 0;
  const view = new DataView(exports.memory.buffer, base, end);
  for (let at = 0; at < end; ) {
    const length = view.getUint32(at + 16, true);
    const port = view.getUint16(at + 20, true);
    into.push({
      interface: config.ports[port]!.name,
      port,
      time: view.getBigUint64(at, true),
      data: new Uint8Array(exports.memory.buffer, base + at + DEPARTURE_HEADER, length).slice(),
      cause: Number(view.getBigUint64(at + 8, true)),
      path: Path[view.getUint8(at + 22)] as Departure["path"],
    });
    at += padded(DEPARTURE_HEADER + length);
  }
};
