/** Interrupts that come at random and take s1, on a CPU whose thread has jobs that come at random and take s2: it goes on where it was. */
import { positive } from "../file.ts";
import type { Model } from "../model.ts";
import { duration, kernelOf, ofJobs } from "./kernel.ts";
import { PACE } from "./machine.ts";

/** More than ever wait. */
const QUEUE = 65_536;

export const preemptive: Model = {
  parameters: ["lam1", "s1", "lam2", "s2"],
  systems: (row) => {
    const [lam1, lam2] = [positive(row, "lam1"), positive(row, "lam2")];
    const tick = PACE * (lam1 + lam2);
    const jobs = (name: string, lam: number, s: number, stop: bigint) => ({
      name,
      interval: `${Math.round(tick / lam)}ps`,
      work: duration(s * tick, "constant"),
      stop: `${stop}ps`,
      queue: QUEUE,
    });
    return [
      {
        tick,
        pace: PACE,
        config: (seed, stop) =>
          kernelOf(seed, 1, [
            { ...jobs("device", lam1, positive(row, "s1"), stop), class: "interrupt" },
            { ...jobs("thread", lam2, positive(row, "s2"), stop), class: "user" },
          ]),
        quantities: (window) => {
          const response = (kind: string): number => ofJobs(window, kind, "response sum") / ofJobs(window, kind, "response count") / tick;
          return { T1: response("device"), T2: response("thread") };
        },
      },
    ];
  },
};
