/** The rows of the throughput bench. */
import { bridgeWorkload } from "./bridge_workload.ts";
import { captureWorkloads } from "./capture_workload.ts";
import type { Workload } from "./contestant.ts";
import { routerWorkload } from "./router_workload.ts";

const HITS = { from: 0.999, to: 1 };
/** Four tuples for each place of the cache, in turn. */
const MISSES = { from: 0, to: 0.3 };

/** Made when asked for: some are large. By name. */
export const synthetic: Readonly<Record<string, () => Workload>> = {
  bridge: () => bridgeWorkload({ stations: 1024 }),
  fastforward: () => routerWorkload({ name: "fastforward", routes: 1000, tuples: 256, fastforward: true, hitRate: HITS, loops: true }),
  "slow path, 1,000 routes": () => routerWorkload({ name: "slow path, 1,000 routes", routes: 1000, fastforward: false }),
  "slow path, 500,000 routes": () =>
    routerWorkload({
      name: "slow path, 500,000 routes",
      routes: 500_000,
      fastforward: false,
      withoutReference: "it looks at every route for every packet",
    }),
  "flow misses": () => routerWorkload({ name: "flow misses", routes: 1000, tuples: 1024, roundRobin: true, fastforward: true, hitRate: MISSES }),
};

/** All of them; captures only if their files are there. `oracle`: folder with larger captures. */
export const workloads = (oracle: string | undefined): Map<string, () => Workload> =>
  new Map([...Object.entries(synthetic), ...captureWorkloads(oracle)]);
