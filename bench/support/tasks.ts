/** Measures pieces of work that are not packets, in turns. */
import type { Settings } from "./measure.ts";

export interface Task {
  name: string;
  /** One repetition. What it gives is checked by itself. */
  once(): void;
}

/** Nanoseconds per repetition of each task, sample by sample. */
export const measureTasks = (tasks: readonly Task[], { warmUp, sample, samples }: Settings): number[][] => {
  const times = tasks.map((task) => repetitionsFor(task, warmUp, sample));
  const costs = tasks.map((): number[] => []);
  globalThis.gc?.();
  for (let n = 0; n < samples; n++) for (const [i, task] of tasks.entries()) costs[i]!.push(sampleOf(task, times[i]!, sample));
  return costs;
};

/** Warms up, and finds how often the work fits into a sample. */
const repetitionsFor = ({ once }: Task, warmUp: number, sample: number): number => {
  let count = 0;
  const start = process.hrtime.bigint();
  let elapsed = 0;
  for (; elapsed < warmUp * 1e6; count++) {
    once();
    elapsed = Number(process.hrtime.bigint() - start);
  }
  return Math.max(1, Math.ceil((sample * 1e6 * count) / elapsed));
};

/** At least so many repetitions, and more if they were faster than thought. */
const sampleOf = ({ once }: Task, times: number, sample: number): number => {
  const start = process.hrtime.bigint();
  let count = 0;
  let elapsed = 0;
  do {
    for (let i = 0; i < times; i++) once();
    count += times;
    elapsed = Number(process.hrtime.bigint() - start);
  } while (elapsed < sample * 1e6);
  return elapsed / count;
};
