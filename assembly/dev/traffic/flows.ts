// Which flow the next frame is of.

import { FlowChoice } from "../../abi";
import { below } from "../../kern/random";
import { Generator } from "./generator";
import { byWeight } from "./weights";

/** The one after the last, one by lot, or one by lot and weight. */
export function pickFlow(g: Generator): u32 {
  const choice = g.choice;
  if (choice == FlowChoice.Turn) {
    const flow = g.flow + 1;
    return flow < g.flows ? flow : 0;
  }
  const lots = changetype<usize>(g) + offsetof<Generator>("lots");
  return choice == FlowChoice.Lot ? <u32>below(lots, g.flows) : byWeight(lots, g.flowTable, g.flows);
}
