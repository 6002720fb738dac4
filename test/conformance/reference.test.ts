import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../src/config/index.ts";
import { createReference, unaccounted } from "../../src/reference/index.ts";
import { configOf, loadCase } from "./case.ts";
import { compareCase } from "./compare.ts";
import { referenceSystem, runCase, timeOf } from "./system.ts";

const CASES = new URL("cases/", import.meta.url).pathname;
const names = readdirSync(CASES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

test("all 68 cases are there", () => {
  expect(names).toHaveLength(68);
});

describe.each(names)("%s", (name) => {
  const one = loadCase(`${CASES}${name}`);

  test("the model answers every frame as the Linux kernel did, with and without the flow cache", async () => {
    const [off, on] = await Promise.all([false, true].map((fastforwarding) => runCase(one, referenceSystem, fastforwarding)));
    expect(compareCase(one, off!)).toEqual([]);
    expect(compareCase(one, on!)).toEqual([]);
    expect(on).toEqual(off);
  });

  test("every packet ends in one counted place", () => {
    const reference = createReference(resolveConfig(configOf(one.file, true)));
    for (const [index, { port, data }] of one.input.entries()) reference.receive(port, data, timeOf(index));
    expect(reference.counts().received).toBe(one.input.length);
    expect(unaccounted(reference.counts())).toBe(0);
  });
});
