/** For every option of other kernel work. */
import type { DurationConfig, WorkConfig } from "../../src/types.ts";
import { type Cases, cases, latency, results, sum, under } from "./case.ts";
import { load, router } from "./systems.ts";

type Job = Partial<WorkConfig>;
const of = (own: Job) => router({ work: [{ name: "job", class: "soft", ...own }] });
const open: Job = { rate: 100_000, arrivals: "constant", work: 1000 };
const drawn: DurationConfig = { value: 1000, law: "constant" };

const jobs = results(({ work }) => sum(work.map((one) => one.jobs)));
const done = results(({ work }) => sum(work.map((one) => one.done)));
const response = results(({ work }) => work[0]!.response.sum);

/** How long a part of a job takes: a time, or one that has a law. */
const takes = (key: "work" | "outside" | "hold", rest: Job): Cases =>
  cases(
    { base: of({ ...rest, [key]: drawn }), read: response },
    under(`virtual.work[].${key}`, {
      "": { values: [1000, 3000], goes: "up" },
      ".value": { values: [1000, 3000], goes: "up" },
      ".law": { values: ["constant", "exponential"] },
    }),
  );
const { work: _work, ...arriving } = open;

export const WORK_CASES: Cases = {
  ...cases(
    { base: of(open), read: jobs },
    under("virtual.work[].", {
      // A name decides under what name the numbers are found.
      name: { values: ["job", "other"], read: results(({ queues }) => queues.find(({ name }) => name === "job 0")?.puts ?? 0n), goes: "down" },
      cpu: { values: [0, 1], read: results(({ cpus }) => cpus[1]!.Interrupt), goes: "up" },
      cpus: { values: [[0], "all"], goes: "up" },
      threads: { values: [1, 3], goes: "up" },
      class: {
        base: router({ work: [{ name: "job", class: "soft", ...open }], traffic: [load(200_000)] }),
        values: ["interrupt", "soft", "user"],
        read: latency,
      },
      rate: { values: [100_000, 200_000], goes: "up" },
      interval: { base: of({ arrivals: "constant", work: 1000 }), values: ["10us", "5us"], goes: "up" },
      arrivals: { values: ["constant", "poisson"] },
      phase: { values: [undefined, "1ms"], goes: "down" },
      think: { base: of({ work: 1000 }), values: [1000, 5000], read: done, goes: "down" },
      "think.value": { base: of({ work: 1000, think: drawn }), values: [1000, 5000], read: done, goes: "down" },
      "think.law": { base: of({ work: 1000, think: drawn }), values: ["constant", "exponential"], read: done },
      start: { values: [0, "1ms"], goes: "down" },
      stop: { values: [undefined, "1ms"], goes: "down" },
      count: { values: [undefined, 10], goes: "down" },
      queue: { base: of({ ...open, work: 100_000 }), values: [1024, 2], read: results(({ work }) => work[0]!.refused), goes: "up" },
    }),
  ),
  ...takes("work", arriving),
  ...takes("outside", { ...arriving, hold: 500 }),
  ...takes("hold", arriving),
};
