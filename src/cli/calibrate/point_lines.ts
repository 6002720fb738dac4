/** How far the model is from each measured value. */
import { WIDTH, wrap } from "../../report/layout.ts";
import type { Calibration } from "./report.ts";

type Point = Calibration["points"][number];
type Value = Point["values"][number];

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Lines are broken between values, not within one. */
const NO_BREAK = "\u00a0";

export const pointLines = (points: readonly Point[]): string[] =>
  points.flatMap(({ line, values }) => {
    const whole = values.map((value) => valueText(value).replaceAll(" ", NO_BREAK)).join(", ");
    const lines = wrap(`line${NO_BREAK}${line}: ${whole}`, "  ", WIDTH - 2).map((one) => one.replaceAll(NO_BREAK, " "));
    return lines.map((one, i) => (i === 0 ? one : `  ${one}`));
  });

const valueText = (value: Value): string => {
  const { name, residual } = value;
  if (residual === null) return `${name} ${inItsUnit(value)} against 0`;
  return `${name} ${residual < 0 ? "" : "+"}${percent(residual)}`;
};

const inItsUnit = ({ name, fitted }: Value): string => {
  if (name === "carried") return `${fitted.toFixed(0)} pps`;
  return name === "latency" ? `${fitted.toFixed(0)} ns` : percent(fitted);
};
