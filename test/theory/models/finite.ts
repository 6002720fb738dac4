/**
 * M/M/1/K, M/D/1/K and D/D/1 with room for K: a receive ring whose interrupt handler takes time for every frame, and frees its slot when that is over. The
 * interrupts have CPU 0 for themselves: what forwards the packets, in no time, is on CPU 1, where the hash of the flow is.
 */
import { countOf, positive, type Row } from "../file.ts";
import type { Model } from "../model.ts";
import { sum, total, type Window } from "../window.ts";
import { type Law, machineOf, PACE } from "./machine.ts";

interface Ring {
  interval: number;
  service: number;
  law: Law;
  arrivals: "poisson" | "constant";
  slots: number;
}

const configOf =
  ({ interval, service, law, arrivals, slots }: Ring) =>
  (seed: number, stop: bigint) =>
    machineOf({ seed, stop, cpus: 2, interval, arrivals, rxRing: slots, costs: { RxFrame: { mean: service, law } }, wire: { refill: "burst" } });

/** `tick`: picoseconds in a unit of time. */
const quantitiesOf = (window: Window, tick: number): Record<string, number> => {
  const elapsed = sum(window, "elapsed");
  return {
    p_block: total(window, "drop RingFull em0") / sum(window, "generated em0"),
    throughput: (sum(window, "all count") / elapsed) * tick,
    // Those that wait, and the one that the handler has.
    L: (sum(window, "queue ring em0 integral") + sum(window, "cpu 0 Interrupt")) / elapsed,
    W_accepted: sum(window, "all sum") / sum(window, "all count") / tick,
    p0: sum(window, "cpu 0 Idle") / elapsed,
  };
};

const modelOf = (parameters: string[], law: Law, mean: (row: Row) => number): Model => ({
  parameters,
  systems: (row) => {
    const tick = PACE * positive(row, "lam");
    const ring: Ring = { interval: PACE, service: mean(row) * tick, law, arrivals: "poisson", slots: countOf(row, "K") };
    const load = positive(row, "lam") * mean(row);
    // A ring that was full once is so again before it is empty with about this probability, below 1.
    const cluster = load < 1 ? 1 / (1 - load) : 1;
    return [{ tick, pace: PACE, config: configOf(ring), quantities: (window) => quantitiesOf(window, tick), drops: ["RingFull"], cluster }];
  },
});

export const mm1k = modelOf(["lam", "mu", "K"], "exponential", (row) => 1 / positive(row, "mu"));
export const md1k = modelOf(["lam", "D", "K"], "constant", (row) => positive(row, "D"));

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));

/** @throws Error if that many units are no whole number of picoseconds */
const whole = (units: number, tick: number): bigint => {
  const ps = Math.round(units * tick);
  if (Math.abs(ps - units * tick) > 1e-6) throw new Error(`${units} has more digits than picoseconds have room for`);
  return BigInt(ps);
};

/** One frame every T, each of which takes S: what happens repeats after the least common multiple of both. */
export const dd1: Model = {
  parameters: ["T", "S", "K"],
  comments: (row) => (positive(row, "S") > positive(row, "T") ? ["Wq_if_stable"] : []),
  systems: (row) => {
    const tick = 10 ** Math.floor(Math.log10(PACE / positive(row, "T")));
    const [interval, service] = [whole(positive(row, "T"), tick), whole(positive(row, "S"), tick)];
    const ring: Ring = { interval: Number(interval), service: Number(service), law: "constant", arrivals: "constant", slots: countOf(row, "K") };
    return [
      {
        tick,
        pace: Number(interval),
        config: configOf(ring),
        quantities: (window) => ({
          loss_fraction: total(window, "drop RingFull em0") / sum(window, "generated em0"),
          throughput: quantitiesOf(window, tick).throughput!,
          Wq_if_stable: sum(window, "Ring sum") / sum(window, "Ring count") / tick,
        }),
        cycle: (interval * service) / gcd(interval, service),
        settled: ({ drops }) => service <= interval || drops.length > 0,
        drops: ["RingFull"],
      },
    ];
  },
};
