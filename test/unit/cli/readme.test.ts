/** Examples in the README and in help that say what they do. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Calibration } from "../../../src/cli/calibrate/report.ts";
import type { RunReport } from "../../../src/report/index.ts";
import { example, netisr, root } from "./support.ts";

const README = await readFile(new URL("README.md", root), "utf8");
const SAMPLE = example("measured.csv");

const textsOf = (pattern: RegExp, text: string): string[] => [...text.matchAll(pattern)].map(([, found]) => found!);

/** Nanoseconds, by name: what the points of the sample were made with, as its first line says. */
const costsOfSample = async (): Promise<Map<string, number>> => {
  const [line] = (await readFile(SAMPLE, "utf8")).split("\n");
  return new Map([...line!.matchAll(/([A-Z]\w+) (\d+)(?: ns)?,/g)].map(([, name, ns]) => [name!, Number(ns)]));
};

test("each condition of --stop comes true in mode 0", async () => {
  const conditions = textsOf(/--stop "([^"]+)"/g, README);
  expect(conditions.length).toBeGreaterThan(2);
  for (const condition of conditions) {
    const { out } = await netisr(["run", "--set", "net.netisr.mpsafe_thread=0", "--stop", condition, "--json"]);
    expect((JSON.parse(out) as RunReport).stopped, condition).not.toBeNull();
  }
});

test("of the sample of points those costs are fitted that it was made with, which the intervals hold", async () => {
  const costs = await costsOfSample();
  const { out: help } = await netisr(["calibrate", "--help"]);
  const fits = textsOf(/ --fit (\S+) --out/g, README + help);
  expect(fits).toHaveLength(2);
  for (const names of fits) expect(names.split(",").sort()).toEqual([...costs.keys()].sort());
  const { out } = await netisr(["calibrate", SAMPLE, "--fit", fits[0]!, "--json"]);
  const { fitted } = JSON.parse(out) as Calibration;
  expect(fitted).toHaveLength(costs.size);
  for (const { costs: one, interval } of fitted) {
    const { name } = one[0]!;
    expect(interval![0], name).toBeLessThan(costs.get(name)!);
    expect(interval![1], name).toBeGreaterThan(costs.get(name)!);
  }
}, 120_000);
