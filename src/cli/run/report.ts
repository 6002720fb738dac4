import { formatStop } from "../../config/stop_format.ts";
import { COSTS } from "../../costs.ts";
import type { Engine } from "../../engine.ts";
import { figuresOf, limitOf, type RunReport } from "../../report/index.ts";
import type { Loaded } from "../config_file.ts";
import type { Typed } from "../typed.ts";
import type { RunOutcome } from "./job.ts";
import type { Options } from "./options.ts";
import { trafficOf } from "./traffic_report.ts";

export interface Parts {
  version: string;
  options: Options & { typed: Typed };
  loaded: Loaded;
  engine: Engine;
  outcome: RunOutcome;
  exitCode: number;
}

/** The record of a run. */
export const reportOf = ({ version, options, loaded, engine, outcome, exitCode }: Parts): RunReport => {
  const { config = null, madeUp, time, set, stop, typed } = options;
  const { sysctl } = loaded.resolved;
  const results = engine.results();
  const counters = engine.counters();
  const simulated = figuresOf(results, engine.config, counters);
  const { seconds, series, interrupted, stopped } = outcome;
  return {
    version,
    command: "run",
    options: {
      config,
      as: config === null ? madeUp.as : null,
      time,
      set: Object.fromEntries(set.map(({ name }) => [name, sysctl[name]!])),
      stop: [...stop],
      typed,
    },
    system: systemOf(loaded, time),
    changes: results.changes,
    stopped: stopped ? { condition: formatStop(stopped), time: results.elapsed } : null,
    simulated,
    limit: limitOf(simulated),
    series,
    measured: { seconds, packetsPerSecond: seconds > 0 ? Number(simulated.offered) / seconds : 0, events: results.events },
    memory: engine.memory,
    conserved: outcome.failure === undefined && counters.conservation.holds,
    interrupted,
    exitCode,
  };
};

/** As it was at the beginning. */
const systemOf = ({ given, resolved }: Loaded, end: bigint): RunReport["system"] => {
  const { cpus, mbufs, seed, sysctl, ports, virtual } = resolved;
  const { costs, lock, traffic } = virtual!;
  return {
    cpus,
    interfaces: ports.filter(({ kind }) => kind === "interface").length,
    mbufs,
    seed,
    lock,
    sysctl,
    costs: Object.fromEntries(COSTS.map(({ name }, cost) => [name, Number(costs[cost]!.ps) / 1000])),
    exponential: COSTS.filter((_, cost) => costs[cost]!.exponential).map(({ name }) => name),
    preset: presetOf(given.virtual?.costs),
    traffic: trafficOf(traffic, end),
  };
};

const presetOf = (costs: NonNullable<NonNullable<Loaded["given"]["virtual"]>["costs"]> | undefined): string => {
  const set = Object.keys(costs?.set ?? {}).length;
  return `${costs?.preset ?? "opteron-2008"}${set > 0 ? ` with ${set} set` : ""}`;
};
