/**
 * Reads measured points: values parted by commas, the first line that is no comment being the header. `#` begins a comment, spaces round a value mean nothing;
 * an empty cell is a setting's default, or something that was not measured.
 */
import { knownWord } from "../suggest.ts";
import { MEASURES, type Measure, SETTINGS, type Settings } from "./columns.ts";
import { ERROR } from "./problem.ts";
import { TableError } from "./table_error.ts";

export interface Point {
  /** Of the file, from 1. */
  line: number;
  settings: Settings;
  measured: { measure: Measure; value: number }[];
}

interface Cell {
  text: string;
  column: number;
}

interface Column {
  setting: keyof Settings | undefined;
  measure: Measure | undefined;
  /** Of the column's unit in that which is computed with. */
  factor: number;
  name: string;
}

/** What is measured may be so many standard deviations of measurements above what can be. */
const DEVIATIONS = 3;

/** `error`: relative standard deviation of what was measured. @throws TableError */
export const readTable = (text: string, error = ERROR): Point[] => {
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/);
  let columns: Column[] | undefined;
  const points: Point[] = [];
  for (const [index, line] of lines.entries()) {
    const cells = cellsOf(line);
    if (cells.every((cell) => cell.text === "") && cells.length === 1) continue;
    if (columns) points.push(pointOf(cells, columns, index + 1, error));
    else columns = headerOf(cells, index + 1);
  }
  if (!columns) throw new TableError(lines.length, 1, "a header with the names of the columns", undefined);
  if (points.length === 0) throw new TableError(lines.length, 1, "a point below the header", undefined);
  return points;
};

const cellsOf = (line: string): Cell[] => {
  let column = 1;
  return line
    .replace(/#.*$/, "")
    .split(",")
    .map((part) => {
      const cell = { text: part.trim(), column: column + part.length - part.trimStart().length };
      column += part.length + 1;
      return cell;
    });
};

const NAMES = [...Object.keys(SETTINGS), ...MEASURES.map(({ name }) => name)];

const headerOf = (cells: Cell[], line: number): Column[] => {
  const columns: Column[] = [];
  for (const cell of cells) {
    const column = columnOf(cell, line);
    if (columns.some(({ name }) => name === column.name)) throw new TableError(line, cell.column, "each column once", cell.text);
    columns.push(column);
  }
  const last = cells.at(-1)!;
  const end = last.column + last.text.length;
  for (const name of ["cpus", "offered"])
    if (!columns.some((column) => column.name === name)) throw new TableError(line, end, `a column "${name}", too`, undefined);
  if (!columns.some(({ measure }) => measure)) throw new TableError(line, end, 'a column of something measured, as in "carried [pps]"', undefined);
  return columns;
};

const columnOf = ({ text, column }: Cell, line: number): Column => {
  const parts = /^([^[\]]*?)\s*(?:\[([^\]]*)\])?$/.exec(text);
  const name = parts ? parts[1]!.replace(/\s+/g, " ") : text;
  if (!parts || !NAMES.includes(name)) throw new TableError(line, column, knownWord("the name of a column", name, NAMES), text);
  const measure = MEASURES.find((known) => known.name === name);
  const setting = measure ? undefined : (name as keyof Settings);
  const units = measure ? measure.units : SETTINGS[setting!].units;
  const unit = parts[2]?.trim().toLowerCase();
  if (!units) {
    if (unit !== undefined) throw new TableError(line, column, `"${name}" without a unit`, text);
    return { setting, measure, factor: 1, name };
  }
  const factor = unit === undefined || !Object.hasOwn(units, unit) ? undefined : units[unit];
  if (factor === undefined)
    throw new TableError(
      line,
      column,
      `a unit, one of ${Object.keys(units)
        .map((one) => `"${name} [${one}]"`)
        .join(", ")}`,
      text,
    );
  return { setting, measure, factor, name };
};

const pointOf = (cells: Cell[], columns: Column[], line: number, error: number): Point => {
  const beyond = cells[columns.length];
  if (beyond) throw new TableError(line, beyond.column, `no value behind the ${columns.length} columns of the header`, beyond.text);
  const settings = Object.fromEntries(Object.entries(SETTINGS).map(([name, { byDefault }]) => [name, byDefault])) as Record<string, number | string>;
  const measured: Point["measured"] = [];
  for (const [i, { setting, measure, factor, name }] of columns.entries()) {
    const cell = cells[i];
    if (!cell) {
      const last = cells.at(-1)!;
      throw new TableError(
        line,
        last.column + last.text.length,
        `a value or an empty cell of "${name}", as the header has ${columns.length} columns`,
        undefined,
      );
    }
    if (setting) settings[setting] = settingOf(setting, cell, factor, line);
    else if (cell.text !== "") measured.push({ measure: measure!, value: number(cell, line, "a number of 0 or more") * factor });
  }
  if (measured.length === 0) throw new TableError(line, 1, "at least one value that was measured", undefined);
  const point = { line, settings: settings as unknown as Settings, measured };
  for (const [i, { measure, factor }] of columns.entries())
    if (measure && cells[i]!.text !== "") refuseImpossible(point, measure, cells[i]!, factor, error);
  return point;
};

/** @throws TableError for a value that nothing can have */
const refuseImpossible = ({ line, settings, measured }: Point, measure: Measure, { text, column }: Cell, factor: number, error: number): void => {
  const { value } = measured.find((one) => one.measure === measure)!;
  const { kind, name, ofClass } = measure;
  const refuse = (expected: string): never => {
    throw new TableError(line, column, `${name}: ${expected}`, text);
  };
  const carried = settings.offered * (1 + DEVIATIONS * error);
  if (kind === "carried" && value > carried)
    refuse(`at most what was offered and ${DEVIATIONS} times --error, ${Number((carried / factor).toPrecision(6))}`);
  if (kind !== "load") return;
  if (value > 1) refuse(`at most ${1 / factor}`);
  const classes = measured.filter((one) => one.measure.ofClass !== undefined);
  const sum = classes.reduce((total, one) => total + one.value, 0);
  if (ofClass !== undefined && measure === classes.at(-1)!.measure && sum > 1 + DEVIATIONS * error)
    refuse(`classes whose loads are at most ${1 / factor} together, not ${Number((sum / factor).toPrecision(6))}`);
};

const settingOf = (name: keyof Settings, cell: Cell, factor: number, line: number): number | string => {
  const { byDefault, range } = SETTINGS[name];
  if (cell.text === "" && byDefault !== undefined) return byDefault;
  if (typeof range[0] === "string") {
    const words = range as readonly string[];
    if (!words.includes(cell.text)) throw new TableError(line, cell.column, knownWord(`a ${name}`, cell.text, words), cell.text);
    return cell.text;
  }
  const [min, max] = range as readonly [number, number];
  const expected = `${name}: ${factor === 1 ? "a whole number" : "a number"} from ${min / factor} to ${max / factor}`;
  const value = Math.round(number(cell, line, expected) * factor * 1e6) / 1e6;
  if (value < min || value > max || !Number.isInteger(value)) throw new TableError(line, cell.column, expected, cell.text);
  return value;
};

const number = ({ text, column }: Cell, line: number, expected: string): number => {
  const value = /^\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw new TableError(line, column, expected, text);
  return value;
};
