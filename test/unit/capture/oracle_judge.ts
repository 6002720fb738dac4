import { type ReadOptions, readCapture } from "../../../src/capture/index.ts";
import { CaptureError } from "../../../src/errors.ts";

/** One entry of the oracle's index: what tshark and tcpdump made of a file. A field that is absent is not compared. */
export interface Entry {
  name: string;
  container?: string;
  linktype?: string | null;
  tshark_packets: number;
  tshark_caplen_sum: number;
  /** Seconds with nine digits; "" = the frame has no time; null or absent = no frame. */
  first_time?: string | null;
  last_time?: string | null;
  tcpdump_rc: number;
  readers_agree?: boolean;
  verdict: "ok" | "partial" | "rejected";
}

export interface Reading {
  frames: number;
  capturedSum: number;
  firstTime: string | undefined;
  lastTime: string | undefined;
  error: CaptureError | undefined;
}

/** Reads the whole file. Anything thrown but CaptureError comes through. */
export function readAll(bytes: Uint8Array, options: ReadOptions): Reading {
  const reading: Reading = { frames: 0, capturedSum: 0, firstTime: undefined, lastTime: undefined, error: undefined };
  try {
    for (const frame of readCapture(bytes, options)) {
      reading.frames++;
      reading.capturedSum += frame.data.length;
      reading.lastTime = secondsText(frame.time);
      reading.firstTime ??= reading.lastTime;
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    reading.error = error;
  }
  return reading;
}

/**
 * tshark lists custom blocks among the frames, as records of "data" without a time; capinfos and tcpdump do not, and neither do we
 * (the draft has readers skip custom blocks that they do not know). How many there are in front of the fault, if any, and their bytes.
 */
const CUSTOM_BLOCKS: Readonly<Record<string, { records: number; bytes: number }>> = {
  "pcapng-gen__output_le_basic_test018.pcapng": { records: 4, bytes: 152 },
  "pcapng-gen__output_le_advanced_test102.pcapng": { records: 3, bytes: 116 },
  "mutated/m069.pcapng": { records: 1, bytes: 24 },
  "mutated/m079.pcapng": { records: 2, bytes: 84 },
};

/** What is wrong with the reading; undefined = nothing. `any`: read with linkTypes "any", so that no link type may be refused. */
export function judge(entry: Entry, reading: Reading, any: boolean): string | undefined {
  const { error } = reading;
  if (error !== undefined && !(Number.isSafeInteger(error.offset) && error.offset >= 0)) return `no offset in: ${error.message}`;
  if (/zstd|snoop/.test(entry.container ?? "")) return error === undefined ? "not refused" : undefined;
  const foreign = /^link type \d+/.test(error?.found ?? "");
  if (any && foreign) return `refused: ${error?.message}`;
  if (!any && foreign) return entry.linktype === "ether" ? "Ethernet refused" : undefined;
  const otherOutcome = (entry.tcpdump_rc === 0) === (error === undefined);
  if (!readersAgree(entry) && otherOutcome) return undefined;
  if (!any && !["ether", "unknown"].includes(entry.linktype ?? "ether")) return `link type ${entry.linktype} not refused by number`;
  return compare(entry, reading);
}

const readersAgree = (entry: Entry): boolean => entry.readers_agree ?? !(entry.verdict === "ok" && entry.tcpdump_rc !== 0);

function compare(entry: Entry, reading: Reading): string | undefined {
  const { error } = reading;
  const custom = CUSTOM_BLOCKS[entry.name];
  const frames = entry.tshark_packets - (custom?.records ?? 0);
  const bytes = entry.tshark_caplen_sum - (custom?.bytes ?? 0);
  if (entry.verdict === "ok" && error !== undefined) return `not read: ${error.message}`;
  if (entry.verdict !== "ok" && error === undefined) return `${entry.verdict} by others, read without an error`;
  if (reading.frames !== frames) return `${reading.frames} frames instead of ${frames}`;
  if (reading.capturedSum !== bytes) return `${reading.capturedSum} bytes instead of ${bytes}`;
  if (custom !== undefined || entry.first_time == null || entry.last_time == null) return undefined;
  if (reading.firstTime !== entry.first_time) return `first time ${reading.firstTime} instead of ${entry.first_time}`;
  if (reading.lastTime !== entry.last_time) return `last time ${reading.lastTime} instead of ${entry.last_time}`;
  return undefined;
}

/** As tshark prints frame.time_epoch. */
export function secondsText(time: bigint | undefined): string {
  if (time === undefined) return "";
  const digits = (time < 0n ? -time : time).toString().padStart(10, "0");
  return `${time < 0n ? "-" : ""}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
