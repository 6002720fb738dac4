/** The functional packet path in plain TypeScript: the model that the engine is compared with, written apart from the engine and without a look at its code. */
export { type BridgeAddress, BridgeTable, bridgeHash } from "./bridge_table.ts";
export { type Counts, unaccounted } from "./counts.ts";
export type { ArpEntry, Flow, Sent } from "./host.ts";
export { inpMportHash, ipLengthcheck, ipMport, type MportOptions, ncpus2, rssHash, type ThreadId } from "./ip_demux.ts";
export { decrementTtl, ipflowHash } from "./ip_flow.ts";
export type { LockCounts } from "./locks.ts";
export { netisrRunDecision, netmsgServiceDecision, type RunDecision, type ServiceDecision } from "./netisr.ts";
export { createReference, type Reference } from "./reference.ts";
export type { Route } from "./route.ts";
export { toeplitz } from "./toeplitz.ts";
