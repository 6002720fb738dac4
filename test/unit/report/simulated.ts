/** What a run may have measured. */
import type { Quantiles, RunLock, RunReport } from "../../../src/report/run_report.ts";

export type Simulated = RunReport["simulated"];

export const US = 1_000_000n;
export const times = (mean: bigint, count = 10n): Quantiles => ({
  count,
  min: 1n,
  mean,
  p50: mean,
  p90: mean,
  p99: mean,
  p999: mean,
  p9999: mean,
  max: mean,
});
export const cpu = (more: Partial<Simulated["cpus"][number]>): Simulated["cpus"][number] => {
  const classes = { Interrupt: 0n, Protocol: 0n, Ipi: 0n, BglSpin: 0n, SerializerWait: 0n, Switch: 0n, User: 0n, Idle: 0n, ...more };
  return { ...classes, Idle: 1000n - Object.values(classes).reduce((a, b) => a + b) };
};
export const lock = (name: string, held: number, more: Partial<RunLock> = {}): RunLock => ({
  name,
  gets: 200n,
  kept: 0n,
  contended: 50n,
  handovers: 20n,
  handover: 5n * US,
  waits: times(3n * US),
  holds: times(1_500_000n),
  held,
  taken: held,
  cpus: [],
  threads: [],
  ...more,
});

/** A quiet system, and what is changed in it. */
export const simulated = (more: Partial<Simulated> = {}): Simulated =>
  ({
    elapsed: 1000n,
    offered: 100n,
    carried: 100n,
    dropped: 0,
    drops: [],
    paths: { Delivered: 0, Bridged: 0, Fastforwarded: 100, Forwarded: 0, Originated: 0 },
    conservation: { queued: 0 },
    cpus: [cpu({ Protocol: 400n }), cpu({ Interrupt: 100n })],
    locks: [lock("BGL", 0.5, { waits: times(0n, 0n) })],
    queues: [],
    links: { em0: 0.4, em1: null },
    work: [],
    faults: [],
    unplugged: [],
    ...more,
  }) as Simulated;
