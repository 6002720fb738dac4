/**
 * What a packet costs the virtual machine, without a clock: steps of threads and turns of the event loop, counted. Both are the same on every host. The
 * limits are a tenth above what was counted when they were set, so that a cost or an order may change without them, but not that every packet needs a step
 * or an event more. Whoever needs fewer lowers them; whoever needs more for a reason says so where they are raised. The aim is 1.3, 3 and 5 events for 1, 4
 * and 64 CPUs.
 */
import { expect, test } from "vitest";
import { MachineRun } from "../../bench/support/machine_run.ts";
import { type MachinePath, machineConfig } from "../../bench/support/machine_systems.ts";
import { makeEngine } from "../support/engines.ts";

const PACKETS = 20_000;

/** At least: the steps of the protocol thread, and for a bridge those behind its lock and that of the other interface. */
const LEAST_STEPS: Record<MachinePath, number> = { bridge: 3, fastforward: 2 };

/** `rate`: about 60 % of what the system carries. */
test.each<[cpus: number, path: MachinePath, mode: number, rate: number, steps: number, events: number]>([
  [1, "bridge", 0, 330_000, 3.43, 0.14],
  [1, "fastforward", 1, 310_000, 2.34, 0.14],
  [4, "bridge", 0, 360_000, 3.69, 3.2],
  [4, "bridge", 1, 390_000, 3.68, 5.7],
  [4, "fastforward", 0, 380_000, 2.69, 3.2],
  [4, "fastforward", 1, 750_000, 2.69, 4.4],
  [64, "bridge", 0, 400_000, 4.7, 9.5],
  [64, "bridge", 1, 500_000, 4.59, 11.1],
  [64, "fastforward", 0, 380_000, 3.64, 9.0],
  [64, "fastforward", 1, 8_000_000, 2.83, 6.8],
])("%i CPUs, %s, mode %i, %i packets a second: at most %f steps and %f events for a packet", async (cpus, path, mode, rate, steps, events) => {
  const system = { cpus, path, mode };
  const run = new MachineRun("test", system, await makeEngine("virtualRelease", machineConfig(system), { collect: false }));
  run.start().setRate(rate);
  run.simulate(1, PACKETS);
  const piece = run.take(1, PACKETS);
  expect(piece.dropped).toBe(0);
  expect(piece.carried).toBeGreaterThan(PACKETS * 0.97);
  expect(piece.steps / piece.carried).toBeGreaterThan(LEAST_STEPS[path]);
  expect(piece.steps / piece.carried).toBeLessThan(steps);
  expect(piece.events / piece.carried).toBeLessThan(events);
});
