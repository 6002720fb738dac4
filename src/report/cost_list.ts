import { COST_PRESETS, COSTS } from "../costs.ts";
import { left, right, table, wrap } from "./layout.ts";

/** Every cost: a row of figures, then its sentence and where the figure comes from. */
export const costList = (): string[] => {
  const [headings, ...rows] = table(
    [left("cost"), right("default"), left("unit"), left("grade"), left("source")],
    COSTS.map(({ name, default: ns, unit, grade, source }) => [name, String(ns), unit, grade, source]),
  );
  const sources = headings!.indexOf("source");
  const lines = (row: string, source: string): string[] => {
    const [first, ...more] = wrap(source, " ".repeat(sources));
    return [row.slice(0, sources) + first!.trimStart(), ...more];
  };
  return [
    headings!,
    ...rows.flatMap((row, i) => [...lines(row, COSTS[i]!.source), ...wrap(COSTS[i]!.summary, "      ")]),
    "",
    ...wrap("cited: stands in the source.  derived: computed from it.  assumed: within a range that is known."),
    ...wrap(`Presets: ${COST_PRESETS.join(", ")}. A configuration changes entries in virtual.costs.set, \`netisr run --cost NAME=NS\` overrides it.`),
  ];
};
