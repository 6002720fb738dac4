/** Estimates and their standard errors from a run cut into long parts. */
import { FINE_BITS } from "../../assembly/abi.ts";
import { combine, type Window } from "./window.ts";

export interface Estimate {
  value: number;
  /** Standard error. */
  error: number;
  /** Correlation of what one part contributes with what the next one does: about 0 if parts are long enough to be independent. */
  correlation: number;
}

/**
 * Values from the whole, errors from leaving out one part at a time (the jackknife over groups). For means this is the method of batch means; it is right as well
 * for what is no mean: ratios, variances, percentiles.
 */
export const estimate = (parts: readonly Window[], quantities: (window: Window) => Record<string, number>): Record<string, Estimate> => {
  const whole = parts.slice(1).reduce((sum, part) => combine(sum, part, 1), parts[0]!);
  const all = quantities(whole);
  const without = parts.map((part) => quantities(combine(whole, part, -1)));
  const n = parts.length;
  const entries = Object.entries(all).map(([name, value]): [string, Estimate] => {
    const contributions = without.map((one) => n * value - (n - 1) * one[name]!);
    return [name, { value, ...spreadOf(contributions) }];
  });
  return Object.fromEntries(entries);
};

/** Standard error of the mean of numbers, and the correlation of each with the next. */
export const spreadOf = (values: readonly number[]): { error: number; correlation: number } => {
  const n = values.length;
  const mean = values.reduce((sum, one) => sum + one, 0) / n;
  const deviations = values.map((one) => one - mean);
  const squares = deviations.reduce((sum, one) => sum + one * one, 0);
  const products = deviations.slice(1).reduce((sum, one, i) => sum + one * deviations[i]!, 0);
  return { error: Math.sqrt(squares / (n - 1) / n), correlation: squares > 0 ? products / squares : 0 };
};

/** First value of a bucket, and how many it holds: assembly/stats/histogram.ts has the layout. */
const bucketAt = (index: number): { first: number; width: number } => {
  const octave = Math.max(0, Math.floor(index / 2 ** FINE_BITS) - 1);
  const width = 2 ** octave;
  return { first: (index - octave * 2 ** FINE_BITS) * width, width };
};

/** The value that a share `p` of all does not exceed: inside a bucket as if its values lay evenly; a bucket of one value is that value. */
export const quantile = (hits: Float64Array, p: number): number => {
  const rank = p * hits.reduce((sum, n) => sum + n, 0);
  let seen = 0;
  for (const [index, n] of hits.entries()) {
    if (n > 0 && seen + n >= rank) {
      const { first, width } = bucketAt(index);
      return width === 1 ? first : first + ((rank - seen) / n) * width;
    }
    seen += n;
  }
  return 0;
};

/** Mean of the squares, each bucket as its middle: off by one part in four million of it. */
export const meanSquare = (hits: Float64Array): number => {
  let [count, squares] = [0, 0];
  for (const [index, n] of hits.entries()) {
    if (n === 0) continue;
    const { first, width } = bucketAt(index);
    count += n;
    squares += n * (first + (width - 1) / 2) ** 2;
  }
  return squares / count;
};
