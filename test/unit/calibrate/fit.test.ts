/** Costs are found again from points that were made with known ones, each value with an error of 2 %, by runs with other random numbers. */
import { expect, test } from "vitest";
import type { Fit } from "../../../src/calibrate/fit.ts";
import { calibrationOf } from "../../../src/cli/calibrate/report.ts";
import { COSTS } from "../../../src/costs.ts";
import { calibrated, changed, DEFAULTS, measured, numberOf } from "../../support/calibration.ts";

const ABOUT = { version: "0", file: "x", error: 0.02, bar: 0.05 };
const PACKETS = 2500;
const TRUTH = changed({ RxFrame: 1.3, Interrupt: 0.75, IpFlow: 1.3, BridgeLookup: 1.3 });

test.each([
  { data: 1001, noise: 1, model: 1 },
  { data: 1002, noise: 12, model: 2 },
  { data: 1003, noise: 3, model: 3 },
  { data: 1004, noise: 4, model: 4 },
  { data: 1005, noise: 5, model: 1 },
])("data of seed $data, errors of seed $noise, runs of seed $model: costs called determined come out within 5 %", async ({ data, noise, model }) => {
  const points = await measured(TRUTH, data, noise, 6);
  const found = await calibrated(points, ["RxFrame", "Interrupt", "IpFlow", "BridgeLookup", "IpFragment"], model, PACKETS);
  const { fitted, without } = calibrationOf(ABOUT, points, DEFAULTS, found);
  const verdicts = Object.fromEntries(fitted.map(({ costs, verdict }) => [costs.map(({ name }) => name).join(), verdict]));
  expect(verdicts).toEqual({ RxFrame: "determined", Interrupt: "determined", IpFlow: "weakly determined", BridgeLookup: "determined" });
  for (const { costs, verdict } of fitted) {
    const off = costs[0]!.ns / TRUTH[numberOf(costs[0]!.name)]! - 1;
    if (verdict === "determined") expect(Math.abs(off), costs[0]!.name).toBeLessThan(0.05);
  }
  expect(without).toEqual(["IpFragment"]);
  expect(found.costs[numberOf("IpFragment")]).toBe(DEFAULTS[numberOf("IpFragment")]);
  expect(found.sigma).toBeGreaterThan(0.8);
  expect(found.sigma).toBeLessThan(1.2);
});

test("of two costs that only ever occur together the sum is fitted, and neither of them", async () => {
  const truth = changed({ RxFrame: 1.3, EtherInput: 1.3 });
  const found = await calibrated(await measured(truth, 1006, 6, 6, ["router"]), ["RxFrame", "EtherInput"], 6, PACKETS);
  const [{ group, half }, ...rest] = found.fitted as [Fit["fitted"][number]];
  expect(rest).toEqual([]);
  expect(group.costs.map((cost) => COSTS[cost]!.name)).toEqual(["RxFrame", "EtherInput"]);
  expect(group.weights[1]).toBeCloseTo(1, 6);
  const sum = (costs: readonly number[]): number => costs[numberOf("RxFrame")]! + costs[numberOf("EtherInput")]!;
  expect(half).toBeLessThan(0.05);
  expect(Math.abs(sum(found.costs) / sum(truth) - 1)).toBeLessThan(0.05);
});

test("costs that loads alone do not tell apart are named, and called not determined", async () => {
  const all = await measured(changed({ RxFrame: 1.3 }), 1007, 7, 6, ["router"]);
  const points = all.map((point) => ({ ...point, measured: point.measured.filter(({ measure }) => measure.name === "load") }));
  const found = await calibrated(points, ["RxFrame", "IfStart", "Interrupt"], 7, PACKETS);
  const { fitted, open } = calibrationOf(ABOUT, points, DEFAULTS, found);
  expect(fitted.map(({ costs, verdict }) => [...costs.map(({ name }) => name), verdict])).toEqual([
    ["RxFrame", "not determined"],
    ["IfStart", "not determined"],
    ["Interrupt", "weakly determined"],
  ]);
  expect(open.map((direction) => direction.flatMap(({ costs }) => costs).sort())).toEqual([["IfStart", "RxFrame"]]);
  expect(open[0]!.map(({ part }) => Math.sign(part)).sort()).toEqual([-1, 1]);
});
