/** What became of the faults of a run, a few to a line. */
import type { FaultResult } from "../types.ts";
import { printable, wrap } from "./layout.ts";
import { count, counted } from "./numbers.ts";

/** What is counted of those that strike something, one of it; of the others, how often they began. */
const STRUCK: Partial<Record<FaultResult["kind"], string>> = {
  loss: "frame",
  bitErrors: "frame",
  duplication: "frame",
  reordering: "frame",
  ring: "frame",
  lostInterrupts: "interrupt",
  duplicatedInterrupts: "interrupt",
  storm: "interrupt",
  holder: "get",
};

export const faultLines = (faults: readonly FaultResult[]): string[] =>
  faults.length === 0 ? [] : wrap(`faults: ${faults.map(faultText).join("; ")}`, "  ", 90);

const faultText = ({ kind, what, struck, held }: FaultResult): string => {
  const times = counted(struck, STRUCK[kind] ?? "time");
  return `${kind} ${printable(what)} ${times}${held > 0n ? `, ${count(held)} held back` : ""}`;
};
