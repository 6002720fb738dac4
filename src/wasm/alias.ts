/** Alias tables (Walker 1977; the construction is Vose's of 1991): choice by weight with one draw. See assembly/dev/traffic/weights.ts. */

const ONE = 2 ** 32;

/** Entries of two numbers each: a probability in 2^-32, and whom the rest of that place is of. By additions and products alone, so that all engines agree. */
export const aliasTable = (weights: ArrayLike<number>): Uint32Array => {
  const n = weights.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += weights[i]!;
  const scaled = Float64Array.from({ length: n }, (_, i) => (weights[i]! * n) / sum);
  const table = new Uint32Array(2 * n);
  for (let i = 0; i < n; i++) table[2 * i + 1] = i; // whole places are their own rest
  const [small, large]: [number[], number[]] = [[], []];
  for (let i = 0; i < n; i++) (scaled[i]! < 1 ? small : large).push(i);
  while (small.length > 0 && large.length > 0) {
    const less = small.pop()!;
    const more = large.pop()!;
    table[2 * less] = Math.min(ONE - 1, Math.round(scaled[less]! * ONE));
    table[2 * less + 1] = more;
    scaled[more] = scaled[more]! + scaled[less]! - 1;
    (scaled[more]! < 1 ? small : large).push(more);
  }
  return table;
};

/** 1 / k^exponent for k from 1 to n. By products and quotients alone: powers of the library differ in their last digits from one engine to another. */
export const zipfWeights = (n: number, exponent: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => exponential(-exponent * logarithm(i + 1)));

const { LN2 } = Math;

/** Of a number from 1 to 2^53: 2 artanh((x - 1) / (x + 1)), for x between 0.7 and 1.42. */
const logarithm = (value: number): number => {
  let [x, powers] = [value, 0];
  for (; x > 1.42; powers++) x /= 2;
  const t = (x - 1) / (x + 1);
  const square = t * t;
  let sum = 0;
  for (let k = 23; k >= 1; k -= 2) sum = sum * square + 1 / k;
  return 2 * t * sum + powers * LN2;
};

/** Of a number from -700 to 0. */
const exponential = (value: number): number => {
  let halvings = 0;
  let x = value;
  for (; x < -0.5 * LN2; halvings++) x += LN2;
  let sum = 1;
  for (let k = 16; k >= 1; k--) sum = 1 + (sum * x) / k;
  for (; halvings > 0; halvings--) sum /= 2;
  return sum;
};
