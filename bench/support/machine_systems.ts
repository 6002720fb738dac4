/** Systems of the machines bench: N CPUs with an interface each that receives, a bridge or a router, traffic from each interface to the next. */
import { madeUp } from "../../src/cli/run/made_up.ts";
import type { EngineConfig } from "../../src/types.ts";

export type MachinePath = "bridge" | "fastforward";

export interface MachineSystem {
  cpus: number;
  path: MachinePath;
  /** net.netisr.mpsafe_thread, which the other threads follow. */
  mode: number;
}

/** All of them, by name. */
export const SYSTEMS: ReadonlyMap<string, MachineSystem> = new Map(
  [1, 4, 64].flatMap((cpus) =>
    (["bridge", "fastforward"] as const).flatMap((path) =>
      [0, 1, 2].map((mode): [string, MachineSystem] => [`${cpus} ${cpus === 1 ? "CPU" : "CPUs"}, ${path}, mode ${mode}`, { cpus, path, mode }]),
    ),
  ),
);

/**
 * Flows of an interface. Flow f has the f-th station or (destination, source), and source port 1024 + f: so the port hash is f modulo the CPUs, and each CPU
 * has as many flows as any other: 256 over all interfaces, which is what its flow cache holds.
 */
export const FLOWS = 256;
export const FRAME_BYTES = 60;
const LINK = "10Gbps";
/** Microseconds. */
const MODERATION = 20;

/** Packets per virtual second over all interfaces with which a system starts: below what any carries, so that no flow gets lost on its way into a cache. */
export const FIRST_RATE = 100_000;

/**
 * Flows come in turn, so that all have been there after FLOWS packets of each interface. One CPU has a second interface, which only sends: nothing goes back
 * where it came from.
 */
export const machineConfig = ({ cpus, path, mode }: MachineSystem): EngineConfig => {
  const interfaces = Math.max(2, cpus);
  const { virtual, sysctl, ...system } = madeUp({
    as: path === "bridge" ? "bridge" : "router",
    cpus,
    interfaces,
    rate: BigInt(Math.round((FIRST_RATE * interfaces) / cpus)),
    flows: FLOWS * interfaces,
    bytes: FRAME_BYTES,
    arrivals: "constant",
  });
  return {
    ...system,
    sysctl: { ...sysctl, "net.netisr.mpsafe_thread": mode },
    virtual: { interfaces: { "*": { rate: LINK, delay: MODERATION } }, traffic: virtual!.traffic!.slice(0, cpus) },
  };
};
