import { KNOBS, type KnobInfo } from "../knobs.ts";
import { left, right, table, wrap } from "./layout.ts";

const range = ({ min, max }: KnobInfo): string => `${min} to ${max}`;

/** Every knob: a row of numbers, then its sentence. */
export const knobList = (): string[] => {
  const knobs = Object.values(KNOBS);
  const [headings, ...rows] = table(
    [left("knob"), right("default"), right("range"), left("unit")],
    knobs.map((knob) => [knob.name, String(knob.default), range(knob), knob.unit]),
  );
  return [
    headings!,
    ...rows.flatMap((row, i) => [row, ...wrap(knobs[i]!.summary, "      ")]),
    "",
    ...wrap("[engine]: no kernel of 2008 had this knob.  switch: 0 off, 1 on.  tos, byte: one byte of a header or key."),
    ...wrap('First values stand in the configuration ("sysctl"), and `--set NAME=VALUE` of replay and run overrides them.'),
  ];
};
