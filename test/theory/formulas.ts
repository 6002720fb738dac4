/**
 * npm run -s validate:rows: the exact results of all models at points of our own, written to rows.json. The textbook's formulas, for the tests; no measured value comes
 * from here.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Row } from "./file.ts";
import { constantHold, constantThink, exponentialHold } from "./formulas_lock.ts";

type Formula = (...parameters: number[]) => Record<string, number>;

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Where an increasing function reaches `value`. */
const inverse = (of: (x: number) => number, value: number, most: number): number => {
  let [low, high] = [0, most];
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (of(middle) < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
};

/** P(A = n) for n up to `most`, Poisson with this mean. */
const poisson = (mean: number, most: number): number[] => {
  const p = [Math.exp(-mean)];
  for (let n = 1; n <= most; n++) p.push((p[n - 1]! * mean) / n);
  return p;
};

const mm1: Formula = (lam, mu) => {
  const rho = lam! / mu!;
  const W = 1 / (mu! - lam!);
  return {
    p0: 1 - rho,
    Lq: (rho * rho) / (1 - rho),
    L: rho / (1 - rho),
    Wq: rho * W,
    W,
    varN: rho / (1 - rho) ** 2,
    W_p50: Math.log(2) * W,
    W_p99: Math.log(100) * W,
    P_wait_gt0: rho,
  };
};

/** Pollaczek and Khinchine for the moments, Erlang's series for the distribution (it loses its digits where t is more than about 15 D). */
const md1: Formula = (lam, D) => {
  const rho = lam! * D!;
  const Wq = (rho * D!) / (2 * (1 - rho));
  const below = (t: number): number => {
    let [sum, term] = [0, 0];
    for (let j = 0; j <= Math.floor(t / D!); j++) {
      const x = lam! * (j * D! - t);
      term = Math.exp(-x);
      for (let i = 1; i <= j; i++) term *= x / i;
      sum += term;
    }
    return (1 - rho) * sum;
  };
  return {
    p0: 1 - rho,
    Lq: lam! * Wq,
    L: lam! * Wq + rho,
    Wq,
    W: Wq + D!,
    var_Wq: Wq ** 2 + (lam! * D! ** 3) / (3 * (1 - rho)),
    Wq_p50: rho < 0.5 ? 0 : inverse(below, 0.5, 20 * D!),
    Wq_p99: inverse(below, 0.99, 20 * D!),
  };
};

const hashSplit: Formula = (lam, mu, c) => ({ W: 1 / (mu! - lam! / c!) });

/** From the distribution of the number in a system that holds `p.length - 1`. */
const finite = (lam: number, p: readonly number[]): Record<string, number> => {
  const p_block = p.at(-1)!;
  const throughput = lam * (1 - p_block);
  const L = total(p.map((share, n) => n * share));
  return { p_block, throughput, L, W_accepted: L / throughput, p0: p[0]! };
};

const mm1k: Formula = (lam, mu, K) => {
  const weights = range(K! + 1).map((n) => (lam! / mu!) ** n);
  return finite(
    lam!,
    weights.map((weight) => weight / total(weights)),
  );
};

/** The chain that departures leave behind, then the states at any time. */
const md1k: Formula = (lam, D, K) => {
  const rho = lam! * D!;
  const a = poisson(rho, K!);
  const weights = [1];
  for (let j = 0; j < K! - 1; j++) {
    const arrived = total(range(j).map((i) => weights[i + 1]! * a[j - i]!));
    weights.push((weights[j]! - weights[0]! * a[j]! - arrived) / a[0]!);
  }
  const q = weights.map((weight) => weight / total(weights));
  const scale = q[0]! + rho;
  return finite(lam!, [...q.map((share) => share / scale), 1 - 1 / scale]);
};

/** With room for one alone, the server waits for the next arrival each time. */
const dd1: Formula = (T, S, K) => {
  const each = K === 1 ? Math.ceil(S! / T!) * T! : Math.max(T!, S!);
  return { loss_fraction: 1 - T! / each, throughput: 1 / each, Wq_if_stable: 0 };
};

const timer: Formula = (lam, T) => ({
  per_interrupt: 1 + lam! * T!,
  interrupt_rate: lam! / (1 + lam! * T!),
  mean_added_delay: (T! + (lam! * T! ** 2) / 2) / (1 + lam! * T!),
  max_delay: T!,
});

const everyN: Formula = (lam, N) => ({ per_interrupt: N!, interrupt_rate: lam! / N!, mean_added_delay: (N! - 1) / (2 * lam!) });

/** Delay is the integral of how many wait: by Simpson's rule. */
const firstOf: Formula = (lam, T, N) => {
  if (N === 1) return { per_interrupt: 1, interrupt_rate: lam!, mean_added_delay: 0, max_delay: 0 };
  const waiting = (t: number): number => total(poisson(lam! * t, N! - 2).map((p, n) => (1 + n) * p));
  const steps = 2000;
  const weights = range(steps + 1).map((i) => (i === 0 || i === steps ? 1 : i % 2 ? 4 : 2));
  const delay = (total(weights.map((weight, i) => weight * waiting((i * T!) / steps))) * T!) / steps / 3;
  const arrived = poisson(lam! * T!, N! - 2);
  const per_interrupt = 1 + total(range(N! - 1).map((k) => 1 - total(arrived.slice(0, k + 1))));
  return { per_interrupt, interrupt_rate: lam! / per_interrupt, mean_added_delay: delay / per_interrupt, max_delay: T! };
};

const vacation: Formula = (lam, S, cs2, V, cv2) => ({
  Wq: (lam! * S! ** 2 * (1 + cs2!)) / (2 * (1 - lam! * S!)) + (V! * (1 + cv2!)) / 2,
});

const batches: Formula = (lam_batch, batch, D) => {
  const rho = lam_batch! * batch! * D!;
  const Wq = (rho * D! + (batch! - 1) * D!) / (2 * (1 - rho));
  return { Wq, W: Wq + D!, Lq: lam_batch! * batch! * Wq };
};

const preemptive: Formula = (lam1, s1, lam2, s2) => {
  const [rho1, rho2] = [lam1! * s1!, lam2! * s2!];
  const residual = (lam1! * s1! ** 2 + lam2! * s2! ** 2) / 2;
  return { T1: s1! + (lam1! * s1! ** 2) / 2 / (1 - rho1), T2: s2! / (1 - rho1) + residual / ((1 - rho1) * (1 - rho1 - rho2)) };
};

const livelock: Formula = (s1, s2, offered) => ({
  interrupt_driven: Math.max(0, Math.min(offered!, (1 - offered! * s1!) / s2!)),
  polled_with_quota: Math.min(offered!, 1 / (s1! + s2!)),
});

const bigLock: Formula = (N, par, ser) => ({
  exp_exp: exponentialHold(N!, par!, ser!).throughput!,
  exp_det: constantHold(N!, par!, ser!).throughput!,
  det_det: constantThink(N!, par!, ser!).throughput!,
});

/** By table: the names of the parameters, and what they give. */
export const FORMULAS: Readonly<Record<string, { names: readonly string[]; formula: Formula }>> = {
  "M/M/1": { names: ["lam", "mu"], formula: mm1 },
  "M/D/1": { names: ["lam", "D"], formula: md1 },
  "c separate M/M/1 (hash split)": { names: ["lam", "mu", "c"], formula: hashSplit },
  "M/M/1/K": { names: ["lam", "mu", "K"], formula: mm1k },
  "M/D/1/K": { names: ["lam", "D", "K"], formula: md1k },
  "D/D/1": { names: ["T", "S", "K"], formula: dd1 },
  "lock: exp think, exp hold": { names: ["N", "Z", "S"], formula: exponentialHold },
  "lock: exp think, constant hold": { names: ["N", "Z", "S"], formula: constantHold },
  "lock: constant think and hold": { names: ["N", "Z", "S"], formula: constantThink },
  "interrupt moderation: timer T after first frame": { names: ["lam", "T"], formula: timer },
  "interrupt moderation: every N frames": { names: ["lam", "N"], formula: everyN },
  "interrupt moderation: first of N frames or T": { names: ["lam", "T", "N"], formula: firstOf },
  "M/G/1 with vacations (polling thread asleep V)": { names: ["lam", "S", "cs2", "V", "cv2"], formula: vacation },
  "batch arrivals M[X]/D/1": { names: ["lam_batch", "batch", "D"], formula: batches },
  "preemptive interrupt over thread (constant work)": { names: ["lam1", "s1", "lam2", "s2"], formula: preemptive },
  "receive livelock (Mogul-Ramakrishnan)": { names: ["s1", "s2", "offered"], formula: livelock },
  "big lock bound": { names: ["N", "par", "ser"], formula: bigLock },
};

/** What a table says of parameters, with them. */
export const rowAt = (table: string, parameters: readonly number[]): Row => {
  const { names, formula } = FORMULAS[table]!;
  return { ...Object.fromEntries(names.map((name, i) => [name, parameters[i]!])), ...formula(...parameters) };
};

/** The first of each table is what the usual tests run: one that is known well enough soon. */
const POINTS: Readonly<Record<string, number[][]>> = {
  "M/M/1": [
    [0.2, 0.5],
    [0.0315, 0.05],
    [1.6, 2],
  ],
  "M/D/1": [
    [0.15, 2],
    [0.13, 5],
    [1.7, 0.5],
  ],
  "c separate M/M/1 (hash split)": [
    [1.1, 1, 3],
    [3.2, 2, 2],
    [11.2, 1, 16],
  ],
  "M/M/1/K": [
    [0.8, 1, 3],
    [1.7, 2, 1],
    [2.4, 2, 20],
    [0.9, 1, 128],
  ],
  "M/D/1/K": [
    [0.9, 1, 4],
    [0.3, 2, 1],
    [1.15, 1, 16],
    [0.24, 3, 9],
  ],
  "D/D/1": [
    [17, 23, 5],
    [41, 13, 2],
    [30, 30, 1],
    [12.5, 100, 16],
    [22, 81, 1],
  ],
  "lock: exp think, exp hold": [
    [5, 4.1, 1],
    [1, 3, 2],
    [12, 6, 0.7],
    [24, 31, 1],
  ],
  "lock: exp think, constant hold": [
    [5, 4.1, 1],
    [1, 3, 2],
    [12, 6, 0.7],
    [24, 31, 1],
  ],
  "lock: constant think and hold": [
    [5, 10, 3],
    [1, 7, 2],
    [3, 20, 4],
  ],
  "interrupt moderation: timer T after first frame": [
    [0.05, 40],
    [0.7, 130],
  ],
  "interrupt moderation: every N frames": [
    [0.3, 4],
    [0.3, 1],
    [2, 60],
  ],
  "interrupt moderation: first of N frames or T": [
    [0.1, 50, 5],
    [0.5, 20, 32],
    [0.4403, 110, 15],
  ],
  "M/G/1 with vacations (polling thread asleep V)": [
    [0.3, 1, 0, 5, 0],
    [0.6, 1, 1, 20, 0],
  ],
  "batch arrivals M[X]/D/1": [
    [0.1, 4, 1],
    [0.02, 16, 2],
  ],
  "preemptive interrupt over thread (constant work)": [
    [0.1, 1, 0.1, 4],
    [0.25, 1, 0.05, 8],
  ],
  "receive livelock (Mogul-Ramakrishnan)": [
    [50, 150, 0.008],
    [50, 150, 0.004],
    [50, 150, 0.005],
    [50, 150, 0.03],
  ],
  "big lock bound": [
    [3, 5.2, 1.1],
    [1, 2.5, 4],
    [12, 9.7, 0.8],
  ],
};

export const ownRows = (): { tables: Record<string, Row[]> } => ({
  tables: Object.fromEntries(Object.entries(POINTS).map(([table, points]) => [table, points.map((point) => rowAt(table, point))])),
});

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL("rows.json", import.meta.url), `${JSON.stringify(ownRows(), null, 2)}\n`);
