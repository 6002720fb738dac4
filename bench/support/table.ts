/** Tables of a bench, as text, as Markdown and as JSON. */
import { left, right, table as textTable } from "../../src/report/layout.ts";
import { count } from "../../src/report/numbers.ts";

export interface Column {
  /** Name of the cell in a row, and in JSON. */
  key: string;
  heading: string;
  /** Digits behind the point. Default 0. */
  digits?: number;
}

export type Row = Record<string, string | number | boolean | undefined>;

export interface Table {
  title: string;
  columns: readonly Column[];
  rows: readonly Row[];
  /** What is missing and why. */
  notes?: readonly string[];
}

/** Thousands are grouped; a cell without a value is empty. */
export const cell = (value: Row[string], digits = 0): string => {
  if (value === undefined) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  const [whole, fraction] = value.toFixed(digits).split(".");
  return fraction === undefined ? count(whole as unknown as number) : `${count(whole as unknown as number)}.${fraction}`;
};

const isNumeric = (table: Table, key: string): boolean => table.rows.some((row) => typeof row[key] === "number");

const cells = ({ columns, rows }: Table): string[][] => rows.map((row) => columns.map(({ key, digits }) => cell(row[key], digits)));

export const asText = (table: Table): string => {
  const columns = table.columns.map(({ key, heading }) => (isNumeric(table, key) ? right(heading) : left(heading)));
  return [table.title, "", ...textTable(columns, cells(table)), ...(table.notes ?? []).map((note) => `  ${note}`), ""].join("\n");
};

export const asMarkdown = (table: Table): string => {
  const line = (texts: readonly string[]): string => `| ${texts.join(" | ")} |`;
  return [
    `**${table.title}**`,
    "",
    line(table.columns.map(({ heading }) => heading)),
    line(table.columns.map(({ key }) => (isNumeric(table, key) ? "--:" : "---"))),
    ...cells(table).map(line),
    ...(table.notes?.length ? ["", ...table.notes.map((note) => `* ${note}`)] : []),
    "",
  ].join("\n");
};
