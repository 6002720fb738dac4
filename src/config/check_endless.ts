/** Refuses loops that would go round at one moment for ever: nothing on their way takes time, and nothing ends them. */

import type { ResolvedVirtual } from "../types/virtual.ts";
import type { ResolvedConfig } from "../types.ts";
import { refuse } from "./path.ts";
import { NO_LIMIT } from "./quantities.ts";

/** @throws ConfigError */
export const checkEndless = ({ virtual }: ResolvedConfig): void => {
  if (!virtual || virtual.closed.length + virtual.tcp.length === 0 || takesTime(virtual)) return;
  for (const [i, { think, service, count }] of virtual.closed.entries())
    if (think.mean + service.mean === 0n && count === NO_LIMIT)
      refuse(["virtual", "closed", i, "think"], "a time above 0 (or a `count`), as no cost, link or moderation delay takes any", "0 ps");
  for (const [i, { bytes }] of virtual.tcp.entries())
    if (bytes === 0) refuse(["virtual", "tcp", i, "bytes"], "a number of bytes, as no cost, link or moderation delay takes any time", undefined);
};

/** A frame's way may still be free of what does: that is not looked into. */
const takesTime = ({ costs, wires }: ResolvedVirtual): boolean =>
  costs.some(({ ps }) => ps > 0n) ||
  wires.some(({ rate, propagation, delay, polling, vacation }) => rate > 0n || propagation > 0n || delay > 0n || polling || vacation.ps > 0n);
