/** What a calibration has to say, and the costs that it writes. */
import type { Fit } from "../../calibrate/fit.ts";
import type { Point } from "../../calibrate/table.ts";
import { COSTS } from "../../costs.ts";
import { wrap } from "../../report/layout.ts";
import type { CostsConfig } from "../../types.ts";

export interface Calibration {
  version: string;
  command: "calibrate";
  file: string;
  runs: number;
  iterations: number;
  /** Relative, over the degrees of freedom. */
  sigma: number;
  /** `costs`: one, or those of which only `sum` (ns, with the weights) is determined. `error`: relative standard error; null: not determined. */
  fitted: { costs: { name: string; ns: number; before: number; weight: number }[]; sum: number; error: number | null }[];
  /** Costs that move nothing in these points, and keep what they had. */
  without: string[];
  /** Costs that the points cannot tell apart, by how much each takes part; what one gains another of the other sign may lose. */
  open: { costs: string[]; part: number }[][];
  points: { line: number; values: { name: string; measured: number; fitted: number; residual: number }[] }[];
}

const nameOf = (cost: number): string => COSTS[cost]!.name;

export const calibrationOf = (version: string, file: string, points: readonly Point[], start: readonly number[], fit: Fit): Calibration => {
  let next = 0;
  return {
    version,
    command: "calibrate",
    file,
    runs: fit.runs,
    iterations: fit.iterations,
    sigma: fit.sigma,
    fitted: fit.fitted.map(({ group, error }) => ({
      costs: group.costs.map((cost, i) => ({ name: nameOf(cost), ns: fit.costs[cost]!, before: start[cost]!, weight: group.weights[i]! })),
      sum: group.costs.reduce((sum, cost, i) => sum + fit.costs[cost]! * group.weights[i]!, 0),
      error: error ?? null,
    })),
    without: fit.without.map(nameOf),
    open: fit.open.map((direction) => direction.map(({ group, part }) => ({ costs: group.costs.map(nameOf), part }))),
    points: points.map(({ line, measured }) => ({
      line,
      values: measured.map(({ measure, value }) => {
        const i = next++;
        return { name: measure.name, measured: value, fitted: fit.predicted[i]!, residual: fit.predicted[i]! / value - 1 };
      }),
    })),
  };
};

/** Those that were fitted; the others are those of the preset. */
export const presetOf = ({ fitted }: Calibration): CostsConfig => ({
  preset: "opteron-2008",
  set: Object.fromEntries(fitted.flatMap(({ costs }) => costs.map(({ name, ns }) => [name, Math.round(ns * 1000) / 1000]))),
});

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export const calibrationText = (report: Calibration, out: string | undefined): string => {
  const { version, file, points, runs, iterations, sigma, fitted, without, open } = report;
  const values = points.reduce((sum, point) => sum + point.values.length, 0);
  const lines = [
    `netisr ${version} calibrate ${file}: ${points.length} points, ${values} values, ${runs} runs, ${iterations} steps`,
    `  what is left between points and model: ${percent(sigma)}`,
    "Costs, ns                            before     fitted   95 % within",
    ...fitted.flatMap(costLines),
    ...open.flatMap((direction) =>
      wrap(`not told apart: ${direction.map(({ costs, part }) => `${part > 0 ? "+" : "-"}${costs.join("+")}`).join(" ")}`, "  ", 90),
    ),
    ...(without.length > 0 ? wrap(`without effect in these points, kept: ${without.join(", ")}`, "  ", 90) : []),
    "Points: model against measured",
    ...points.map(
      ({ line, values: of }) =>
        `  line ${line}: ${of.map(({ name, residual }) => `${name} ${residual < 0 ? "" : "+"}${percent(residual)}`).join(", ")}`,
    ),
    ...(out === undefined ? [] : [`The costs are in ${out}: netisr run --costs ${out}`]),
  ];
  return `${lines.join("\n")}\n`;
};

const costLines = ({ costs, sum, error }: Calibration["fitted"][number]): string[] => {
  const within = error === null ? "not determined" : `+-${percent(1.96 * error)}`;
  const row = (name: string, before: number, now: number, last: string): string =>
    `  ${name.padEnd(32)} ${before.toFixed(1).padStart(8)} ${now.toFixed(1).padStart(10)}   ${last}`.trimEnd();
  if (costs.length === 1) return [row(costs[0]!.name, costs[0]!.before, costs[0]!.ns, within)];
  const term = ({ name, weight }: (typeof costs)[number]): string => (Math.abs(weight - 1) < 0.05 ? name : `${weight.toFixed(2)} ${name}`);
  const before = costs.reduce((total, { before: ns, weight }) => total + ns * weight, 0);
  return [
    row(costs.map(term).join(" + "), before, sum, within),
    ...costs.map(({ name, before: ns, ns: now }) => row(`  ${name}`, ns, now, "only the sum is determined")),
  ];
};
