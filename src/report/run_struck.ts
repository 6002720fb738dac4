/** Faults, and cables that are out, which take room in a simulated system, so that packets are lost for want of it. */
import type { FaultResult } from "../types.ts";
import { printable } from "./layout.ts";
import { percent } from "./quantities.ts";
import type { RunFault } from "./run_faults.ts";
import type { Lost } from "./run_lost.ts";
import type { RunReport } from "./run_report.ts";
import { many, some } from "./run_used.ts";

type Kind = FaultResult["kind"];

/** Kinds that take the very room that was wanted; and those that hold up whoever would have made room, or would have come earlier. */
const TAKE: Record<NonNullable<Lost["reason"]>, readonly Kind[]> = { RingFull: ["ring"], NoMbufs: ["mbufs"], QueueFull: ["queue", "flap"] };
const HOLD_UP: readonly Kind[] = ["lostInterrupts", "holder", "stall", "storm"];

/** So many times what comes in the mean may come, or still wait, while a fault is there. */
const MOST = 5;
/** A stall that is there for longer is there all the time. */
const LASTING = 0.9;
/** A ring counts the frames that a fault refuses; if it was the fault, they are half of those lost at least. */
const REFUSED = 2;

/** What struck and may be why packets were lost; undefined: nothing. */
export interface Struck {
  by: "fault" | "cable";
  /** "the fault stall CPU 1 and 2 more", "the cable of em1 (out 75.0 %)" */
  text: string;
  /** The first of them takes the room itself. */
  takes: boolean;
  /** A CPU stands still nearly all the time: what waits for it is full, or taken. */
  lasts: boolean;
}

export const struckOf = (simulated: RunReport["simulated"], lost: Lost): Struck | undefined => {
  const { reason, packets } = lost;
  if (!reason) return undefined;
  const { faults, offered, unplugged } = simulated;
  const out = reason === "QueueFull" ? unplugged.filter(({ share }) => MOST * share * Number(offered) * unplugged.length >= packets) : [];
  if (out.length > 0) {
    const names = out.map((one) => printable(one.interface));
    return {
      by: "cable",
      text: `the ${many("cable", names)} of ${some(names)} (out ${percent(out[0]!.share)})`,
      takes: true,
      lasts: false,
    };
  }
  const struck = [...TAKE[reason], ...HOLD_UP].flatMap((kind) => faults.filter((fault) => fault.kind === kind && fault.struck > 0n));
  const [first, ...more] = struck.filter((fault) => mostLostBy(fault, offered) * struck.length >= packets);
  if (!first) return undefined;
  const others = more.length > 0 ? ` and ${more.length} more` : "";
  return {
    by: "fault",
    text: `the fault ${first.kind} ${printable(first.what)}${others}`,
    takes: TAKE[reason].includes(first.kind),
    lasts: first.kind === "stall" && first.share > LASTING,
  };
};

/** Packets that it may have cost, at most. */
const mostLostBy = ({ kind, struck, share }: RunFault, offered: bigint): number =>
  kind === "ring" ? REFUSED * Number(struck) : MOST * share * Number(offered);
