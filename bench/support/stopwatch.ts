/** Two clocks: the one on the wall, and the time that this process had a core. */
export interface Lap {
  nanoseconds: number;
  /** Of all threads of the process. Below `nanoseconds` if other processes had the core meanwhile. */
  cpu: number;
}

/** What `work` takes, `times` over. */
export const timed = (times: number, work: () => void): Lap => {
  const before = process.cpuUsage();
  const start = process.hrtime.bigint();
  for (let i = 0; i < times; i++) work();
  const nanoseconds = Number(process.hrtime.bigint() - start);
  const { user, system } = process.cpuUsage(before);
  return { nanoseconds, cpu: (user + system) * 1000 };
};
