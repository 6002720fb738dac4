/** Traces as text: a line for each record, and the way of one packet. */
import { ConfigError } from "../errors.ts";
import type { LockDecision, TraceKindName, TraceRecord } from "../types.ts";

const PS_DIGITS = 6;
const TIME_WIDTH = 16;
const PACKET_WIDTH = 10;
const THREAD_WIDTH = 14;

/** Microseconds, exactly: six decimals are picoseconds. */
const us = (ps: bigint): string => {
  const digits = ps.toString().padStart(PS_DIGITS + 1, "0");
  return `${digits.slice(0, -PS_DIGITS)}.${digits.slice(-PS_DIGITS)} us`;
};

const after = (ps: bigint): string => (ps ? ` after ${us(ps)}` : "");

/** What the records of each kind say. */
const SENTENCES: Record<TraceKindName, (record: TraceRecord) => string> = {
  Arrival: ({ interface: name, value }) => `arrives by ${name}, ${value} bytes`,
  Queued: ({ what, value }) => `enters ${what}, ${value} in it`,
  Taken: ({ what, value }) => `leaves ${what}${after(value)}`,
  Step: ({ place, value, lock }) => `${place}, works ${us(value)}${decision(lock)}`,
  Wait: ({ what, place }) => `has to wait for ${what} at ${place}`,
  Spin: ({ what }) => `spins for ${what}`,
  Got: ({ what, value, lock }) => `gets ${what}${after(value)}${what === "BGL" ? decision(lock) : ""}`,
  Kept: ({ what, value }) => `gets ${what}, which was not free in between${after(value)}`,
  Left: ({ what, value }) => `gives ${what} back${after(value)}`,
  Switch: ({ place, value }) => `gets the CPU at ${place}, a switch of ${us(value)}`,
  Preempt: ({ what }) => `is interrupted by ${what}`,
  Resume: () => "goes on",
  Ipi: ({ what }) => `sends an IPI to ${what}`,
  Served: ({ value }) => `is interrupted by IPIs, ${us(value)}`,
  Interrupt: ({ interface: name, value }) => `${name} interrupts, ${value} in its ring`,
  Copied: ({ value }) => `is copied, ${value} bytes`,
  Departure: ({ interface: name, what, value, lock }) => `sent by ${name}, ${what}${after(value)}${decision(lock)}`,
  Delivered: ({ value, lock }) => `delivered${after(value)}${decision(lock)}`,
  Drop: ({ what, interface: name, value, lock }) => `dropped: ${what}${name && `, came in by ${name}`}${after(value)}${decision(lock)}`,
};

/** The rows of the tables that were taken, if any. */
const decision = ({ service, violation, handler }: LockDecision): string => {
  const rows = [service === "none" ? "" : `service ${service}`, violation ? "violation" : "", handler === "none" ? "" : `handler ${handler}`];
  const said = rows.filter(Boolean).join(", ");
  return said && ` [${said}]`;
};

const checkRecord = (record: TraceRecord): void => {
  const { time, kind, lock } = (record ?? {}) as Partial<TraceRecord>;
  if (typeof time !== "bigint" || typeof lock?.service !== "string" || !Object.hasOwn(SENTENCES, `${kind}`))
    throw new ConfigError("record", "one of `Trace.records`", record);
};

/**
 * Time, CPU, packet, thread, and what happened: one line without its end. `zero`: the time that counts as 0. @throws ConfigError for what is no record, or no
 * time
 */
export const traceLine = (record: TraceRecord, zero = 0n): string => {
  checkRecord(record);
  if (typeof zero !== "bigint") throw new ConfigError("zero", "picoseconds as a bigint", zero);
  const { time, cpu, packet, thread, kind } = record;
  const where = cpu < 0 ? "" : `CPU ${cpu}`;
  const columns = [us(time - zero).padStart(TIME_WIDTH), where.padEnd(6), packet.padEnd(PACKET_WIDTH), thread.padEnd(THREAD_WIDTH)];
  return `${columns.join("  ")}  ${SENTENCES[kind](record)}`;
};

/**
 * One packet's way with all that it caused, in microseconds since its first record: a head, then a line for each record. @throws ConfigError for what is no list
 * of records
 */
export const packetLines = (records: readonly TraceRecord[], cause: number): string[] => {
  if (!Array.isArray(records)) throw new ConfigError("records", "`Trace.records`", records);
  const own = records.filter((record) => record?.cause === cause);
  const first = own[0];
  if (!first) return [];
  checkRecord(first);
  return [`${first.packet}, from ${us(first.time)} on`, ...own.map((record) => traceLine(record, first.time))];
};

/** One JSON object, on one line without its end; times are picoseconds, in strings. @throws ConfigError for what is no record */
export const traceJson = (given: TraceRecord): string => {
  checkRecord(given);
  const { time, value, ...record } = given;
  return JSON.stringify({ time: `${time}`, value: `${value}`, ...record });
};
