/** Faults that take room in a simulated system, so that packets are lost for want of it. */
import type { FaultResult } from "../types.ts";
import { printable } from "./layout.ts";
import type { RunFault } from "./run_faults.ts";
import type { Lost } from "./run_lost.ts";
import type { RunReport } from "./run_report.ts";

type Kind = FaultResult["kind"];

/** Kinds that take the very room that was wanted; and those that hold up whoever would have made room, or would have come earlier. */
const TAKE: Record<NonNullable<Lost["reason"]>, readonly Kind[]> = { RingFull: ["ring"], NoMbufs: ["mbufs"], QueueFull: ["queue", "flap"] };
const HOLD_UP: readonly Kind[] = ["lostInterrupts", "holder", "stall", "storm"];

/** So many times what comes in the mean may come, or still wait, while a fault is there. */
const MOST = 5;
/** A ring counts the frames that a fault refuses; if it was the fault, they are half of those lost at least. */
const REFUSED = 2;

/** The faults that struck and may be why packets were lost; undefined: none. */
export interface Struck {
  /** "stall CPU 1 and 2 more" */
  names: string;
  /** The first of them takes the room itself. */
  takes: boolean;
}

export const struckOf = ({ faults, offered }: RunReport["simulated"], { reason, packets }: Lost): Struck | undefined => {
  if (!reason) return undefined;
  const struck = [...TAKE[reason], ...HOLD_UP].flatMap((kind) => faults.filter((fault) => fault.kind === kind && fault.struck > 0n));
  const [first, ...more] = struck.filter((fault) => mostLostBy(fault, offered) * struck.length >= packets);
  if (!first) return undefined;
  const others = more.length > 0 ? ` and ${more.length} more` : "";
  return { names: `${first.kind} ${printable(first.what)}${others}`, takes: TAKE[reason].includes(first.kind) };
};

/** Packets that it may have cost, at most. */
const mostLostBy = ({ kind, struck, share }: RunFault, offered: bigint): number =>
  kind === "ring" ? REFUSED * Number(struck) : MOST * share * Number(offered);
