/** What a calibration has to say, and the costs that it writes. */
import type { Fit } from "../../calibrate/fit.ts";
import { pointsIn } from "../../calibrate/problem.ts";
import type { Point } from "../../calibrate/table.ts";
import { COSTS } from "../../costs.ts";
import { printable, shorten, WIDTH, wrap } from "../../report/layout.ts";
import { counted } from "../../report/numbers.ts";
import type { CostsConfig } from "../../types.ts";
import { fittedLines } from "./cost_lines.ts";
import { percent, pointLines } from "./point_lines.ts";

/** determined: the 95 % interval is within the bar. weakly: wider. not: an interval would be as wide as the cost, or other costs may make up for it. */
export type Verdict = "determined" | "weakly determined" | "not determined";

/** Relative half of a 95 % interval up to which a cost is called determined, unless the user says otherwise. */
export const BAR = 0.05;

export interface Calibration {
  version: string;
  command: "calibrate";
  file: string;
  /** Points of equal settings count as one. */
  settings: number;
  runs: number;
  iterations: number;
  /** What the user said: relative error of measurements, bar of the intervals. */
  error: number;
  bar: number;
  /** What is left between points and model, in what was expected to be: 1 is as expected. */
  sigma: number;
  /** `costs`: one, or those of which only `sum` (ns, with the weights) is fitted. `interval`: ns, 95 % of the sum; null: not determined. */
  fitted: {
    costs: { name: string; ns: number; before: number; weight: number }[];
    sum: number;
    verdict: Verdict;
    interval: [low: number, high: number] | null;
  }[];
  /** Costs that move nothing in these points, or too little, and keep what they had. */
  without: string[];
  /** Costs that the points cannot tell apart, by how much each takes part; what one gains another of the other sign may lose. */
  open: { costs: string[]; part: number }[][];
  /** Packets per second, shares of the time, ns. `residual`: relative to what was measured; null: that is 0. */
  points: { line: number; values: { name: string; measured: number; fitted: number; residual: number | null }[] }[];
}

const nameOf = (cost: number): string => COSTS[cost]!.name;

const verdictOf = (half: number | undefined, bar: number): Verdict => {
  if (half === undefined) return "not determined";
  return Math.expm1(half) <= bar ? "determined" : "weakly determined";
};

export const calibrationOf = (
  about: Pick<Calibration, "version" | "file" | "error" | "bar">,
  points: readonly Point[],
  start: readonly number[],
  fit: Fit,
): Calibration => {
  let next = 0;
  return {
    ...about,
    command: "calibrate",
    settings: pointsIn(points),
    runs: fit.runs,
    iterations: fit.iterations,
    sigma: fit.sigma,
    fitted: fit.fitted.map(({ group, half }) => {
      const sum = group.costs.reduce((total, cost, i) => total + fit.costs[cost]! * group.weights[i]!, 0);
      return {
        costs: group.costs.map((cost, i) => ({ name: nameOf(cost), ns: fit.costs[cost]!, before: start[cost]!, weight: group.weights[i]! })),
        sum,
        verdict: verdictOf(half, about.bar),
        interval: half === undefined ? null : [sum * Math.exp(-half), sum * Math.exp(half)],
      };
    }),
    without: fit.without.map(nameOf),
    open: fit.open.map((direction) => direction.map(({ group, part }) => ({ costs: group.costs.map(nameOf), part }))),
    points: points.map(({ line, measured }) => ({
      line,
      values: measured.map(({ measure, value }) => {
        const i = next++;
        const fitted = fit.predicted[i]!;
        return { name: measure.name, measured: value, fitted, residual: value === 0 ? null : fitted / value - 1 };
      }),
    })),
  };
};

/** Those that were fitted; the others are those of the preset. */
export const presetOf = ({ fitted }: Calibration): CostsConfig => ({
  preset: "opteron-2008",
  set: Object.fromEntries(fitted.flatMap(({ costs }) => costs.map(({ name, ns }) => [name, Math.round(ns * 1000) / 1000]))),
});

/** Of a file in the heading, which has to fit a line. */
const LONGEST_NAME = 30;
/** Above this, what is left is not chance; below that neither, if there are some values. */
const [TOO_MUCH, TOO_LITTLE, SOME] = [1.5, 0.6, 20];

const remarkOn = (sigma: number, error: number, values: number): string[] => {
  const worse =
    "Either measurements are worse than that, or the model does not do what was measured: look for the points below that are far off. All intervals are as much wider.";
  const better = `Measurements seem to be better than that. If they are, --error ${percent(sigma * error).replace(" ", "")} gives narrower intervals.`;
  if (sigma > TOO_MUCH) return wrap(worse, "  ", 96);
  return sigma < TOO_LITTLE && values >= SOME ? wrap(better, "  ", 96) : [];
};

export const calibrationText = (report: Calibration, out: string | undefined): string => {
  const { version, file, points, settings, runs, iterations, error, bar, sigma, fitted, without, open } = report;
  const values = points.reduce((sum, point) => sum + point.values.length, 0);
  const lines = [
    `netisr ${version} calibrate ${shorten(printable(file), LONGEST_NAME)}: ${pointsText(settings, points.length)}, ${counted(values, "value")}, ${counted(runs, "run")}, ${counted(iterations, "step")}`,
    ...wrap(
      `errors of measurements: ${percent(error)} expected; what is left is ${sigma.toFixed(2)} times what that and the model's own noise come to`,
      "  ",
      96,
    ),
    ...remarkOn(sigma, error, values),
    ...(fitted.length > 0 ? fittedLines(fitted, bar) : ["Costs: none is fitted"]),
    ...open.flatMap((direction) => wrap(openText(direction), "  ", 96)),
    ...(without.length > 0 ? wrap(`not determined, kept, as they move too little or nothing in these points: ${without.join(", ")}`, "  ", 96) : []),
    "Points: model against measured",
    ...pointLines(points),
    ...(out === undefined ? [] : whereLines(out)),
  ];
  return `${lines.join("\n")}\n`;
};

const pointsText = (points: number, rows: number): string =>
  points === rows ? counted(points, "point") : `${counted(points, "point")} in ${counted(rows, "row")}`;

const whereLines = (out: string): string[] => {
  const [where, command] = [`The costs are in ${out}:`, `netisr run --costs ${out}`];
  return where.length + command.length < WIDTH ? [`${where} ${command}`] : [where, `  ${command}`];
};

/** A direction that is open: what some of it gain others lose. */
const openText = (direction: Calibration["open"][number]): string => {
  const [more, less] = [1, -1].map((sign) => direction.filter(({ part }) => part * sign > 0).map(({ costs }) => costs.join(" + ")));
  if (direction.length === 1) return `not determined: ${[...more!, ...less!].join()}`;
  if (more!.length === 0 || less!.length === 0) return `not told apart: ${[...more!, ...less!].join(", ")}`;
  return `not told apart: more of ${more!.join(", ")} and less of ${less!.join(", ")} would do the same`;
};
