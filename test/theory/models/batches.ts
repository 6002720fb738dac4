/** M[X]/D/1 with batches of one size: frames that arrive at one instant, and a protocol thread that takes as long for each. */
import { countOf, positive } from "../file.ts";
import type { Model } from "../model.ts";
import { machineOf, PACE } from "./machine.ts";
import { queueQuantities } from "./single_server.ts";

export const batches: Model = {
  parameters: ["lam_batch", "batch", "D"],
  systems: (row) => {
    const batch = countOf(row, "batch");
    const tick = PACE * positive(row, "lam_batch") * batch;
    const service = positive(row, "D") * tick;
    return [
      {
        tick,
        pace: PACE,
        config: (seed, stop) =>
          machineOf({
            seed,
            stop,
            rxRing: Math.max(64, batch),
            mbufs: 8192 + 16 * batch,
            costs: { Service: { mean: service, law: "constant" } },
            traffic: { batch },
          }),
        quantities: (window) => queueQuantities(window, tick),
      },
    ];
  },
};
