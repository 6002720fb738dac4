/** What a simulated system had no room for. */
import { count } from "./numbers.ts";
import { percent } from "./quantities.ts";
import type { RunReport } from "./run_report.ts";

type Simulated = RunReport["simulated"];

/** What is on its way at the end is not missing: as much as comes in a few moderation delays (picoseconds), and one in a hundred. */
const ON_THE_WAY = 200_000_000;
const MISSING = 0.01;
/** One packet of a thousand that is lost, as when flows are new, is not for want of room. */
export const FEW = 0.001;

/** What became of those for which there was no room. `reason` of most of them; undefined: they still wait. */
export interface Lost {
  reason: "RingFull" | "NoMbufs" | "QueueFull" | undefined;
  share: number;
  packets: number;
}

/** Packets that may be on their way at the end. */
export const onTheWay = ({ offered, elapsed }: Simulated): number => Number(offered) * (MISSING + ON_THE_WAY / Number(elapsed));

export const lostBy = (drops: Simulated["drops"], reason: string): number =>
  drops.reduce((sum, one) => sum + (one.reason === reason ? one.packets : 0), 0);

/** Packets that there was no room for; undefined: a few at most. */
export const lostOf = (simulated: Simulated, isClosed: boolean): Lost | undefined => {
  const { offered, drops, conservation } = simulated;
  const all = Number(offered);
  const reasons = ["NoMbufs", "RingFull", "QueueFull"] as const;
  const packets = reasons.reduce((sum, reason) => sum + lostBy(drops, reason), 0);
  // The packets of closed loops always wait somewhere.
  const waiting = !isClosed && conservation.queued > onTheWay(simulated);
  if (packets > all * FEW && !(waiting && conservation.queued > packets)) {
    const [reason] = [...reasons].sort((a, b) => lostBy(drops, b) - lostBy(drops, a));
    return { reason, share: packets / all, packets };
  }
  return waiting ? { reason: undefined, share: conservation.queued / all, packets: conservation.queued } : undefined;
};

/** The same for a reader. Copies of a flood may be more than all that was offered: then they are counted. */
export const outcome = (lost: Lost | undefined): string => {
  if (!lost) return "";
  const much = lost.share > 1 ? `${count(lost.packets)} packets` : percent(lost.share);
  return lost.reason ? `: lost ${much}, ${lost.reason}` : `: ${much} still waiting`;
};
