/**
 * The virtual machine is the textbook's queue where it is configured as one. A row takes from a fraction of a second to minutes, so that the usual run has one
 * of each table of rows.json, and NETISR_LONG those that remain and those of the file in NETISR_ORACLE.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { LONG } from "../support/long.ts";
import { readTheory } from "./file.ts";
import { ownRows } from "./formulas.ts";
import { MODELS } from "./models/index.ts";
import { labelOf, NOT_EXPRESSIBLE, type RowPlace, rowsOf, runRow } from "./row.ts";

const OWN = readTheory(fileURLToPath(new URL("rows.json", import.meta.url)));
const { NETISR_ORACLE } = process.env;
const ORACLE = NETISR_ORACLE && join(NETISR_ORACLE, "theory/open.json");

/** Milliseconds for one row of many. */
const ROW_TIMEOUT = 1_800_000;
/** For a light one beside other tests. */
const SAMPLE_TIMEOUT = 120_000;

const expectRow = async (place: RowPlace): Promise<void> => {
  const { comparisons, faults, passed } = await runRow(place);
  expect({ faults, wrong: comparisons.filter(({ verdict }) => verdict !== "passed") }).toEqual({ faults: [], wrong: [] });
  expect(passed).toBe(true);
};

test("rows.json is what the formulas give", () => {
  expect(OWN).toEqual(ownRows().tables);
});

const places = rowsOf(OWN);
/** The first row of each table is its lightest. */
const isSample = ({ index }: RowPlace): boolean => index === 1;
const named = (chosen: RowPlace[]) => chosen.map((place) => [labelOf(place), place] as const);

describe("a row of our own from each table", () => {
  const sample = places.filter(isSample);

  test("is one of each that there is a model of", () => {
    expect(sample.map(({ table }) => table).sort()).toEqual(Object.keys(MODELS).sort());
  });

  test.each(named(sample))("%s", (_, place) => expectRow(place), SAMPLE_TIMEOUT);
});

describe.skipIf(!LONG)("all other rows of our own", () => {
  test.each(named(places.filter((place) => !isSample(place))))("%s", (_, place) => expectRow(place), ROW_TIMEOUT);
});

describe.skipIf(!LONG || !ORACLE || !existsSync(ORACLE))("rows of the oracle (NETISR_ORACLE, NETISR_LONG)", () => {
  const theirs = ORACLE && existsSync(ORACLE) ? rowsOf(readTheory(ORACLE)).filter(({ table }) => !NOT_EXPRESSIBLE.includes(table)) : [];
  test.each(named(theirs))("%s", (_, place) => expectRow(place), ROW_TIMEOUT);
});
