/** Systems whose start and memory are measured. */
import { bridgeWorkload } from "./bridge_workload.ts";
import type { Workload } from "./contestant.ts";
import { routerWorkload } from "./router_workload.ts";

export type StartConfig = Pick<Workload, "config" | "input">;

/** Everything but interfaces and bridge by default, as in the README. */
const smallBridge = (): StartConfig => {
  const { input } = bridgeWorkload({ stations: 4, frames: 4 });
  const interfaces = Array.from({ length: 4 }, (_, n) => ({ name: `em${n}`, mac: `02:00:00:00:00:0${n}` }));
  return { config: { interfaces, bridges: [{ name: "bridge0", members: interfaces.map(({ name }) => ({ if: name })) }] }, input };
};

export const startConfigs: Readonly<Record<string, () => StartConfig>> = {
  "bridge, defaults": smallBridge,
  "bridge of the throughput bench": () => bridgeWorkload({ stations: 1024, frames: 4 }),
  "router, 1,000 routes": () => routerWorkload({ name: "router", routes: 1000, fastforward: true, frames: 4 }),
  "router, 500,000 routes": () => routerWorkload({ name: "router", routes: 500_000, fastforward: true, frames: 4 }),
};
