import { FINE_BITS, HISTOGRAM_HEAD, Path, Place, Region } from "../../../assembly/abi.ts";
import type { Results, Sample } from "../../types.ts";
import { bucketsOf, type Histogram, histogramBytes, mergeHistograms } from "../histogram.ts";
import { byName, type Tables, WORD } from "./tables.ts";
import { LEAVING } from "./traffic.ts";

/** In Region.Latencies: the histograms of all paths, then those of all places. */
const WORDS = histogramBytes(FINE_BITS) / WORD;
const HEAD = HISTOGRAM_HEAD / WORD;

export const readLatency = (tables: Tables): Results["latency"] => {
  const paths = byName(Path, (path) => tables.histogram(Region.Latencies, path, FINE_BITS));
  return { ...paths, all: mergeHistograms(Object.values(paths) as [Histogram, ...Histogram[]]) };
};

export const readPlaces = (tables: Tables): Results["places"] =>
  byName(Place, (place) => tables.histogram(Region.Latencies, Path.Count + place, FINE_BITS));

/** The first two words of each histogram. */
export const sampleSums = (tables: Tables): Pick<Sample, "latency" | "places"> => {
  const all = tables.words(Region.Latencies, 0, (Path.Count + Place.Count) * WORDS);
  const add = (word: number): bigint => LEAVING.reduce((sum, path) => sum + all[path * WORDS + word]!, 0n);
  const placeAt = (place: number): number => (Path.Count + place) * WORDS;
  return {
    latency: { count: add(0), sum: BigInt.asUintN(64, add(1)) },
    places: byName(Place, (place) => ({ count: all[placeAt(place)]!, sum: all[placeAt(place) + 1]! })),
  };
};

/** The low halves of all counts, over the paths that leave. */
export const sampleLatencies = (tables: Tables): Uint32Array => {
  const halves = new Uint32Array(tables.memory, tables.base(Region.Latencies), Path.Count * WORDS * 2);
  const counts = new Uint32Array(bucketsOf(FINE_BITS));
  for (const path of LEAVING) {
    const head = path * WORDS * 2;
    if (halves[head] === 0 && halves[head + 1] === 0) continue; // nothing has left this way
    const first = (path * WORDS + HEAD) * 2;
    for (let i = 0; i < counts.length; i++) counts[i]! += halves[first + 2 * i]!;
  }
  return counts;
};
