/** What an engine has measured up to now as numbers that can be subtracted and added, and the same of a part of its time. */
import type { Engine } from "../../src/engine.ts";
import type { Distribution, PlaceName, Results } from "../../src/types.ts";

/** Distributions that a model needs bucket by bucket: a packet's whole way, or a place of it. */
export type Kept = PlaceName | "all";

interface Reading {
  sums: Map<string, bigint | number>;
  histograms: Map<Kept, BigUint64Array>;
  maxima: Map<string, bigint>;
}

/** Times are in picoseconds. */
export interface Window {
  /** Sums over the window, by name: `flatten`. */
  sums: Map<string, number>;
  /** Hits of each bucket of FINE_BITS. */
  histograms: Map<Kept, Float64Array>;
  /** Largest values from the engine's start to the window's end. */
  maxima: Map<string, number>;
}

export const read = (engine: Engine, kept: readonly Kept[]): Reading => {
  const results = engine.results();
  const sums = new Map<string, bigint | number>(flatten(results));
  for (const { name, counters } of engine.counters().ports) sums.set(`interrupts ${name}`, counters.interrupts ?? 0);
  return {
    sums,
    histograms: new Map(kept.map((name) => [name, distributionOf(results, name).buckets])),
    maxima: new Map(Object.entries(results.places).map(([name, { max }]) => [name, max])),
  };
};

const distributionOf = ({ latency, places }: Results, name: Kept): Distribution => (name === "all" ? latency.all : places[name]);

function* flatten({ elapsed, cpus, queues, locks, latency, places, drops, traffic, ...rest }: Results): Generator<[string, bigint | number]> {
  yield ["elapsed", elapsed];
  for (const [cpu, classes] of cpus.entries()) for (const [name, time] of Object.entries(classes)) yield [`cpu ${cpu} ${name}`, time];
  for (const { name, puts, takes, integral, squares, waitless } of queues)
    yield* fields(`queue ${name}`, { puts, takes, integral, squares, waitless });
  for (const { name, gets, waits, wait, hold, holding } of locks) yield* fields(`lock ${name}`, { gets, waits, wait, hold: hold + holding });
  for (const [name, { count, sum }] of Object.entries({ ...latency, ...places })) yield* fields(name, { count, sum });
  for (const { reason, interface: port, cpu, packets } of drops) yield [`drop ${reason} ${port} ${cpu}`, packets];
  for (const { interface: port, generated } of traffic) yield [`generated ${port}`, generated.frames];
  yield* numbersOf("", rest);
}

const fields = (of: string, values: Record<string, bigint | number>): [string, bigint | number][] =>
  Object.entries(values).map(([name, value]) => [`${of} ${name}`, value]);

/** Whatever else the results have, by the path to it; of records in lists the name is the path. */
function* numbersOf(path: string, value: unknown): Generator<[string, bigint | number]> {
  if (typeof value === "bigint" || typeof value === "number") yield [path, value];
  else if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value))
    for (const [key, inner] of Object.entries(value)) {
      const { name = key } = (typeof inner === "object" && inner !== null ? inner : {}) as { name?: string };
      yield* numbersOf(path ? `${path} ${name}` : name, inner);
    }
}

/** What happened between two readings. */
export const between = (first: Reading, last: Reading): Window => ({
  sums: new Map(Array.from(last.sums, ([name, value]) => [name, difference(value, first.sums.get(name))])),
  histograms: new Map(
    Array.from(last.histograms, ([name, buckets]) => [name, hitsBetween(halvesOf(first.histograms.get(name)!), halvesOf(buckets))]),
  ),
  maxima: new Map(Array.from(last.maxima, ([name, value]) => [name, Number(value)])),
});

const halvesOf = (buckets: BigUint64Array): Uint32Array => new Uint32Array(buckets.buffer, buckets.byteOffset, 2 * buckets.length);

/** From the low halves of counts: a window has fewer than 2^32 packets. */
const hitsBetween = (before: Uint32Array, after: Uint32Array): Float64Array => {
  const hits = new Float64Array(after.length / 2);
  for (let i = 0; i < hits.length; i++) hits[i] = (after[2 * i]! - before[2 * i]!) >>> 0;
  return hits;
};

const difference = (after: bigint | number, before: bigint | number | undefined): number =>
  typeof after === "bigint"
    ? Number(BigInt.asUintN(64, after - ((before as bigint | undefined) ?? 0n)))
    : after - ((before as number | undefined) ?? 0);

/** One window and `sign` times another, of the same model. */
export const combine = (one: Window, other: Window, sign: 1 | -1): Window => {
  const sums = new Map(one.sums);
  for (const [name, value] of other.sums) sums.set(name, (sums.get(name) ?? 0) + sign * value);
  const histograms = new Map(
    Array.from(one.histograms, ([name, hits]) => {
      const others = other.histograms.get(name)!;
      const combined = new Float64Array(hits.length);
      for (let i = 0; i < hits.length; i++) combined[i] = hits[i]! + sign * others[i]!;
      return [name, combined];
    }),
  );
  const maxima = new Map(Array.from(one.maxima, ([name, value]) => [name, Math.max(value, other.maxima.get(name) ?? 0)]));
  return { sums, histograms, maxima };
};

/** A sum, 0 if the engine has not seen its like. */
export const sum = (window: Window, name: string): number => window.sums.get(name) ?? 0;

/** Of all whose names begin and end so. */
export const total = (window: Window, start: string, end = ""): number => {
  let value = 0;
  for (const [name, one] of window.sums) if (name.startsWith(start) && name.endsWith(end)) value += one;
  return value;
};
