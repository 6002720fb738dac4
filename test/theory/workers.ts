/** Rows spread over processes. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { RowPlace } from "./row.ts";
import type { Job, Outcome } from "./worker.ts";

const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));

/** Calls `done` for each row in the order of the rows, as soon as it and those before it are done. */
export const runAll = async (
  places: readonly RowPlace[],
  seed: number,
  jobs: number,
  done: (place: RowPlace, outcome: Outcome) => void,
): Promise<void> => {
  const outcomes: Outcome[] = [];
  let [next, said] = [0, 0];
  const work = async (): Promise<void> => {
    const worker = fork(WORKER);
    try {
      while (next < places.length) {
        const at = next++;
        outcomes[at] = await ask(worker, { place: places[at]!, seed });
        for (; outcomes[said]; said++) done(places[said]!, outcomes[said]!);
      }
    } finally {
      worker.disconnect();
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, places.length) }, work));
};

const ask = async (worker: ChildProcess, job: Job): Promise<Outcome> => {
  const answered = new AbortController();
  const { signal } = answered;
  worker.send(job);
  const ended = once(worker, "exit", { signal }).then(([code]) => {
    throw new Error(`the process that ran ${job.place.table} #${job.place.index} ended with code ${code}`);
  });
  const [outcome] = await Promise.race([once(worker, "message", { signal }), ended]);
  ended.catch(() => undefined);
  answered.abort();
  return outcome as Outcome;
};
