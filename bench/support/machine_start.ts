/** A system of the machines bench, ready to be measured, and the loads at which it is. */
import type { Build } from "./machine_builds.ts";
import { ownBuild } from "./machine_builds.ts";
import { findLoads, type Loads } from "./machine_load.ts";
import { MachineRun } from "./machine_run.ts";
import { type MachineSystem, machineConfig } from "./machine_systems.ts";

/** Arrivals of a call of `run`, about: what a call costs of its own, most of all the check that no packet got lost, then weighs little. */
export const CALL_PACKETS = 32_768;

/** Every flow is in its cache. */
export const startRun = async ({ contestant, make }: Build, name: string, system: MachineSystem): Promise<MachineRun> =>
  new MachineRun(`${name}, ${contestant}`, system, await make(machineConfig(system))).start();

export const loadsOf = async (name: string, system: MachineSystem): Promise<Loads> => {
  const run = await startRun(ownBuild, name, system);
  const loads = findLoads(run);
  run.dispose();
  return loads;
};
