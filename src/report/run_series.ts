/** The parts of a run one after the other. */
import { ConfigError } from "../errors.ts";
import type { Bucket, BucketLock, BucketQueue, DropResult, LockSample, QueueSample, Sample } from "../types.ts";
import { samplesBetween, timesOf, together } from "./run_times.ts";

/** What happened between two samples of an engine. @throws ConfigError for what is no sample, and if the first is not the earlier one, or of another system */
export const bucketBetween = (before: Sample, after: Sample): Bucket => {
  checkSample("before", before);
  checkSample("after", after);
  const passed = after.time - before.time;
  if (passed < 0n || systemOf(before) !== systemOf(after))
    throw new ConfigError("before", `a sample of the same engine up to ${after.time} ps`, before.time);
  const latency = samplesBetween(before.latency, after.latency);
  return {
    from: before.time,
    to: after.time,
    offered: after.generated - before.generated,
    carried: after.carried - before.carried,
    dropped: after.dropped - before.dropped,
    reordered: after.reordered - before.reordered,
    paths: mapped(after.paths, (n, path) => n - before.paths[path]),
    traffic: trafficBetween(before, after, passed),
    drops: dropsBetween(before.drops, after.drops),
    latency: { all: timesOf(together(Object.values(latency))), ...mapped(latency, timesOf) },
    places: mapped(samplesBetween(before.places, after.places), timesOf),
    cpus: after.cpus.map((classes, cpu) => mapped(classes, (ps, name) => ps - before.cpus[cpu]![name])),
    locks: between(before.locks, after.locks, (one, other) => lockBetween(one, other, passed)),
    queues: between(before.queues, after.queues, (one, other) => queueBetween(one, other, passed, after.since === before.time)),
  };
};

const checkSample = (path: string, sample: unknown): void => {
  const given = (typeof sample === "object" && sample !== null ? sample : {}) as Partial<Sample>;
  const isOne =
    [given.time, given.since].every((time) => typeof time === "bigint") &&
    [given.cpus, given.traffic, given.drops, given.locks, given.queues].every(Array.isArray) &&
    [given.paths, given.latency, given.places].every((record) => typeof record === "object" && record !== null);
  if (!isOne) throw new ConfigError(path, "what `Engine.sample` gives", sample);
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

type Squares = "waitSquares" | "holdSquares";

const lockBetween = (before: LockSample | undefined, after: LockSample, passed: bigint): BucketLock | undefined => {
  const of = (field: Exclude<keyof LockSample, "name" | Squares>): bigint => after[field] - (before?.[field] ?? 0n);
  const squares = (field: Squares): number => after[field] - (before?.[field] ?? 0);
  const [gets, kept, contended, waits, hold] = [of("gets"), of("kept"), of("contended"), of("waits"), of("hold")];
  if (gets + kept + contended + waits + hold === 0n) return undefined;
  return {
    gets: Number(gets),
    kept: Number(kept),
    contended: Number(contended),
    waits: Number(waits),
    wait: of("wait"),
    waitSquares: squares("waitSquares"),
    holdSquares: squares("holdSquares"),
    held: share(hold, passed),
    taken: share(hold + of("handover"), passed),
    handovers: Number(of("handovers")),
  };
};

const queueBetween = (before: QueueSample | undefined, after: QueueSample, passed: bigint, knowsLongest: boolean): BucketQueue | undefined => {
  const puts = Number(after.puts - (before?.puts ?? 0n));
  const integral = modulo(after.integral - (before?.integral ?? 0n));
  if (puts === 0 && integral === 0n && after.length === 0n) return undefined;
  return {
    puts,
    waitless: Number(after.waitless - (before?.waitless ?? 0n)),
    length: Number(after.length),
    ...(knowsLongest && { highWater: Number(after.longest) }),
    mean: share(integral, passed),
    meanSquare: share(after.squares - (before?.squares ?? 0), Number(passed) / 1000),
  };
};

const trafficBetween = (before: Sample, after: Sample, passed: bigint): Bucket["traffic"] => {
  const all = after.traffic.map(({ interface: name, generated, carried, sending }, i): [string, Bucket["traffic"][string]] => {
    const old = before.traffic[i]!;
    return [name, { offered: generated - old.generated, carried: carried - old.carried, link: share(sending - old.sending, passed) }];
  });
  return Object.fromEntries(all.filter(([, { offered, carried, link }]) => offered + carried + link > 0));
};

const dropsBetween = (before: readonly DropResult[], after: readonly DropResult[]): DropResult[] => {
  const keyOf = ({ reason, interface: name, cpu }: DropResult): string => `${cpu} ${reason} ${name}`;
  const old = new Map(before.map((one) => [keyOf(one), one.packets]));
  return after.map((one) => ({ ...one, packets: one.packets - (old.get(keyOf(one)) ?? 0) })).filter(({ packets }) => packets > 0);
};
