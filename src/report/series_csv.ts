/** The parts of a run as a table that every spreadsheet and script reads. */
import { ConfigError } from "../errors.ts";
import type { Bucket, BucketLock, BucketTimes } from "../types.ts";

type Column = [name: string, value: (bucket: Bucket) => number | bigint | string];

const QUANTILES = ["mean", "min", "p50", "p90", "p99", "p999", "max"] as const satisfies (keyof BucketTimes)[];

/**
 * A line with the names of the columns, then one for each part. Behind packets and latencies: of each path, and of each place, packets and times; of each lock
 * gets, contended gets and the share of the time for which it was held ("queue em0" is the lock of "output em0", the queue), of each CPU the share of the time
 * for which it was busy, of each link the share for which it was sending, of each queue the mean and the greatest length, of each reason packets dropped. Paths, places, locks, queues and reasons are those that occur in any
 * part. @throws ConfigError for what is no list of parts
 */
export const seriesCsv = (series: readonly Bucket[]): string => {
  if (!Array.isArray(series)) throw new ConfigError("series", "a list of what `bucketBetween` gives", series);
  const wrong = series.findIndex((bucket: Partial<Bucket> | null | undefined) => typeof bucket?.latency?.all?.p50 !== "number");
  if (wrong >= 0) throw new ConfigError(`series[${wrong}]`, "what `bucketBetween` gives", series[wrong]);
  const columns = [
    ...PACKETS,
    ...timesColumns("latency", ({ latency }) => latency.all),
    ...namedTimes(series, ({ latency: { all: _, ...paths } }) => paths),
    ...namedTimes(series, ({ places }) => places),
    ...lockColumns(series),
    ...cpuColumns(series),
    ...linkColumns(series),
    ...queueColumns(series),
    ...dropColumns(series),
  ];
  const rows = series.map((bucket) => columns.map(([, value]) => value(bucket)).join(","));
  return `${[columns.map(([name]) => name.replaceAll(" ", "_")).join(","), ...rows].join("\n")}\n`;
};

const fixed = (n: number): string => n.toFixed(6);
const whole = (n: number): string => n.toFixed(0);

const PACKETS: Column[] = [
  ["from_ps", ({ from }) => from],
  ["to_ps", ({ to }) => to],
  ["offered_frames", ({ offered }) => offered],
  ["carried_frames", ({ carried }) => carried],
  ["dropped_packets", ({ dropped }) => dropped],
  ["reordered_frames", ({ reordered }) => reordered],
];

const timesColumns = (of: string, times: (bucket: Bucket) => BucketTimes | undefined): Column[] =>
  QUANTILES.map((name) => [`${of}_${name}_ps`, (bucket) => whole(times(bucket)?.[name] ?? 0)]);

const namedTimes = (series: readonly Bucket[], all: (bucket: Bucket) => Partial<Record<string, BucketTimes>>): Column[] =>
  namesIn(series, (bucket) => Object.keys(all(bucket))).flatMap((name) => [
    [`${name.toLowerCase()}_packets`, (bucket) => all(bucket)[name]?.count ?? 0],
    ...timesColumns(name.toLowerCase(), (bucket) => all(bucket)[name]),
  ]);

const IDLE = { gets: 0, kept: 0, contended: 0, held: 0 } satisfies Partial<BucketLock>;

const lockColumns = (series: readonly Bucket[]): Column[] =>
  namesIn(series, ({ locks }) => Object.keys(locks)).flatMap((name) => {
    const of = (what: string, value: (lock: typeof IDLE) => number | string): Column => [
      `${name === "BGL" ? "bgl" : name}_${what}`,
      ({ locks }) => value(locks[name] ?? IDLE),
    ];
    return [of("gets", ({ gets, kept }) => gets + kept), of("contended", ({ contended }) => contended), of("held_share", ({ held }) => fixed(held))];
  });

const cpuColumns = ([first]: readonly Bucket[]): Column[] =>
  (first?.cpus ?? []).map((_, cpu) => [`cpu${cpu}_busy_share`, ({ cpus, from, to }) => fixed(1 - Number(cpus[cpu]!.Idle) / Number(to - from || 1n))]);

const linkColumns = (series: readonly Bucket[]): Column[] =>
  namesIn(series, ({ traffic }) => Object.keys(traffic)).map((name) => [`link_${name}_busy_share`, ({ traffic }) => fixed(traffic[name]?.link ?? 0)]);

const queueColumns = (series: readonly Bucket[]): Column[] =>
  namesIn(series, ({ queues }) => Object.keys(queues)).flatMap((name): Column[] => [
    [`${name}_mean_length`, ({ queues }) => fixed(queues[name]?.mean ?? 0)],
    [`${name}_high_water`, ({ queues }) => (queues[name] ? (queues[name].highWater ?? "") : 0)],
  ]);

const dropColumns = (series: readonly Bucket[]): Column[] =>
  namesIn(series, ({ drops }) => drops.map(({ reason }) => reason)).map((name) => [
    `dropped_${name}`,
    ({ drops }) => drops.reduce((sum, { reason, packets }) => sum + (reason === name ? packets : 0), 0),
  ]);

/** em2 before em10. */
const inOrder = new Intl.Collator("en", { numeric: true }).compare;

const namesIn = (series: readonly Bucket[], names: (bucket: Bucket) => string[]): string[] => [...new Set(series.flatMap(names))].sort(inOrder);
