import { expect, test } from "vitest";
import { asMarkdown, asText, cell, type Table } from "../../../bench/support/table.ts";

const SAMPLE: Table = {
  title: "Rates",
  columns: [
    { key: "name", heading: "name" },
    { key: "rate", heading: "M/s", digits: 2 },
    { key: "good", heading: "good" },
  ],
  rows: [
    { name: "engine", rate: 1234.5, good: true },
    { name: "loop", rate: undefined, good: false },
  ],
  notes: ["C left out: no gcc"],
};

test("a cell has the digits of its column and groups thousands", () => {
  expect(cell(1234567.891, 2)).toBe("1,234,567.89");
  expect(cell(0.5)).toBe("1");
  expect(cell(-1234.5, 1)).toBe("-1,234.5");
  expect(cell("text", 2)).toBe("text");
  expect(cell(undefined)).toBe("");
  expect([cell(true), cell(false)]).toEqual(["yes", "no"]);
});

test("text has aligned columns, numbers on the right, and notes below", () => {
  expect(asText(SAMPLE).split("\n")).toEqual([
    "Rates",
    "",
    "  name         M/s  good",
    "  engine  1,234.50  yes",
    "  loop              no",
    "  C left out: no gcc",
    "",
  ]);
});

test("Markdown says which columns are numbers", () => {
  expect(asMarkdown(SAMPLE).split("\n")).toEqual([
    "**Rates**",
    "",
    "| name | M/s | good |",
    "| --- | --: | --- |",
    "| engine | 1,234.50 | yes |",
    "| loop |  | no |",
    "",
    "* C left out: no gcc",
    "",
  ]);
});

test("a table without notes ends with its rows", () => {
  const { notes, ...plain } = SAMPLE;
  expect(notes).toHaveLength(1);
  expect(asText(plain).split("\n")).toHaveLength(6);
  expect(asMarkdown(plain).split("\n")).toHaveLength(7);
});
