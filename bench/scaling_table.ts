/** One table of the scaling bench in a process of its own: all of its rows interleaved. */
import type { ScalingRequest } from "./scaling.ts";
import { bridgeWorkload } from "./support/bridge_workload.ts";
import { serveChild } from "./support/child.ts";
import type { Workload } from "./support/contestant.ts";
import { EngineContestant } from "./support/engine_contestant.ts";
import { race } from "./support/measure.ts";
import { routerWorkload } from "./support/router_workload.ts";

/**
 * Records of a round where tables grow, the same for all rows: enough that the frames of a round meet most of a large table, not a small part of it that
 * stays in the cache.
 */
const MANY = 131_072;
const IN_FLIGHT = [16, 64, 256, 1024, 4096];
const ADDRESSES = [16, 100, 1000, 10_000, 100_000];
const ROUTES = [1000, 10_000, 100_000, 1_000_000];
const FLOWS = 256;

/** Workloads of a table; the name of each is its size. A round has 4,096 records however few frames are in flight, so that calls weigh the same. */
const TABLES: Readonly<Record<string, () => Workload[]>> = {
  "bridge, in flight": () => IN_FLIGHT.map((size) => bridgeWorkload({ name: `${size}`, stations: 1024, distinct: size, inFlight: size })),
  "fastforward, in flight": () =>
    IN_FLIGHT.map((size) =>
      routerWorkload({
        name: `${size}`,
        routes: 1000,
        tuples: Math.min(size, FLOWS),
        fastforward: true,
        distinct: size,
        inFlight: size,
        hitRate: { from: 0.999, to: 1 },
      }),
    ),
  addresses: () => ADDRESSES.map((size) => bridgeWorkload({ name: `${size}`, stations: size, frames: MANY })),
  routes: () => ROUTES.map((size) => routerWorkload({ name: `${size}`, routes: size, fastforward: false, frames: MANY })),
};

await serveChild(async ({ table, settings }: ScalingRequest) =>
  race(
    TABLES[table]!().map((workload) => ({ contestant: new EngineContestant({ name: "engine" }), workload })),
    settings,
  ),
);
