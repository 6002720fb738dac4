/** Intervals and weights on a model that is a formula with noise, so that there can be many fits. */
import { expect, test } from "vitest";
import { fitCosts } from "../../../src/calibrate/fit.ts";
import { type Model, Problem } from "../../../src/calibrate/problem.ts";
import { readTable } from "../../../src/calibrate/table.ts";
import { Random } from "../../model/random.ts";
import { chanceOfAtMost } from "../../support/binomial.ts";
import { changed, DEFAULTS, normal, numberOf } from "../../support/calibration.ts";

const NAMES = ["RxFrame", "Interrupt"];
const NUMBERS = NAMES.map(numberOf);
const TRUTH = changed({ RxFrame: 1.3, Interrupt: 0.8 });
const RATES = [20, 60, 100, 150, 200];
const FITS = 300;
/** A bound is passed by chance in one of a thousand cases. */
const CHANCE = 0.001;

interface Made {
  /** Relative, of each measured value, and of each part of a run of the model; the latter is the same for both loads. */
  error: number;
  noise: number;
  seed: number;
}

/** Packets and a thousand interrupts per kpps root, of each of which there is a load. */
const exact = (kpps: number, costs: readonly number[]): number[] => {
  const [packets, interrupts] = [kpps * 1e-6 * costs[NUMBERS[0]!]!, Math.sqrt(kpps) * 1e-6 * costs[NUMBERS[1]!]!];
  return [packets + interrupts, packets + 2 * interrupts];
};

const modelOf =
  ({ noise, seed }: Made): Model =>
  async ({ settings: { offered } }, costs, draw) => {
    const random = new Random(seed * 1000 + draw * 100 + offered / 1000);
    return Array.from({ length: 4 }, () => {
      const factor = 1 + noise * normal(random);
      return exact(offered / 1000, costs).map((value) => value * factor);
    });
  };

/** `declared`: error that the fit is told. */
const fitOf = async (made: Made, declared: number, rates = RATES): Promise<{ off: number[]; sigma: number }> => {
  const points = readTable(["cpus,offered [kpps],load [share],load Interrupt [share]", ...rates.map((rate) => `1,${rate},0,0`)].join("\n"));
  const random = new Random(made.seed + 1e6);
  for (const { settings, measured } of points)
    for (const [i, one] of measured.entries()) one.value = exact(settings.offered / 1000, TRUTH)[i]! * (1 + made.error * normal(random));
  const { costs, fitted, sigma } = await fitCosts(new Problem(points, modelOf(made), () => {}, { error: declared, draws: 2 }), DEFAULTS, NUMBERS);
  expect(fitted).toHaveLength(2);
  return { off: NUMBERS.map((cost, g) => Math.log(costs[cost]! / TRUTH[cost]!) / fitted[g]!.half!), sigma };
};

test.each([
  { about: "errors as declared, no noise", error: 0.01, noise: 0, declared: 0.01 },
  { about: "errors as declared, more noise of the model than that", error: 0.01, noise: 0.05, declared: 0.01 },
  { about: "errors three times as large as declared", error: 0.03, noise: 0.01, declared: 0.01 },
])("$about: intervals hold the truth as often as 95 % ones do", async ({ error, noise, declared }) => {
  const hits = [0, 0];
  for (let seed = 1; seed <= FITS; seed++) {
    const { off } = await fitOf({ error, noise, seed }, declared);
    for (const [g, one] of off.entries()) if (Math.abs(one) <= 1) hits[g]!++;
  }
  for (const of of hits) {
    expect(chanceOfAtMost(of, FITS, 0.95), `${hits}`).toBeGreaterThan(CHANCE);
    // Errors that seem smaller than declared are not believed, so that somewhat more than 95 % hold it; never more than that of 98 %.
    expect(1 - chanceOfAtMost(of - 1, FITS, 0.98), `${hits}`).toBeGreaterThan(CHANCE);
  }
});

test("errors that are larger than declared are seen", async () => {
  const { sigma } = await fitOf(
    { error: 0.03, noise: 0, seed: 1 },
    0.01,
    Array.from({ length: 60 }, (_, i) => 20 + 3 * i),
  );
  expect(sigma).toBeGreaterThan(2.5);
  expect(sigma).toBeLessThan(3.5);
});

test("a value counts the less the more the model's parts differ; points of the same settings share their runs", async () => {
  const points = readTable("cpus,offered [pps],carried [pps],load [share]\n1,100,100,0.5\n1,100,101,0.4\n1,200,200,0.8");
  const runs: number[] = [];
  const model: Model = async ({ settings: { offered }, measured }) => {
    runs.push(offered);
    return [0.9, 1.1].map((factor) => measured.map(({ measure }) => (measure.kind === "load" ? 0.5 * factor : offered)));
  };
  const problem = new Problem(points, model, () => {}, { error: 0.02, draws: 2 });
  const prediction = await problem.predict(DEFAULTS);
  expect(runs).toEqual([100, 200, 100, 200]);
  expect([...problem.runOf]).toEqual([0, 0, 0, 0, 1, 1]);
  expect(prediction.values).toEqual([100, 0.5, 100, 0.5, 200, 0.5].map((value) => expect.closeTo(value, 9)));
  const spread = Math.sqrt((4 * 0.1 ** 2) / 3 / 4);
  const weights = problem.weights(prediction);
  expect(weights[0]).toBeCloseTo(1 / 0.02, 6);
  expect(weights[1]).toBeCloseTo(1 / Math.hypot(0.02, spread), 6);
  expect(weights[3]).toBeCloseTo(1 / Math.hypot(0.02, spread * (0.5 / 0.4)), 6);
});
