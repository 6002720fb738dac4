/**
 * The virtual machine is the textbook's queue where it is configured as one. A row takes from seconds to minutes, so that NETISR_LONG runs those of rows.json
 * and of the file in NETISR_ORACLE, and the usual run none.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { LONG } from "../support/long.ts";
import { readTheory } from "./file.ts";
import { ownRows } from "./formulas.ts";
import { labelOf, NOT_EXPRESSIBLE, type RowPlace, rowsOf, runRow } from "./row.ts";

const OWN = readTheory(fileURLToPath(new URL("rows.json", import.meta.url)));
const { NETISR_ORACLE } = process.env;
const ORACLE = NETISR_ORACLE && join(NETISR_ORACLE, "theory/open.json");

/** Milliseconds for one row of many. */
const ROW_TIMEOUT = 1_800_000;

const expectRow = async (place: RowPlace): Promise<void> => {
  const { comparisons, faults, passed } = await runRow(place);
  expect({ faults, wrong: comparisons.filter(({ verdict }) => verdict !== "passed") }).toEqual({ faults: [], wrong: [] });
  expect(passed).toBe(true);
};

test("rows.json is what the formulas give", () => {
  expect(OWN).toEqual(ownRows().tables);
});

describe.skipIf(!LONG)("rows of our own", () => {
  const places = rowsOf(OWN);
  test.each(places.map((place) => [labelOf(place), place] as const))("%s", (_, place) => expectRow(place), ROW_TIMEOUT);
});

describe.skipIf(!LONG || !ORACLE || !existsSync(ORACLE))("rows of the oracle (NETISR_ORACLE, NETISR_LONG)", () => {
  const places = ORACLE && existsSync(ORACLE) ? rowsOf(readTheory(ORACLE)).filter(({ table }) => !NOT_EXPRESSIBLE.includes(table)) : [];
  test.each(places.map((place) => [labelOf(place), place] as const))("%s", (_, place) => expectRow(place), ROW_TIMEOUT);
});
