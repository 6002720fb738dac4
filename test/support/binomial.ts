/** Of the binomial distribution of n trials with chance `p`: so many hits, or fewer. By logarithms, as the first terms of many trials are below any number. */
export const chanceOfAtMost = (hits: number, n: number, p: number): number => {
  let [term, sum] = [n * Math.log(1 - p), 0];
  for (let k = 0; k <= hits; k++) {
    sum += Math.exp(term);
    term += Math.log(((n - k) / (k + 1)) * (p / (1 - p)));
  }
  return sum;
};
