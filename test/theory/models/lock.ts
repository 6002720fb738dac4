/** N CPUs with a thread each, which thinks for Z, asleep, and then holds the BGL for S. Nobody else is there. */
import { countOf, positive, type Row } from "../file.ts";
import type { Model, System } from "../model.ts";
import { sum, total, type Window } from "../window.ts";
import { duration, kernelOf, ofJobs } from "./kernel.ts";
import type { Law } from "./machine.ts";

interface Laws {
  think: Law;
  hold: Law;
}

/** A round of thinking and holding takes so many picoseconds at most, unless it waits. */
const ROUND = 1e7;

const systemOf = (
  N: number,
  Z: number,
  S: number,
  { think, hold }: Laws,
  quantities: (window: Window, tick: number) => Record<string, number>,
): System => {
  const tick = 10 ** Math.floor(Math.log10(ROUND / (Z + S)));
  const [thinking, holding] = [Math.round(Z * tick), Math.round(S * tick)];
  const round = Math.max(thinking + holding, N * holding);
  return {
    tick,
    pace: round / N,
    config: (seed, stop) =>
      kernelOf(seed, N, [
        { name: "job", cpus: "all", class: "user", think: duration(thinking, think), hold: duration(holding, hold), stop: `${stop}ps` },
      ]),
    quantities: (window) => quantities(window, tick),
    fifo: true,
    ...(think === "constant" && hold === "constant" && { cycle: BigInt(round) }),
  };
};

const quantitiesOf = (window: Window, tick: number): Record<string, number> => {
  const elapsed = sum(window, "elapsed");
  return {
    utilisation: sum(window, "lock BGL hold") / elapsed,
    throughput: (ofJobs(window, "job", "done") / elapsed) * tick,
    response: ofJobs(window, "job", "response sum") / ofJobs(window, "job", "response count") / tick,
    wait: sum(window, "lock BGL wait") / sum(window, "lock BGL gets") / tick,
    // A CPU whose thread thinks is idle; one whose thread waits, spins.
    mean_at_lock: (total(window, "cpu", " BglSpin") + total(window, "cpu", " User")) / elapsed,
  };
};

const modelOf = (laws: Laws): Model => ({
  parameters: ["N", "Z", "S"],
  systems: (row) => [systemOf(countOf(row, "N"), positive(row, "Z"), positive(row, "S"), laws, quantitiesOf)],
});

const LAWS = {
  exp_exp: { think: "exponential", hold: "exponential" },
  exp_det: { think: "exponential", hold: "constant" },
  det_det: { think: "constant", hold: "constant" },
} satisfies Record<string, Laws>;

export const exponentialHold = modelOf(LAWS.exp_exp);
export const constantHold = modelOf(LAWS.exp_det);
export const constantThink = modelOf(LAWS.det_det);

/** Work outside of the lock and under it: what N CPUs carry together, by the laws of both. */
export const bigLock: Model = {
  parameters: ["N", "par", "ser"],
  systems: (row: Row) =>
    Object.entries(LAWS).map(([name, laws]) =>
      systemOf(countOf(row, "N"), positive(row, "par"), positive(row, "ser"), laws, (window, tick) => ({
        [name]: quantitiesOf(window, tick).throughput!,
      })),
    ),
};
