/** The parts of a run one after the other. */
import { FINE_BITS } from "../../assembly/abi.ts";
import type { CpuClassName, Sample } from "../types.ts";
import type { RunBucket } from "./run_report.ts";

/** Middle of a bucket of a histogram (src/wasm/histogram.ts), in picoseconds. */
const middleOf = (index: number): number => {
  const octave = Math.max(0, (index >> FINE_BITS) - 1);
  const width = 2 ** octave;
  return (index - octave * 2 ** FINE_BITS) * width + Math.floor((width - 1) / 2);
};

/** What happened between two samples. */
export const bucketBetween = (before: Sample, after: Sample): RunBucket => {
  const counts = after.latencies.map((n, i) => n - before.latencies[i]!);
  const left = counts.reduce((sum, n) => sum + n, 0);
  return {
    from: before.time,
    to: after.time,
    offered: after.generated - before.generated,
    carried: after.carried - before.carried,
    dropped: after.dropped - before.dropped,
    latency: { count: left, p50: quantile(counts, left, 0.5), p99: quantile(counts, left, 0.99) },
    cpus: after.cpus.map((classes, cpu) => difference(classes, before.cpus[cpu]!)),
    queues: meanLengths(before, after),
    bgl: {
      gets: after.bgl.gets - before.bgl.gets,
      contended: after.bgl.contended - before.bgl.contended,
      held: after.time === before.time ? 0 : Number(after.bgl.hold - before.bgl.hold) / Number(after.time - before.time),
    },
  };
};

const meanLengths = (before: Sample, after: Sample): Record<string, number> => {
  const passed = Number(after.time - before.time);
  const lengths = after.queues.names.map((name, queue): [string, number] => {
    const integral = BigInt.asUintN(64, after.queues.integrals[queue]! - before.queues.integrals[queue]!);
    return [name, passed === 0 ? 0 : Number(integral) / passed];
  });
  return Object.fromEntries(lengths.filter(([, length]) => length > 0));
};

const difference = (after: Record<CpuClassName, bigint>, before: Record<CpuClassName, bigint>): Record<CpuClassName, bigint> =>
  Object.fromEntries(Object.entries(after).map(([name, ps]) => [name, ps - before[name as CpuClassName]])) as Record<CpuClassName, bigint>;

/** By nearest rank; 0 if there are none. */
const quantile = (counts: Uint32Array, total: number, p: number): number => {
  if (total === 0) return 0;
  const rank = Math.max(1, Math.ceil(p * total));
  let seen = 0;
  for (let i = 0; i < counts.length; i++) {
    seen += counts[i]!;
    if (seen >= rank) return middleOf(i);
  }
  return 0;
};

const COLUMNS = [
  "from_ps",
  "to_ps",
  "offered_frames",
  "carried_frames",
  "dropped_packets",
  "latency_p50_ps",
  "latency_p99_ps",
  "bgl_gets",
  "bgl_contended",
  "bgl_held_share",
];

/** As a table that every spreadsheet and script reads. At the end of a row: busy time, as a share, of each CPU, and the mean length of each queue that was used. */
export const seriesCsv = (series: readonly RunBucket[]): string => {
  const cpus = series[0]?.cpus.length ?? 0;
  const used = [...new Set(series.flatMap(({ queues }) => Object.keys(queues)))].sort();
  const rows = series.map(({ from, to, offered, carried, dropped, latency, bgl, cpus: times, queues }) => {
    const busy = times.map(({ Idle }) => fixed(1 - Number(Idle) / Number(to - from || 1n)));
    const lengths = used.map((name) => fixed(queues[name] ?? 0));
    return [from, to, offered, carried, dropped, latency.p50, latency.p99, bgl.gets, bgl.contended, fixed(bgl.held), ...busy, ...lengths].join(",");
  });
  const perCpu = Array.from({ length: cpus }, (_, cpu) => `cpu${cpu}_busy_share`);
  return `${[[...COLUMNS, ...perCpu, ...used.map((name) => `${name.replaceAll(" ", "_")}_mean_length`)].join(","), ...rows].join("\n")}\n`;
};

const fixed = (n: number): string => n.toFixed(6);
