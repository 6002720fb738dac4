/** The choice of what is traced: checked, and given to the engine. */
import { TRACE_FLOWS } from "../../assembly/abi.ts";
import { parseIp } from "../addresses.ts";
import { END_OF_TIME } from "../config/quantities.ts";
import { ConfigError } from "../errors.ts";
import { meant } from "../suggest.ts";
import type { Machine, TraceChoice, TraceFlow, TraceOptions } from "../types.ts";
import { type EngineExports, isVirtual, type VirtualExports } from "../wasm/exports.ts";
import type { ResolvedOptions } from "../wasm/regions.ts";

const RECORDS = 65_536;
const MOST_RECORDS = 16_777_216;
const MOST_EVERY = 0xffff_ffff;

/** A choice without gaps. A flow is two addresses, 0 for any. */
export interface CheckedTrace {
  records: number;
  every: number;
  flows: { src: number; dst: number }[];
  from: bigint;
  to: bigint;
}

/** @throws ConfigError */
export const checkTrace = (options: TraceOptions, machine: Machine): CheckedTrace => {
  if (machine !== "virtual") throw new ConfigError("options.trace", 'nothing, as only the machine "virtual" keeps a trace', options);
  const { records = RECORDS, ...choice } = options;
  if (!isInteger(records, 1, MOST_RECORDS)) throw new ConfigError("options.trace.records", `an integer from 1 to ${MOST_RECORDS}`, records);
  return { records, ...checkChoice(choice, "options.trace") };
};

const isInteger = (value: unknown, min: number, max: number): boolean =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max;

const KEYS = ["every", "flows", "from", "to"];

const checkChoice = (choice: TraceChoice, path: string): Omit<CheckedTrace, "records"> => {
  if (typeof choice !== "object" || choice === null) throw new ConfigError(path, "an object", choice);
  if ("records" in choice)
    throw new ConfigError(`${path}.records`, "nothing, as the room for records is taken when the engine is made", choice.records);
  const unknown = Object.keys(choice).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw new ConfigError(`${path}.${unknown}`, meant("a known option", unknown, [...KEYS, "records"]), unknown);
  const { every, flows = [], from, to } = choice;
  if (every !== undefined && !isInteger(every, 1, MOST_EVERY)) throw new ConfigError(`${path}.every`, `an integer from 1 to ${MOST_EVERY}`, every);
  if (!Array.isArray(flows) || flows.length > TRACE_FLOWS) throw new ConfigError(`${path}.flows`, `a list of at most ${TRACE_FLOWS} flows`, flows);
  const pairs = flows.map((flow: TraceFlow, i) => checkFlow(flow, `${path}.flows[${i}]`));
  const all = every === undefined && pairs.length === 0;
  const window = from !== undefined || to !== undefined || all;
  const start = checkTime(from ?? 0n, `${path}.from`);
  const end = checkTime(to ?? END_OF_TIME, `${path}.to`);
  if (end <= start) throw new ConfigError(`${path}.to`, `a time after \`from\`, which is ${start} ps`, end);
  return { every: every ?? 0, flows: pairs, from: window ? start : 0n, to: window ? end : 0n };
};

const checkTime = (time: bigint, path: string): bigint => {
  if (typeof time !== "bigint" || time < 0n || time > END_OF_TIME) throw new ConfigError(path, "picoseconds from 0 to 2^54, as a bigint", time);
  return time;
};

const checkFlow = (flow: TraceFlow, path: string): { src: number; dst: number } => {
  const address = (text: string | undefined, where: string): number => {
    if (text === undefined) return 0;
    const ip = typeof text === "string" ? parseIp(text) : undefined;
    if (!ip) throw new ConfigError(where, 'an IPv4 address as in "192.0.2.1"', text);
    return ip;
  };
  const pair = { src: address(flow?.src, `${path}.src`), dst: address(flow?.dst, `${path}.dst`) };
  if (!pair.src && !pair.dst) throw new ConfigError(path, "`src`, `dst` or both", flow);
  return pair;
};

/** Gives a choice to an engine, in place of the one before. */
export const chooseTrace = (exports: VirtualExports, { every, flows, from, to }: Omit<CheckedTrace, "records">): void => {
  for (let i = 0; i < TRACE_FLOWS; i++) exports.traceFlow(i, flows[i]?.src ?? 0, flows[i]?.dst ?? 0);
  exports.setTrace(every, from, to);
};

const NOTHING = { every: 0, flows: [], from: 0n, to: 0n };

/** @throws ConfigError */
export const rechooseTrace = (exports: EngineExports, options: ResolvedOptions, choice: TraceChoice | undefined): void => {
  if (!options.trace || !isVirtual(exports)) throw new ConfigError("trace", "an engine that was made with the option `trace`", choice);
  chooseTrace(exports, choice ? checkChoice(choice, "trace") : NOTHING);
};
