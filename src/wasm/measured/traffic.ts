import { GENERATOR_RECORD, Path, Region } from "../../../assembly/abi.ts";
import type { TrafficResult } from "../../types.ts";
import { closedMade } from "../closed_results.ts";
import { type Tables, WORD } from "./tables.ts";

/** Paths whose packets leave. */
export const LEAVING = [Path.Bridged, Path.Fastforwarded, Path.Forwarded, Path.Originated];

/** Of every interface. */
export const readTraffic = (tables: Tables): TrafficResult[] => {
  const { ports } = tables.config;
  const interfaces = ports.filter(({ kind }) => kind === "interface");
  return interfaces.map(({ index, name }) => {
    const generators = generatorsOf(tables, index);
    const closed = closedMade(tables.exports, tables.config, index).map(([frames, bytes]) => ({ frames: frames!, bytes: bytes! }));
    const made = [...generators, ...closed];
    const ends = tables.words(Region.Ends, (index + 1) * Path.Count, Path.Count);
    return {
      interface: name,
      generated: { frames: total(made, "frames"), bytes: total(made, "bytes") },
      generators,
      carried: {
        frames: LEAVING.reduce((sum, path) => sum + ends[path]!, 0n),
        bytes: BigInt.asUintN(64, tables.exports.sentBytes(index)),
      },
      sending: BigInt.asUintN(64, tables.exports.linkBusy(index)),
    };
  });
};

const generatorsOf = (tables: Tables, port: number): TrafficResult["generators"] =>
  tables.config.virtual!.traffic.flatMap((one, index) => {
    if (one.port !== port) return [];
    const [frames, bytes] = tables.words(Region.Generators, (index * GENERATOR_RECORD) / WORD, 2);
    return [{ index, frames: frames!, bytes: bytes! }];
  });

const total = (made: { frames: bigint; bytes: bigint }[], what: "frames" | "bytes"): bigint => made.reduce((sum, one) => sum + one[what], 0n);
