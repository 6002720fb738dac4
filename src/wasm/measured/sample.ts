import { Path, Region } from "../../../assembly/abi.ts";
import type { Sample } from "../../types.ts";
import { readDrops } from "./drops.ts";
import { sampleTimes } from "./latency.ts";
import { sampleLocks } from "./locks.ts";
import { sampledSince, sampleQueues } from "./queues.ts";
import { readCpus } from "./results.ts";
import { byName, type Tables } from "./tables.ts";
import { LEAVING, readTraffic } from "./traffic.ts";

/** Reads the sums of what the virtual machine measures. */
export const readSample = (tables: Tables): Sample => {
  const ends = tables.words(Region.Ends, 0, tables.rows * Path.Count);
  const rows = Array.from({ length: tables.rows }, (_, row) => row * Path.Count);
  const paths = byName(Path, (path) => rows.reduce((sum, row) => sum + Number(ends[row + path]!), 0));
  const traffic = readTraffic(tables).map(({ interface: name, generated, carried, sending }) => ({
    interface: name,
    generated: Number(generated.frames),
    carried: Number(carried.frames),
    sending,
  }));
  const drops = readDrops(tables);
  const queues = sampleQueues(tables);
  return {
    time: tables.now,
    since: sampledSince(tables),
    generated: traffic.reduce((sum, one) => sum + one.generated, 0),
    carried: LEAVING.reduce((sum, path) => sum + paths[Path[path] as keyof typeof paths], 0),
    dropped: drops.reduce((sum, { packets }) => sum + packets, 0),
    reordered: Number(BigInt.asUintN(64, tables.exports.reordered())),
    paths,
    traffic,
    drops,
    cpus: readCpus(tables),
    locks: sampleLocks(tables),
    queues,
    ...sampleTimes(tables),
  };
};
