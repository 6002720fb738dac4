/** The parts of a run one after the other. */
import { FINE_BITS } from "../../assembly/abi.ts";
import { ConfigError } from "../errors.ts";
import type { Bucket, BucketLatency, BucketLock, BucketQueue, DropResult, LockSample, QueueSample, Sample } from "../types.ts";
import { middleOf } from "../wasm/histogram.ts";

/** What happened between two samples of an engine. @throws ConfigError for what is no sample, and if the first is not the earlier one, or of another system */
export const bucketBetween = (before: Sample, after: Sample): Bucket => {
  checkSample("before", before);
  checkSample("after", after);
  const passed = after.time - before.time;
  if (passed < 0n || systemOf(before) !== systemOf(after))
    throw new ConfigError("before", `a sample of the same engine up to ${after.time} ps`, before.time);
  return {
    from: before.time,
    to: after.time,
    offered: after.generated - before.generated,
    carried: after.carried - before.carried,
    dropped: after.dropped - before.dropped,
    reordered: after.reordered - before.reordered,
    paths: mapped(after.paths, (n, path) => n - before.paths[path]),
    traffic: trafficBetween(before, after),
    drops: dropsBetween(before.drops, after.drops),
    latency: latencyBetween(before, after),
    places: mapped(after.places, ({ count, sum }, place) => {
      const stays = Number(count - before.places[place].count);
      return { count: stays, mean: share(modulo(sum - before.places[place].sum), stays) };
    }),
    cpus: after.cpus.map((classes, cpu) => mapped(classes, (ps, name) => ps - before.cpus[cpu]![name])),
    locks: between(before.locks, after.locks, (one, other) => lockBetween(one, other, passed)),
    queues: between(before.queues, after.queues, (one, other) => queueBetween(one, other, passed)),
  };
};

const checkSample = (path: string, sample: unknown): void => {
  const { time, cpus, traffic, latencies } = (typeof sample === "object" && sample !== null ? sample : {}) as Partial<Sample>;
  if (typeof time !== "bigint" || !Array.isArray(cpus) || !Array.isArray(traffic) || !ArrayBuffer.isView(latencies))
    throw new ConfigError(path, "what `Engine.sample` gives", sample);
};

const systemOf = ({ cpus, traffic }: Sample): string => [cpus.length, ...traffic.map((one) => one.interface)].join(" ");

const modulo = (value: bigint): bigint => BigInt.asUintN(64, value);
const share = (part: bigint | number, whole: bigint | number): number => (Number(whole) === 0 ? 0 : Number(part) / Number(whole));

const mapped = <K extends string, A, B>(record: Record<K, A>, value: (one: A, name: K) => B): Record<K, B> =>
  Object.fromEntries(Object.entries<A>(record).map(([name, one]) => [name, value(one, name as K)])) as Record<K, B>;

/** By name; one that is new was as `undefined` says before. */
const between = <T extends { name: string }, B>(
  before: readonly T[],
  after: readonly T[],
  difference: (before: T | undefined, after: T) => B | undefined,
): Record<string, B> => {
  const old = new Map(before.map((one) => [one.name, one]));
  const all = after.map((one): [string, B | undefined] => [one.name, difference(old.get(one.name), one)]);
  return Object.fromEntries(all.filter((entry): entry is [string, B] => entry[1] !== undefined));
};

const lockBetween = (before: LockSample | undefined, after: LockSample, passed: bigint): BucketLock | undefined => {
  const of = (field: Exclude<keyof LockSample, "name">): bigint => after[field] - (before?.[field] ?? 0n);
  const [gets, contended, waits, hold] = [of("gets"), of("contended"), of("waits"), of("hold")];
  if (gets + contended + waits + hold === 0n) return undefined;
  return {
    gets: Number(gets),
    contended: Number(contended),
    waits: Number(waits),
    wait: of("wait"),
    held: share(hold, passed),
    taken: share(hold + of("handover"), passed),
    handovers: Number(of("handovers")),
  };
};

const queueBetween = (before: QueueSample | undefined, after: QueueSample, passed: bigint): BucketQueue | undefined => {
  const puts = Number(after.puts - (before?.puts ?? 0n));
  const integral = modulo(after.integral - (before?.integral ?? 0n));
  if (puts === 0 && integral === 0n && after.length === 0n) return undefined;
  return {
    puts,
    waitless: Number(after.waitless - (before?.waitless ?? 0n)),
    length: Number(after.length),
    mean: share(integral, passed),
    meanSquare: share(after.squares - (before?.squares ?? 0), Number(passed) / 1000),
  };
};

const trafficBetween = (before: Sample, after: Sample): Bucket["traffic"] => {
  const all = after.traffic.map(({ interface: name, generated, carried }, i): [string, { offered: number; carried: number }] => [
    name,
    { offered: generated - before.traffic[i]!.generated, carried: carried - before.traffic[i]!.carried },
  ]);
  return Object.fromEntries(all.filter(([, { offered, carried }]) => offered + carried > 0));
};

const dropsBetween = (before: readonly DropResult[], after: readonly DropResult[]): DropResult[] => {
  const keyOf = ({ reason, interface: name, cpu }: DropResult): string => `${cpu} ${reason} ${name}`;
  const old = new Map(before.map((one) => [keyOf(one), one.packets]));
  return after.map((one) => ({ ...one, packets: one.packets - (old.get(keyOf(one)) ?? 0) })).filter(({ packets }) => packets > 0);
};

const latencyBetween = (before: Sample, after: Sample): BucketLatency => {
  const counts = after.latencies.map((n, i) => n - before.latencies[i]!);
  const count = counts.reduce((sum, n) => sum + n, 0);
  const at = (p: number): number => quantile(counts, count, p);
  const sum = modulo(after.latency.sum - before.latency.sum);
  return { count, mean: share(sum, count), min: at(0), p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: at(1) };
};

/** By nearest rank; 0 if there are none. */
const quantile = (counts: Uint32Array, total: number, p: number): number => {
  if (total === 0) return 0;
  const rank = Math.max(1, Math.ceil(p * total));
  let seen = 0;
  for (let i = 0; i < counts.length; i++) {
    seen += counts[i]!;
    if (seen >= rank) return Number(middleOf(FINE_BITS, i));
  }
  return 0;
};
