/**
 * Outputs and counters of whole runs, as they were when somebody last looked at them. A change that is meant: UPDATE_GOLDEN=1 npx vitest run test/golden,
 * and its reason goes into the changelog.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { differences, ENTRIES, type Golden, makeGolden } from "./entries.ts";

const file = new URL("golden.json", import.meta.url);
const UPDATE = process.env.UPDATE_GOLDEN === "1";
const kept = UPDATE ? {} : (JSON.parse(readFileSync(file, "utf8")) as Record<string, Golden>);
const made: Record<string, Golden> = {};

afterAll(() => {
  if (UPDATE) writeFileSync(file, `${JSON.stringify(made, null, 1)}\n`);
});

test.each(ENTRIES)("$name", async ({ name, run, mode }) => {
  const release = await makeGolden("release", run, mode);
  made[name] = release;
  expect(Object.keys(release.counters).length).toBeGreaterThan(20);
  expect(differences(name, await makeGolden("debug", run, mode), release), "debug and release build").toEqual([]);
  if (!UPDATE) expect(differences(name, kept[name], release)).toEqual([]);
});

test("golden.json has no entry that nothing makes", () => {
  const names = ENTRIES.map(({ name }) => name);
  expect(Object.keys(kept).filter((name) => !names.includes(name))).toEqual([]);
});

test("the lock mode changes no frame of a run on one CPU, only what is counted about locks", async () => {
  for (const run of new Set(ENTRIES.map((entry) => entry.run).filter((name) => name.endsWith("1 CPU")))) {
    const [bgl, adaptive, none] = await Promise.all([0, 1, 2].map((mode) => makeGolden("release", run, mode)));
    expect([adaptive!.sent, none!.sent]).toEqual([bgl!.sent, bgl!.sent]);
    expect(adaptive!.counters["locks.BGL"]).not.toBe(bgl!.counters["locks.BGL"]);
  }
});
