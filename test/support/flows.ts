/** Packets and counts of flows through `routerOf` with the flow cache on. */
import type { Lab, LabOptions, Labs } from "./lab.ts";
import { toRouter } from "./lab.ts";
import type { IpFields } from "./packets.ts";

/** A router that fastforwards. */
export const cacheOf = (labs: Labs, { sysctl, ...more }: LabOptions = {}): Lab =>
  labs.routerOf(2, { ...more, sysctl: { "net.inet.ip.fastforwarding": 1, ...sysctl } });

/** Source address of flow `n`, up to 65,535. All belong to CPU 0 of one. */
export const sourceOf = (n: number): string => `20.0.${n >> 8}.${n & 255}`;

/** A packet of flow `n`. */
export const ofFlow = (n: number, fields: IpFields = {}): Uint8Array => toRouter({ src: sourceOf(n), ...fields });

/** How a packet left: "Fastforwarded", "Forwarded", or nothing. */
export const pathOf = (lab: Lab, data: Uint8Array, time?: number): string | undefined => lab.sent("em0", data, time)[0]?.path;

/** One packet of each flow from `first` to `last`, `times` over. */
export const useFlows = (lab: Lab, first: number, last: number, times = 1): void => {
  const all = Array.from({ length: last - first + 1 }, (_, i) => ofFlow(first + i));
  lab.burst("em0", Array(times).fill(all).flat());
};

/** Whether flow `n` is known. Asking is using it. */
export const isKnown = (lab: Lab, n: number): boolean => pathOf(lab, ofFlow(n)) === "Fastforwarded";
