/** Engines whose CPUs do nothing but other kernel work, and what theory says of them. Times of configurations are microseconds here. */
import type { Engine } from "../../src/engine.ts";
import type { DurationConfig, EngineConfig, VirtualConfig, WorkConfig } from "../../src/types.ts";
import { type Build, makeEngine } from "./engines.ts";
import { meanOf, varianceOf } from "./fit.ts";
import { ownMac } from "./lab.ts";

export const US = 1_000_000n;

/** Exactly, or on average. */
export const us = (time: number): string => `${Math.round(time * 1000)}ns`;
export const drawn = (mean: number): DurationConfig => ({ value: us(mean), law: "exponential" });

export interface WorkOnly extends Omit<VirtualConfig, "work"> {
  cpus?: number;
  seed?: number;
}

/** One interface, which nothing comes in by; nothing but the work takes time, unless `costs` says so. */
export const workOnly = (work: WorkConfig[], { cpus = 1, seed = 1, ...virtual }: WorkOnly = {}): EngineConfig => ({
  cpus,
  seed,
  interfaces: [{ name: "em0", mac: ownMac(0) }],
  virtual: { costs: { preset: "zero" }, ...virtual, work },
});

export const engineOf = (work: WorkConfig[], more: WorkOnly = {}, build: Build = "virtual"): Promise<Engine> =>
  makeEngine(build, workOnly(work, more));

export interface Estimate {
  mean: number;
  /** Standard error. */
  error: number;
}

/** What `read` adds up to in a part, by what `per` does: for each of `parts` parts of the run, which are long enough to be independent. */
export const estimates = (engine: Engine, parts: number, part: bigint, read: (engine: Engine) => { sum: bigint; per: bigint }[]): Estimate[] => {
  engine.run(engine.now + part); // until it is as it stays
  let before = read(engine);
  const ratios = before.map((): number[] => []);
  for (let n = 0; n < parts; n++) {
    engine.run(engine.now + part);
    const after = read(engine);
    for (const [i, { sum, per }] of after.entries()) ratios[i]!.push(Number(sum - before[i]!.sum) / Number(per - before[i]!.per));
    before = after;
  }
  return ratios.map((values) => ({ mean: meanOf(values), error: Math.sqrt(varianceOf(values) / parts) }));
};

/** Jobs a microsecond of N CPUs that think (Z) and hold a lock (S), both drawn: machines and a repairman. p_n = p_0 N! / (N - n)! (S / Z)^n. */
export const throughputDrawn = (n: number, think: number, hold: number): number => {
  let term = 1;
  let sum = 1;
  for (let at = 0; at < n; at++) {
    term *= ((n - at) * hold) / think;
    sum += term;
  }
  return (1 - 1 / sum) / hold;
};

const binomial = (n: number, k: number, p: number): number => {
  let value = (1 - p) ** n;
  for (let i = 0; i < k; i++) value *= ((n - i) / (i + 1)) * (p / (1 - p));
  return value;
};

/** The same with a constant hold: from the chain of how many are at the lock when one leaves it. X = 1 / (S + q_0 Z / N). */
export const throughputConstantHold = (n: number, think: number, hold: number): number => {
  const arrives = 1 - Math.exp(-hold / think);
  let q = Array.from({ length: n }, () => 1 / n);
  for (let round = 0; round < 5000; round++) {
    const next = Array.from({ length: n }, () => 0);
    for (const [left, share] of q.entries()) {
      const others = left === 0 ? n - 1 : n - left;
      for (let k = 0; k <= others; k++) next[Math.max(0, left - 1) + k]! += share * binomial(others, k, arrives);
    }
    q = next;
  }
  return 1 / (hold + (q[0]! * think) / n);
};
