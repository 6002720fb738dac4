/** The four interfaces that most workloads use, and their part of the loops' description. */
import { formatMac, macToBytes } from "../../src/addresses.ts";
import type { InterfaceConfig, Mac } from "../../src/types.ts";
import type { LoopSystem } from "./contestant.ts";

export const PORTS = 4;
/** Posted receive buffers of all interfaces together. */
export const IN_FLIGHT = 4096;
export const BURST = 64;
export const MBUFS = 2048;
const MTU = 1500;
const TX_SLOTS = 256;
const SND_MAXLEN = 50;
/** DEFAULT_CLUSTER of src/wasm/regions.ts. */
const CLUSTER_BYTES = 2304;

/** Own address of interface `port`. */
export const ownMac = (port: number): Mac => 0x02_00_00_00_00_00n + BigInt(port);
/** Address of a host: 02:aa and its number. */
export const stationMac = (number: number): Mac => 0x02_aa_00_00_00_00n + BigInt(number);

/** `inFlight` receive buffers, shared out evenly. */
export const interfaces = (inFlight = IN_FLIGHT): InterfaceConfig[] =>
  Array.from({ length: PORTS }, (_, port) => ({
    name: `em${port}`,
    mac: formatMac(ownMac(port)),
    mtu: MTU,
    rxRing: inFlight / PORTS,
    txRing: TX_SLOTS,
    queue: SND_MAXLEN,
  }));

/** The parts of a loop's system that bridge and router share. */
export const loopSystem = (inFlight = IN_FLIGHT): Omit<LoopSystem, "kind" | "maxaddr" | "routes" | "neighbours"> => ({
  cpus: 1,
  burst: BURST,
  ports: Array.from({ length: PORTS }, (_, port) => ({
    mac: macToBytes(ownMac(port)),
    mtu: MTU,
    rxSlots: inFlight / PORTS,
    txSlots: TX_SLOTS,
    sndMaxlen: SND_MAXLEN,
  })),
  mbufs: MBUFS,
  clusterBytes: CLUSTER_BYTES,
});
