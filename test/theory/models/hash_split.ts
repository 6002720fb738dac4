/** c queues, one per CPU, among which packets are split by their flow: the threads that flows belong to. */
import { countOf, positive, type Row } from "../file.ts";
import type { Model } from "../model.ts";
import { sum } from "../window.ts";
import { machineOf, PACE } from "./machine.ts";

/** Each packet is of one of c flows, by lot, whose source ports follow each other: so their hashes differ in their lowest bits, which name the CPU. */
export const hashSplit: Model = {
  parameters: ["lam", "mu", "c"],
  systems: (row) => {
    const c = countOf(row, "c");
    const tick = PACE * positive(row, "lam");
    const hashed = 2 ** Math.ceil(Math.log2(c));
    return [
      {
        tick,
        pace: PACE,
        config: (seed, stop) =>
          machineOf({
            seed,
            stop,
            cpus: hashed + 1,
            cpu: hashed, // interrupts have a CPU of their own
            costs: { Service: { mean: tick / positive(row, "mu"), law: "exponential" } },
            traffic: { flows: c, choice: "lot" },
          }),
        quantities: (window) => {
          const W = sum(window, "all sum") / sum(window, "all count") / tick;
          return { W, ratio_to_shared_queue: W / sharedQueue(row) };
        },
      },
    ];
  },
};

/** W of M/M/c: what one queue before all the servers, which this machine has not got, would give. */
const sharedQueue = (row: Row): number => {
  const [lam, mu, c] = [positive(row, "lam"), positive(row, "mu"), countOf(row, "c")];
  const offered = lam / mu;
  let blocking = 1;
  for (let n = 1; n <= c; n++) blocking = (offered * blocking) / (n + offered * blocking);
  const waiting = blocking / (1 - (offered / c) * (1 - blocking));
  return waiting / (c * mu - lam) + 1 / mu;
};
