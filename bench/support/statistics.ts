/** Medians and quartiles. */

/** The value below which the part `q` of the sorted values lies, interpolated between neighbours (type 7 of Hyndman and Fan). */
export const quantile = (values: readonly number[], q: number): number => {
  if (values.length === 0) throw new RangeError("a quantile of no values");
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)]!;
  const high = sorted[Math.ceil(at)]!;
  return low + (high - low) * (at - Math.floor(at));
};

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export interface Spread {
  median: number;
  q1: number;
  q3: number;
  samples: number;
}

export const spreadOf = (values: readonly number[]): Spread => ({
  median: median(values),
  q1: quantile(values, 0.25),
  q3: quantile(values, 0.75),
  samples: values.length,
});

/** Median of the ratios of neighbours in time: what disturbs both of a pair leaves their ratio alone. */
export const pairedRatio = (above: readonly number[], below: readonly number[]): number =>
  median(above.slice(0, below.length).map((value, i) => value / below[i]!));
