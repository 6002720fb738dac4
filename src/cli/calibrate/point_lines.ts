/** How far the model is from each measured value. */
import type { Calibration } from "./report.ts";

type Point = Calibration["points"][number];
type Value = Point["values"][number];

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export const pointLines = (points: readonly Point[]): string[] =>
  points.map(({ line, values }) => `  line ${line}: ${values.map(valueText).join(", ")}`);

const valueText = (value: Value): string => {
  const { name, residual } = value;
  if (residual === null) return `${name} ${inItsUnit(value)} against 0`;
  return `${name} ${residual < 0 ? "" : "+"}${percent(residual)}`;
};

const inItsUnit = ({ name, fitted }: Value): string => {
  if (name === "carried") return `${fitted.toFixed(0)} pps`;
  return name === "latency" ? `${fitted.toFixed(0)} ns` : percent(fitted);
};
