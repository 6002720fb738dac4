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

/** Makes the flows `first` to `last`. */
export const makeFlows = (lab: Lab, first: number, last: number): void => {
  for (let n = first; n <= last; n++) lab.receive("em0", ofFlow(n));
};

/** Whether flow `n` is known. Asking is using it. */
export const isKnown = (lab: Lab, n: number): boolean => pathOf(lab, ofFlow(n)) === "Fastforwarded";
