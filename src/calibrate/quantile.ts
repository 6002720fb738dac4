/** Of the normal distribution: 95 % lie within so many standard deviations. */
const NORMAL = 1.959964;
/** Of Student's distribution with 1 and 2 degrees of freedom, for which the series below is too short. */
const FEW = [12.7062, 4.3027];

/** 95 % of Student's distribution lie within this; from 3 degrees of freedom on by the series of Abramowitz and Stegun, 26.7.5, to 1 %. */
export const studentQuantile = (free: number): number => {
  const few = FEW[free - 1];
  if (few !== undefined) return few;
  const z = NORMAL;
  const terms = [(z ** 3 + z) / 4, (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96, (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384];
  return terms.reduce((sum, term, n) => sum + term / free ** (n + 1), z);
};

/**
 * Half of a 95 % interval, in standard errors that come of the declared errors. `sigma`: how large the errors were found to be against the declared ones, with
 * so many degrees of freedom. Larger ones count, and have a distribution of their own; smaller ones may be luck, and do not.
 */
export const halfWidth = (sigma: number, free: number): number => (sigma > 1 ? sigma * studentQuantile(free) : NORMAL);
