/** Interfaces whose cables were out while a system ran. */
import type { ChangeResult } from "../types.ts";

export interface Unplugged {
  interface: string;
  /** Share of the time. */
  share: number;
}

const CARRIER = " carrier";

/** Of those that were out for some time, by what was changed; times in picoseconds. */
export const unpluggedOf = (changes: readonly ChangeResult[], elapsed: bigint): Unplugged[] => {
  const out = new Map<string, bigint>();
  for (const { time, what, to } of changes.filter((change) => change.what.endsWith(CARRIER))) {
    const name = what.slice(0, -CARRIER.length);
    out.set(name, (out.get(name) ?? 0n) + (to === "off" ? elapsed - time : time - elapsed));
  }
  return [...out].filter(([, time]) => time > 0n).map(([name, time]) => ({ interface: name, share: Number(time) / Number(elapsed) }));
};
