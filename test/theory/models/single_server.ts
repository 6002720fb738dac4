/** M/M/1 and M/D/1: packets wait in a protocol thread's port, and its service loop takes time. */
import { numberOf, positive, type Row } from "../file.ts";
import type { Model } from "../model.ts";
import { meanSquare, quantile } from "../statistics.ts";
import { sum, type Window } from "../window.ts";
import { type Law, machineOf, PACE, PORT } from "./machine.ts";

const modelOf = (parameters: string[], law: Law, service: (row: Row) => number): Model => ({
  parameters,
  systems: (row) => {
    const tick = PACE * positive(row, "lam");
    return [
      {
        tick,
        pace: PACE,
        kept: ["Port", "all"],
        config: (seed, stop) => machineOf({ seed, stop, costs: { Service: { mean: service(row) * tick, law } } }),
        quantities: (window) => ({ ...queueQuantities(window, tick), ...percentiles(row, window, tick) }),
      },
    ];
  },
});

/** Of one server with a queue that nothing is dropped from. `tick`: picoseconds in a unit of time. */
export const queueQuantities = (window: Window, tick: number): Record<string, number> => {
  const elapsed = sum(window, "elapsed");
  const Lq = sum(window, `${PORT} integral`) / elapsed;
  const busy = sum(window, "cpu 0 Protocol") / elapsed;
  const L = Lq + busy;
  const Wq = sum(window, "Port sum") / sum(window, "Port count");
  // Who waits, waits for one in service: N^2 = Lq^2 + 2 Lq + 1 while anybody is there.
  const squares = (sum(window, `${PORT} squares`) * 1000) / elapsed + 2 * Lq + busy;
  const hits = window.histograms.get("Port");
  return {
    p0: sum(window, "cpu 0 Idle") / elapsed,
    Lq,
    L,
    Wq: Wq / tick,
    W: sum(window, "all sum") / sum(window, "all count") / tick,
    varN: squares - L * L,
    P_wait_gt0: 1 - sum(window, `${PORT} waitless`) / sum(window, `${PORT} takes`),
    ...(hits && { var_Wq: (meanSquare(hits) - Wq * Wq) / tick ** 2 }),
  };
};

/** Every field of the row that is named W_p99 or Wq_p50, or so. */
const percentiles = (row: Row, window: Window, tick: number): Record<string, number> => {
  const entries = Object.keys(row).flatMap((name): [string, number][] => {
    const [, what, digits] = /^(Wq?)_p(\d+)$/.exec(name) ?? [];
    if (!digits) return [];
    const share = digits.length <= 2 ? Number(digits) / 100 : Number(`0.${digits}`);
    return [[name, quantile(window.histograms.get(what === "W" ? "all" : "Port")!, share) / tick]];
  });
  return Object.fromEntries(entries);
};

export const mm1 = modelOf(["lam", "mu"], "exponential", (row) => 1 / positive(row, "mu"));
export const md1 = modelOf(["lam", "D"], "constant", (row) => numberOf(row, "D"));
