/** When a measured quantity agrees with its reference. */
import type { Estimate } from "./statistics.ts";

/**
 * mean: within 1 % or four standard errors, the standard error at most half a per cent, however many packets that takes.
 * rare: a probability below 1e-4, within four standard errors. none: below 1e-9, or 0 but for rounding: nothing of it was seen.
 * exact: the same number, but for the rounding of the reference. bound: that or less, but something.
 */
export type Rule = "mean" | "rare" | "none" | "exact" | "bound";

export interface Comparison {
  name: string;
  rule: Rule;
  reference: number;
  measured: number;
  standardError: number;
  /** Largest difference that passes. */
  tolerance: number;
  verdict: "passed" | "failed" | "not accurate enough";
}

const TOLERANCE = 0.01;
const ERRORS = 4;
const RARE = 1e-4;
const NONE = 1e-9;
/** Of references that are written with 16 digits, and the two or three operations that lead to them. */
const ROUNDING = 1e-12;
/** Relative error that a rare event's probability is known with, so that four of them mean something; not asked for beyond RARE_PACKETS. */
const RARE_ACCURACY = 0.25;
const RARE_PACKETS = 1e8;
/** Correlation between parts, in its own standard errors, above which they are not independent. */
const DEPENDENT = 3;
/** What 32 parts can tell from 1. */
const MOST_CORRELATION = 0.95;

const PROBABILITY = /^p_|^p0$|^P_/;

/** By how much the spread of parts understates the error of their mean, if each depends on the one before it and on no other. */
const understated = (correlation: number): number => {
  const r = Math.min(correlation, MOST_CORRELATION);
  return Math.sqrt((1 + r) / (1 - r));
};

export const ruleOf = (name: string, reference: number, exact: boolean): Rule => {
  const size = Math.abs(reference);
  if (size < NONE && (PROBABILITY.test(name) || size < ROUNDING)) return "none";
  if (exact) return "exact";
  return size < RARE && PROBABILITY.test(name) ? "rare" : "mean";
};

/**
 * The least that a probability of events is known by, if they are independent clusters of a geometric number of them: E[X^2] / E[X] is 2 `cluster` - 1. Events
 * that were not seen have no spread of their own, and few may have too little of it.
 */
const leastError = (probability: number, cluster: number, packets: number): number => Math.sqrt((probability * (2 * cluster - 1)) / packets);

export interface Sampling {
  /** Packets that the estimate is from. */
  packets: number;
  /** Into how many they were divided. */
  parts: number;
  /** How many rare events come together, in the mean. Default 1. */
  cluster?: number | undefined;
}

export const compare = (name: string, reference: number, rule: Rule, found: Estimate, { packets, parts, cluster = 1 }: Sampling): Comparison => {
  const { value, correlation } = found;
  const size = Math.abs(reference);
  const seen = rule === "rare" ? Math.max(found.error, leastError(size, cluster, packets)) : found.error;
  // Dependence asks for a longer run; it allows no more.
  const error = correlation * Math.sqrt(parts) > DEPENDENT ? seen * understated(correlation) : seen;
  const accurate = {
    mean: error <= (TOLERANCE * size) / 2,
    rare: error <= RARE_ACCURACY * size || packets >= RARE_PACKETS,
    none: true,
    exact: true,
    bound: true,
  }[rule];
  const tolerance = {
    mean: Math.max(TOLERANCE * size, ERRORS * seen),
    rare: ERRORS * seen,
    none: 0,
    exact: ROUNDING * size,
    bound: ROUNDING * size,
  }[rule];
  const near = Math.abs(value - reference) <= tolerance;
  const agrees = { none: value === 0, bound: near || (value > 0 && value < reference), mean: near, rare: near, exact: near }[rule];
  const verdict = !accurate ? "not accurate enough" : agrees ? "passed" : "failed";
  return { name, rule, reference, measured: value, standardError: error, tolerance, verdict };
};
