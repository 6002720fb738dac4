/** What became of the faults of a run, a few to a line. */
import type { FaultResult } from "../types.ts";
import { printable, wrap } from "./layout.ts";
import { count } from "./numbers.ts";

/** What is counted of those that strike something; of the others, how often they began. */
const STRUCK: Partial<Record<FaultResult["kind"], string>> = {
  loss: "frames",
  bitErrors: "frames",
  duplication: "frames",
  reordering: "frames",
  ring: "frames",
  lostInterrupts: "interrupts",
  duplicatedInterrupts: "interrupts",
  storm: "interrupts",
  holder: "gets",
};

export const faultLines = (faults: readonly FaultResult[]): string[] =>
  faults.length === 0 ? [] : wrap(`faults: ${faults.map(faultText).join("; ")}`, "  ", 90);

const faultText = ({ kind, what, struck, held }: FaultResult): string => {
  const unit = STRUCK[kind] ?? (struck === 1n ? "time" : "times");
  return `${kind} ${printable(what)} ${count(struck)} ${unit}${held > 0n ? `, ${count(held)} held back` : ""}`;
};
