import { FINE_BITS, HISTOGRAM_HEAD, Path, Place, Region } from "../../../assembly/abi.ts";
import type { Results, Sample, TimesSample } from "../../types.ts";
import { bucketOf, type Histogram, histogramBytes, mergeHistograms } from "../histogram.ts";
import { byName, type Tables, WORD } from "./tables.ts";
import { LEAVING } from "./traffic.ts";

/** In Region.Latencies: the histograms of all paths, then those of all places. */
const WORDS = histogramBytes(FINE_BITS) / WORD;

export const readLatency = (tables: Tables): Results["latency"] => {
  const paths = byName(Path, (path) => tables.histogram(Region.Latencies, path, FINE_BITS));
  return { ...paths, all: mergeHistograms(Object.values(paths) as [Histogram, ...Histogram[]]) };
};

export const readPlaces = (tables: Tables): Results["places"] =>
  byName(Place, (place) => tables.histogram(Region.Latencies, Path.Count + place, FINE_BITS));

/** The same, little enough to be read often. */
export const sampleTimes = (tables: Tables): Pick<Sample, "latency" | "places"> => ({
  latency: Object.fromEntries(LEAVING.flatMap((path) => sampleOf(tables, path).map((times) => [Path[path], times]))),
  places: Object.fromEntries(
    Array.from({ length: Place.Count }, (_, place) => place).flatMap((place) =>
      sampleOf(tables, Path.Count + place).map((times) => [Place[place], times]),
    ),
  ),
});

/** Of one histogram, if it has anything: the low halves of its counts. */
const sampleOf = (tables: Tables, histogram: number): TimesSample[] => {
  const words = tables.words(Region.Latencies, histogram * WORDS, WORDS);
  const [count, sum, min, max] = words as unknown as [bigint, bigint, bigint, bigint];
  if (count === 0n) return [];
  const first = bucketOf(FINE_BITS, min);
  const counts = new Uint32Array(bucketOf(FINE_BITS, max) - first + 1);
  const halves = new Uint32Array(words.buffer, words.byteOffset + HISTOGRAM_HEAD + first * WORD);
  for (let i = 0; i < counts.length; i++) counts[i] = halves[2 * i]!;
  return [{ count, sum, first, counts }];
};
