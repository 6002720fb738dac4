/** One lock, N CPUs that think for Z and then hold it for S, first come, first served. */

/** From the rate at which the lock is given back. */
const closed = (N: number, Z: number, S: number, throughput: number): Record<string, number> => {
  const response = N / throughput - Z;
  return { utilisation: throughput * S, throughput, response, wait: response - S };
};

/** Exponential both: p_n ~ N! / (N - n)! (S / Z)^n. */
export const exponentialHold = (N: number, Z: number, S: number): Record<string, number> => {
  let [weight, weights] = [1, 1];
  for (let n = 1; n <= N; n++) {
    weight *= (N - n + 1) * (S / Z);
    weights += weight;
  }
  const result = closed(N, Z, S, (1 - 1 / weights) / S);
  return { ...result, mean_at_lock: result.throughput! * result.response! };
};

/** Exponential think, constant hold: from the chain of how many are at the lock when somebody leaves it. */
export const constantHold = (N: number, Z: number, S: number): Record<string, number> => {
  const comes = 1 - Math.exp(-S / Z);
  const row = (before: number): number[] => {
    const at = Math.max(before, 1);
    return Array.from({ length: N }, (_, after) => binomial(N - at, after - at + 1, comes));
  };
  const rows = Array.from({ length: N }, (_, before) => row(before));
  let q = Array.from({ length: N }, () => 1 / N);
  for (let i = 0; i < 20_000; i++) q = q.map((_, after) => q.reduce((sum, share, before) => sum + share * rows[before]![after]!, 0));
  return closed(N, Z, S, 1 / (S + (q[0]! * Z) / N));
};

const binomial = (n: number, k: number, p: number): number => {
  if (k < 0 || k > n) return 0;
  let value = (1 - p) ** (n - k);
  for (let i = 1; i <= k; i++) value *= (p * (n - k + i)) / i;
  return value;
};

/** Constant both: after the first round nobody is in anybody's way, or the lock is never free. */
export const constantThink = (N: number, Z: number, S: number): Record<string, number> => closed(N, Z, S, Math.min(N / (Z + S), 1 / S));
