/** From what the machine measured to what a report says. */
import type { Counters, Distribution, LockResult, ResolvedConfig, Results } from "../types.ts";
import { unpluggedOf } from "./run_cables.ts";
import { faultsOf } from "./run_faults.ts";
import { loopsOf } from "./run_loops.ts";
import type { Quantiles, RunLock, RunReport } from "./run_report.ts";

const PS_PER_SECOND = 1e12;

export const quantilesOf = (times: Distribution): Quantiles => ({
  count: times.count,
  min: times.min,
  mean: times.mean,
  p50: times.quantile(0.5),
  p90: times.quantile(0.9),
  p99: times.quantile(0.99),
  p999: times.quantile(0.999),
  p9999: times.quantile(0.9999),
  max: times.max,
});

const each = <K extends string>(times: Record<K, Distribution>): Record<K, Quantiles> =>
  Object.fromEntries(Object.entries<Distribution>(times).map(([name, one]) => [name, quantilesOf(one)])) as Record<K, Quantiles>;

const share = (part: bigint | number, whole: bigint): number => (whole === 0n ? 0 : Number(part) / Number(whole));

const lockOf = (
  { name, gets, kept, contended, handovers, handover, hold, holding, waitTimes, holdTimes, cpus, threads }: LockResult,
  elapsed: bigint,
): RunLock => ({
  name,
  gets,
  kept,
  contended,
  handovers,
  handover,
  waits: quantilesOf(waitTimes),
  holds: quantilesOf(holdTimes),
  held: share(hold + holding, elapsed),
  taken: share(hold + holding + handover, elapsed),
  cpus,
  threads,
});

export const figuresOf = (results: Results, config: ResolvedConfig, { conservation, threads, paths }: Counters): RunReport["simulated"] => {
  const { elapsed, traffic, drops, latency, places, cpus, locks, queues, reordered, steps, faults, polling, work, changes } = results;
  const offered = traffic.reduce((sum, { generated }) => sum + generated.frames, 0n);
  const carried = traffic.reduce((sum, one) => sum + one.carried.frames, 0n);
  const counts = each(latency);
  return {
    elapsed,
    offeredRate: share(offered, elapsed) * PS_PER_SECOND,
    carriedRate: share(carried, elapsed) * PS_PER_SECOND,
    offered,
    carried,
    dropped: drops.reduce((sum, { packets }) => sum + packets, 0),
    drops,
    paths: paths as RunReport["simulated"]["paths"],
    conservation,
    violations: threads.reduce((sum, one) => sum + one.violations, 0),
    latency: counts,
    places: each(places),
    cpus,
    locks: locks.map((lock) => lockOf(lock, elapsed)),
    queues,
    traffic,
    work: work.map(({ response, wait, ...one }) => ({ ...one, response: quantilesOf(response), wait: quantilesOf(wait) })),
    links: linksOf(results, config),
    reordered,
    ...(polling && { polling }),
    steps,
    faults: faultsOf(faults, config, elapsed),
    unplugged: unpluggedOf(changes, elapsed),
    ...loopsOf(results),
  };
};

/** Null: frames take no time on it. */
const linksOf = ({ traffic, elapsed }: Results, { ports, virtual }: ResolvedConfig): Record<string, number | null> =>
  Object.fromEntries(
    traffic.map(({ interface: name, sending }) => {
      const wire = virtual?.wires.find(({ port }) => ports[port]!.name === name);
      return [name, wire?.rate ? share(sending, elapsed) : null];
    }),
  );
