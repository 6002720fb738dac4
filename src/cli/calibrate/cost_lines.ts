/** The costs that were fitted, each with what it was and how well it is determined. */
import { WIDTH, wrap } from "../../report/layout.ts";
import { percent } from "./point_lines.ts";
import type { Calibration } from "./report.ts";

export const fittedLines = (fitted: Calibration["fitted"], bar: number): string[] => [
  "Costs, ns                            before     fitted   95 % interval",
  ...fitted.flatMap((group) => costLines(group)),
  ...wrap(`determined: the interval is within ${percent(bar)} of the fitted value`, "  ", 96),
];

const costLines = ({ costs, sum, verdict, interval }: Calibration["fitted"][number]): string[] => {
  const within = interval ? `${interval.map((end) => end.toFixed(1)).join(" to ")}  ${verdict}` : verdict;
  const row = (name: string, before: number, now: number, last: string): string =>
    `  ${name.padEnd(32)} ${before.toFixed(1).padStart(8)} ${now.toFixed(1).padStart(10)}   ${last}`.trimEnd();
  if (costs.length === 1) return [row(costs[0]!.name, costs[0]!.before, costs[0]!.ns, within)];
  const term = ({ name, weight }: (typeof costs)[number]): string => (Math.abs(weight - 1) < 0.05 ? name : `${weight.toFixed(2)} ${name}`);
  const before = costs.reduce((total, { before: ns, weight }) => total + ns * weight, 0);
  const terms = costs.map(term).join(" + ");
  const whole = row(terms, before, sum, within);
  return [
    ...(whole.length > WIDTH ? [...wrap(terms), row("", before, sum, within)] : [whole]),
    ...costs.map(({ name, before: ns, ns: now }) => row(`  ${name}`, ns, now, "not determined, only the sum")),
  ];
};
