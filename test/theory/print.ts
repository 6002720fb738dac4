/** What a row's result looks like on one line. */
import type { Comparison } from "./accept.ts";
import { labelOf, type RowPlace, type RowResult } from "./row.ts";

export const titleOf = (place: RowPlace): string => labelOf(place).trimEnd();

const digits = (value: number): string => (value === 0 ? "0" : value.toPrecision(5));

const deviation = ({ reference, measured, rule }: Comparison): string =>
  rule === "none" || rule === "rare" || rule === "bound" ? digits(measured) : `${(((measured - reference) / (reference || 1)) * 100).toFixed(2)} %`;

const trouble = ({ name, reference, measured, standardError, tolerance, verdict }: Comparison): string =>
  `${name} ${verdict}: reference ${digits(reference)}, measured ${digits(measured)}, standard error ${digits(standardError)}, tolerance ${digits(tolerance)}`;

/** What was compared and how far it was off, or what was wrong. */
export const lineOf = (place: RowPlace, { comparisons, packets, wallTime, faults, passed }: RowResult): string => {
  const bad = [...comparisons.filter(({ verdict }) => verdict !== "passed").map(trouble), ...faults];
  const good = comparisons.map((one) => `${one.name} ${deviation(one)}`).join(", ");
  const size = `${(packets / 1e6).toFixed(1)} M packets, ${wallTime.toFixed(1)} s`;
  return `${titleOf(place)}: ${passed ? `passed (${good})` : `FAILED, ${bad.join("; ")}`} [${size}]`;
};
