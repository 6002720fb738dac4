/** Files of reference rows: tables by model, each row parameters and exact results. */
import { readFileSync } from "node:fs";
import { parseJson } from "../../src/cli/parse_json.ts";

/** What a field of a row can be; null and text are comments. */
export type Field = number | string | null;
export type Row = Readonly<Record<string, Field>>;
export type Tables = Readonly<Record<string, readonly Row[]>>;

const isRow = (value: unknown): value is Row =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((field) => field === null || typeof field === "string" || (typeof field === "number" && Number.isFinite(field)));

/** @throws Error that says what was expected where */
export const readTheory = (path: string): Tables => {
  const file = parseJson(readFileSync(path, "utf8"), path) as { tables?: unknown } | null;
  const tables = file?.tables;
  if (typeof tables !== "object" || tables === null) throw new Error(`${path}: expected an object \`tables\``);
  for (const [name, rows] of Object.entries(tables)) {
    const bad = Array.isArray(rows) ? rows.findIndex((row) => !isRow(row)) : 0;
    if (bad >= 0) throw new Error(`${path}: expected rows of numbers, text and null in tables["${name}"][${bad}]`);
  }
  return tables as Tables;
};

/** A parameter. @throws Error if it is none */
export const numberOf = (row: Row, name: string): number => {
  const value = row[name];
  if (typeof value !== "number") throw new Error(`expected a number \`${name}\`, found ${JSON.stringify(value)}`);
  return value;
};

/** A parameter that must be more than 0. */
export const positive = (row: Row, name: string): number => {
  const value = numberOf(row, name);
  if (!(value > 0)) throw new Error(`expected \`${name}\` above 0, found ${value}`);
  return value;
};

/** A parameter that is a number of things. */
export const countOf = (row: Row, name: string): number => {
  const value = positive(row, name);
  if (!Number.isInteger(value)) throw new Error(`expected a whole number \`${name}\`, found ${value}`);
  return value;
};
