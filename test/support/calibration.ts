/** Points that the engine made with known costs and measured with errors, and what a fit with other random numbers makes of them. */
import { type Fit, fitCosts } from "../../src/calibrate/fit.ts";
import { meanOf, Problem } from "../../src/calibrate/problem.ts";
import { type Point, readTable } from "../../src/calibrate/table.ts";
import { modelOf } from "../../src/cli/calibrate/measure.ts";
import type { Io } from "../../src/cli/io.ts";
import { COST_BY_NAME, COSTS } from "../../src/costs.ts";
import { Engine } from "../../src/engine.ts";
import { loadEngine } from "../../src/wasm/load_node.ts";
import { Random } from "../model/random.ts";
import { builds } from "./engines.ts";

const module = await loadEngine(builds.virtualRelease);
const io: Pick<Io, "createEngine" | "signal" | "now"> = {
  createEngine: async (config, options) => Engine.make(module, config, options),
  signal: new AbortController().signal,
  now: () => performance.now(),
};

export const DEFAULTS: readonly number[] = COSTS.map((cost) => cost.default);
export const numberOf = (name: string): number => COST_BY_NAME.get(name)!;

/** Costs that are so many times what they are by default. */
export const changed = (factors: Record<string, number>): number[] => {
  const costs = [...DEFAULTS];
  for (const [name, factor] of Object.entries(factors)) costs[numberOf(name)]! *= factor;
  return costs;
};

const HEAD = "cpus, mode, system, flows, offered [kpps], carried [kpps], load [%], load Interrupt [%], load Protocol [%], latency [us]";
/** CPUs and kpps: low, so that interrupts are most of the load; high, so that packets are; two CPUs, so that there are IPIs. */
const RATES = [
  [1, 20],
  [1, 350],
  [2, 150],
];
const SYSTEMS = ["router", "bridge"];

/** Packets of a run that is measured: many, as a measurement lasts seconds. */
const MEASURED = 40_000;
/** Relative standard deviation of each value that is measured. */
const ERROR = 0.02;

/** Near to a normal distribution: twelve equal ones. */
export const normal = (random: Random): number =>
  Array.from({ length: 12 }, () => random.below(1 << 20) / (1 << 20)).reduce((sum, one) => sum + one, -6);

/** `data`: seed of the runs; `noise`: of the errors of each value; `times`: how often each point is measured. */
export const measured = async (costs: readonly number[], data: number, noise: number, times: number, systems = SYSTEMS): Promise<Point[]> => {
  const rows = systems.flatMap((system) => RATES.map(([cpus, rate]) => `${cpus}, 1, ${system}, 64, ${rate}, 0, 0, 0, 0, 0`));
  const points = readTable([HEAD, ...Array.from({ length: times }, () => rows).flat()].join("\n"));
  const [model, random] = [modelOf(io, data, MEASURED), new Random(noise)];
  const values: number[][] = [];
  for (const point of points.slice(0, rows.length)) values.push(meanOf(await model(point, costs, 0)));
  for (const [p, point] of points.entries())
    for (const [i, one] of point.measured.entries()) one.value = values[p % rows.length]![i]! * (1 + ERROR * normal(random));
  return points;
};

/** `packets` of each run of the model. */
export const calibrated = (points: readonly Point[], names: readonly string[], seed: number, packets: number): Promise<Fit> =>
  fitCosts(new Problem(points, modelOf(io, seed, packets), () => {}), DEFAULTS, names.map(numberOf));
