/** One system of the machines bench in a process of its own: both loads, and the instant machine doing the same work, in turns. */
import { PS_PER_SECOND } from "../assembly/abi.ts";
import { checkSample } from "./support/checks.ts";
import { serveChild } from "./support/child.ts";
import type { Sample } from "./support/contestant.ts";
import { EngineContestant } from "./support/engine_contestant.ts";
import { buildOf, ownBuild } from "./support/machine_builds.ts";
import { carriedRate } from "./support/machine_load.ts";
import { inTurns, type Runner } from "./support/machine_race.ts";
import type { MachineRun, Piece } from "./support/machine_run.ts";
import { CALL_PACKETS, loadsOf, startRun } from "./support/machine_start.ts";
import { type MachineSystem, SYSTEMS } from "./support/machine_systems.ts";
import type { Settings } from "./support/measure.ts";
import type { Lap } from "./support/stopwatch.ts";
import { synthetic } from "./support/workloads.ts";

export interface MachineRequest {
  name: string;
  settings: Settings;
  builds: readonly string[];
}

/** Of one load; arrays sample by sample, in the same order everywhere. */
export interface MachineMeasured {
  contestant: string;
  load: "60 %" | "1.5 ×";
  /** Measured: nanoseconds of the host for a packet carried, by the clock on the wall and by CPU time. */
  cost: number[];
  cpuCost: number[];
  /** Measured: CPU time of a packet here over that in the instant machine in the sample taken beside. */
  ratio: number[];
  /** Measured: virtual seconds simulated in a second of the host. */
  speed: number[];
  /** Simulated, over all samples: packets per virtual second. */
  offered: number;
  carried: number;
  /** Simulated, per packet carried. */
  steps: number;
  events: number;
}

export interface MachineResult {
  measured: MachineMeasured[];
  absent: string[];
}

type MachineSample = Lap & { packets: number; piece: Piece | undefined };

/** At its load for some time already. */
const machineRunner = (run: MachineRun, rate: number): Runner<MachineSample> => {
  run.setRate(rate);
  run.simulate(1, CALL_PACKETS);
  return {
    async take(rounds) {
      const piece = run.take(rounds, CALL_PACKETS);
      return { nanoseconds: piece.nanoseconds, cpu: piece.cpu, packets: piece.carried, piece };
    },
  };
};

/** The instant machine: the workload of the throughput bench that has the same path. */
const instantRunner = async (system: MachineSystem): Promise<Runner<MachineSample>> => {
  const workload = synthetic[system.path]!();
  const contestant = new EngineContestant({ name: "engine" });
  await contestant.prepare(workload);
  return {
    async take(rounds) {
      const sample: Sample = await contestant.sample(rounds);
      checkSample(contestant.name, workload, rounds, sample);
      return { nanoseconds: sample.nanoseconds, cpu: sample.cpu!, packets: sample.forwarded, piece: undefined };
    },
  };
};

const LOADS = [
  ["60 %", "normal"],
  ["1.5 ×", "overload"],
] as const;

const measuredOf = (
  contestant: string,
  load: MachineMeasured["load"],
  samples: readonly MachineSample[],
  instant: readonly MachineSample[],
): MachineMeasured => {
  const sum = sumOf(samples.map(({ piece }) => piece!));
  const cpuCost = samples.map(({ cpu, packets }) => cpu / packets);
  return {
    contestant,
    load,
    cost: samples.map(({ nanoseconds, packets }) => nanoseconds / packets),
    cpuCost,
    ratio: cpuCost.map((cost, i) => cost / (instant[i]!.cpu / instant[i]!.packets)),
    speed: samples.map(({ nanoseconds, piece }) => piece!.virtual / 1000 / nanoseconds),
    offered: (sum.generated * PS_PER_SECOND) / sum.virtual,
    carried: carriedRate(sum),
    steps: sum.steps / sum.carried,
    events: sum.events / sum.carried,
  };
};

const sumOf = (pieces: readonly Piece[]): Piece =>
  pieces.reduce(
    (total, piece) => Object.fromEntries(Object.entries(total).map(([key, value]) => [key, value + piece[key as keyof Piece]])) as unknown as Piece,
  );

await serveChild(async ({ name, settings, builds: paths }: MachineRequest): Promise<MachineResult> => {
  const system = SYSTEMS.get(name)!;
  const others = await Promise.all(paths.map(buildOf));
  const builds = [ownBuild, ...others.filter((build) => build !== undefined)];
  const loads = await loadsOf(name, system);
  const rows = builds.flatMap((build) => LOADS.map(([load, rate]) => ({ build, load, rate: loads[rate] })));
  const runs: Runner<MachineSample>[] = [];
  for (const { build, rate } of rows) runs.push(machineRunner(await startRun(build, name, system), rate));
  const [instant, ...samples] = await inTurns([await instantRunner(system), ...runs], settings);
  return {
    measured: rows.map(({ build, load }, row) => measuredOf(build.contestant, load, samples[row]!, instant!)),
    absent: paths.filter((_, i) => others[i] === undefined).map((path) => `${path}: it has no virtual machine`),
  };
});
