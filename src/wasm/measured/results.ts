import { CpuClass, Region } from "../../../assembly/abi.ts";
import type { Results } from "../../types.ts";
import { readClosed, readTcp } from "../closed_results.ts";
import { readFaults } from "../faults.ts";
import { readWork } from "../work.ts";
import { readDrops } from "./drops.ts";
import { readLatency, readPlaces } from "./latency.ts";
import { readLocks } from "./locks.ts";
import { readPolling } from "./polling.ts";
import { readQueues } from "./queues.ts";
import type { Tables } from "./tables.ts";
import { readTraffic } from "./traffic.ts";

/** Reads everything that the virtual machine measures. */
export const readResults = (tables: Tables): Omit<Results, "changes"> => {
  const { exports, config, now } = tables;
  const polling = readPolling(tables);
  const closed = readClosed(exports, config, now);
  const tcp = readTcp(exports, config, now);
  return {
    elapsed: now,
    steps: BigInt.asUintN(64, exports.steps()),
    events: BigInt.asUintN(64, exports.events()),
    reordered: BigInt.asUintN(64, exports.reordered()),
    cpus: readCpus(tables),
    locks: readLocks(tables),
    queues: readQueues(tables),
    latency: readLatency(tables),
    places: readPlaces(tables),
    drops: readDrops(tables),
    traffic: readTraffic(tables),
    ...(polling.length > 0 && { polling }),
    faults: readFaults(exports, config),
    work: readWork(exports, config),
    ...(closed && { closed }),
    ...(tcp && { tcp }),
  };
};

export const readCpus = (tables: Tables): Results["cpus"] =>
  Array.from({ length: tables.config.cpus }, (_, cpu) => tables.named(Region.CpuTimes, cpu * CpuClass.Count, CpuClass));
