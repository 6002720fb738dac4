/** Costs are found again from points that the engine made with known ones, each value with an error of 2 %. */
import { expect, test } from "vitest";
import { type Fit, fitCosts } from "../../../src/calibrate/fit.ts";
import { Problem } from "../../../src/calibrate/problem.ts";
import { type Point, readTable } from "../../../src/calibrate/table.ts";
import { modelOf } from "../../../src/cli/calibrate/measure.ts";
import type { Io } from "../../../src/cli/io.ts";
import { COST_BY_NAME, COSTS } from "../../../src/costs.ts";
import { Engine } from "../../../src/engine.ts";
import { loadEngine } from "../../../src/wasm/load_node.ts";
import { Random } from "../../model/random.ts";
import { builds } from "../../support/engines.ts";

const module = await loadEngine(builds.virtualRelease);
const io = { createEngine: async (config, options) => Engine.make(module, config, options) } as Pick<Io, "createEngine"> as Io;
const PACKETS = 3_000;
const start = COSTS.map((cost) => cost.default);
const number = (name: string): number => COST_BY_NAME.get(name)!;

/** Near to a normal distribution: twelve equal ones. */
const normal = (random: Random): number => Array.from({ length: 12 }, () => random.below(1 << 20) / (1 << 20)).reduce((sum, one) => sum + one, -6);

const points = async (truth: readonly number[], seed: number): Promise<Point[]> => {
  const head = "cpus,mode,system,offered [kpps],carried [kpps],load [%],load Interrupt [%],load Protocol [%],latency [us]";
  const rows = ["router", "bridge"].flatMap((system) =>
    [1, 2].flatMap((cpus) => [60, 120, 180, 240].map((rate) => `${cpus},1,${system},${cpus * rate},0,0,0,0,0`)),
  );
  const all = readTable([head, ...rows].join("\n"));
  const [model, random] = [modelOf(io, 1, PACKETS), new Random(seed)];
  for (const point of all) {
    const values = await model(point, truth, 0);
    for (const [i, one] of point.measured.entries()) one.value = values[i]! * (1 + 0.02 * normal(random));
  }
  return all;
};

const fitted = async (changes: Record<string, number>, names: readonly string[]): Promise<{ fit: Fit; truth: number[] }> => {
  const truth = [...start];
  for (const [name, factor] of Object.entries(changes)) truth[number(name)]! *= factor;
  const problem = new Problem(await points(truth, 3), modelOf(io, 1, PACKETS), () => {});
  return { fit: await fitCosts(problem, start, names.map(number)), truth };
};

test("costs that the points determine come out within 5 %", async () => {
  const names = ["RxFrame", "Interrupt", "IpFlow", "BridgeLookup"];
  const { fit, truth } = await fitted({ RxFrame: 1.4, Interrupt: 0.75, IpFlow: 1.5, BridgeLookup: 1.6 }, names);
  const found = fit.fitted.map(({ group: { costs }, error }) => ({ costs, error: error! }));
  expect(found.map(({ costs }) => costs.map((cost) => COSTS[cost]!.name))).toEqual([...names].map((name) => [name]));
  for (const { costs, error } of found) {
    expect(error).toBeLessThan(0.05);
    expect(Math.abs(fit.costs[costs[0]!]! / truth[costs[0]!]! - 1)).toBeLessThan(0.05);
  }
  expect(fit.sigma).toBeLessThan(0.03);
}, 120_000);

test("two costs that only appear as a sum are named, and their sum is right; one that moves nothing is named, too", async () => {
  const { fit, truth } = await fitted({ RxFrame: 1.4, EtherInput: 1.4 }, ["RxFrame", "EtherInput", "IpFragment"]);
  expect(fit.without).toEqual([number("IpFragment")]);
  expect(fit.costs[number("IpFragment")]).toBe(start[number("IpFragment")]);
  const [{ group, error }, ...rest] = fit.fitted as [Fit["fitted"][number]];
  expect(rest).toEqual([]);
  expect(group.costs).toEqual([number("RxFrame"), number("EtherInput")]);
  expect(group.weights[1]).toBeCloseTo(1, 6);
  const sum = (costs: readonly number[]): number => costs[number("RxFrame")]! + costs[number("EtherInput")]!;
  expect(Math.abs(sum(fit.costs) / sum(truth) - 1)).toBeLessThan(0.05);
  expect(error).toBeLessThan(0.05);
}, 120_000);
