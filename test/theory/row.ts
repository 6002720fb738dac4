/** A row: its systems run, all its fields accounted for. */
import type { Comparison } from "./accept.ts";
import type { Row, Tables } from "./file.ts";
import type { Model } from "./model.ts";
import { MODELS } from "./models/index.ts";
import { runSystem } from "./system_run.ts";

export interface RowResult {
  table: string;
  /** Place in its table, from 1. */
  index: number;
  parameters: Record<string, number>;
  comparisons: Comparison[];
  /** Fields that are not compared. */
  comments: string[];
  packets: number;
  /** Seconds. */
  virtualTime: number;
  wallTime: number;
  /** Identities that did not hold, drops that should not be, fields that nothing was compared with. */
  faults: string[];
  passed: boolean;
}

export interface RowPlace {
  table: string;
  index: number;
  row: Row;
}

/** Tables that a packet path is no model of: one queue with several servers, servers without a queue, curves without a queue. */
export const NOT_EXPRESSIBLE: readonly string[] = ["M/M/c", "M/M/c/c (Erlang B)", "USL / Amdahl"];

export const rowsOf = (tables: Tables): RowPlace[] =>
  Object.entries(tables).flatMap(([table, rows]) => rows.map((row, i) => ({ table, index: i + 1, row })));

export const labelOf = ({ table, index, row }: RowPlace): string =>
  `${table} #${index} ${(MODELS[table]?.parameters ?? []).map((name) => `${name}=${row[name]}`).join(" ")}`;

/** Fields that are neither parameters nor comments. */
const comparedFields = (model: Model, row: Row): string[] =>
  Object.keys(row).filter((name) => typeof row[name] === "number" && !model.parameters.includes(name) && !isComment(model, row, name));

/** What the files' own description says is no result, of any table. */
const COMMENTS = /^(bound.*|knee_N|mva_lower|peak_N|MLFRR|livelock_at|regime|formula|note|rho\d?|amdahl_serial_fraction)$/;
const isComment = (model: Model, row: Row, name: string): boolean => COMMENTS.test(name) || (model.comments?.(row).includes(name) ?? false);

/** @throws Error if there is no model of the table, or the row's parameters are none of its */
export const runRow = async ({ table, index, row }: RowPlace, seed = 1): Promise<RowResult> => {
  const model = MODELS[table];
  if (!model) throw new Error(`there is no model of "${table}"`);
  const started = performance.now();
  const fields = comparedFields(model, row);
  const result: RowResult = {
    table,
    index,
    parameters: Object.fromEntries(model.parameters.map((name) => [name, row[name] as number])),
    comparisons: [],
    comments: Object.keys(row).filter((name) => !fields.includes(name) && !model.parameters.includes(name)),
    packets: 0,
    virtualTime: 0,
    wallTime: 0,
    faults: [],
    passed: false,
  };
  for (const system of model.systems(row)) {
    const { comparisons, packets, virtualTime, faults } = await runSystem(system, row, fields, seed);
    result.comparisons.push(...comparisons);
    result.packets += packets;
    result.virtualTime += Number(virtualTime) / 1e12;
    result.faults.push(...faults);
  }
  if (result.comparisons.length === 0) result.faults.push("the row has no results to compare");
  const missing = fields.filter((name) => !result.comparisons.some((one) => one.name === name));
  result.faults.push(...missing.map((name) => `\`${name}\` was not compared`));
  result.wallTime = (performance.now() - started) / 1000;
  result.passed = result.faults.length === 0 && result.comparisons.every(({ verdict }) => verdict === "passed");
  return result;
};
