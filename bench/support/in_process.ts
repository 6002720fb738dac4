import type { Contestant } from "./contestant.ts";

/** A contestant that runs in this process, with the CPU time of its samples. It must do little in `sample` beside what it times. */
export const inProcess = (contestant: Contestant): Contestant => ({
  name: contestant.name,
  prepare: (workload) => contestant.prepare(workload),
  async sample(rounds) {
    const before = process.cpuUsage();
    const sample = await contestant.sample(rounds);
    const { user, system } = process.cpuUsage(before);
    return { cpu: (user + system) * 1000, ...sample };
  },
  digest: () => contestant.digest(),
  close: () => contestant.close(),
});
