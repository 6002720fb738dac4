/** Parsers of the values that only `run` has. Commander puts the option in front of what they complain about. */
import { InvalidArgumentError } from "commander";
import { BIT_UNITS, END_OF_TIME, parseQuantity, RATE_UNITS, TIME_UNITS } from "../../config/quantities.ts";
import { MOST_PPS } from "../../config/quantity_leaves.ts";

/** A change at a time. */
export interface Change {
  /** Picoseconds. */
  time: bigint;
  /** Name of the knob or the port, "route", or "polling" of all interfaces. */
  what: string;
  value: string;
  /** As it was typed. */
  text: string;
}

/** A cost, or the mean of one that is drawn from an exponential distribution. */
export interface CostSetting {
  name: string;
  ns: string;
  exponential: boolean;
}

const TIME_TEXT = "a time with its unit (ps, ns, us, ms, s), as in 20ms";

const timeOf = (text: string): bigint | undefined => {
  const ps = parseQuantity(text, TIME_UNITS);
  return ps !== undefined && ps > 0n && ps < END_OF_TIME ? ps : undefined;
};

/** Picoseconds of engine time. */
export const span = (text: string): bigint => {
  const ps = timeOf(text);
  if (ps === undefined) throw new InvalidArgumentError(`Expected ${TIME_TEXT}, above 0 and below five hours.`);
  return ps;
};

/** The same, or none. */
export const pause = (text: string): bigint => (text === "0" || parseQuantity(text, TIME_UNITS) === 0n ? 0n : span(text));

export const packetRate = (text: string): bigint => {
  const pps = parseQuantity(text, RATE_UNITS);
  if (pps === undefined || pps < 1n || pps > MOST_PPS)
    throw new InvalidArgumentError("Expected whole packets per second from 1 to 10^9, as in 500000 or 1.2Mpps.");
  return pps;
};

/** Kept as text: the configuration takes it so. */
export const linkRate = (text: string): string => {
  const bps = text === "infinite" ? 0n : (parseQuantity(text, BIT_UNITS) ?? -1n);
  if (bps !== 0n && (bps < 1000n || bps > 10n ** 12n))
    throw new InvalidArgumentError(
      "Expected whole bits per second from 1000 to 10^12, as in 100Mbps or 1Gbps, or infinite (or 0, which is that, too).",
    );
  return text;
};

/** An integer of at most ten digits, from `min` to `max`. */
export const integerFrom =
  (min: number, max: number) =>
  (text: string): number => {
    const n = /^\d{1,10}$/.test(text) ? Number(text) : -1;
    if (n < min || n > max) throw new InvalidArgumentError(`Expected an integer from ${min} to ${max}.`);
    return n;
  };

/** `--cost NAME=NS` or `--cost NAME=NS,exponential`, once more. */
export const costSetting = (text: string, before: CostSetting[] = []): CostSetting[] => {
  const parts = /^([^=]+)=(\d+(?:\.\d+)?)(,exponential)?$/.exec(text);
  if (!parts) throw new InvalidArgumentError("Expected NAME=NS or NAME=NS,exponential, as in Service=40.");
  return [...before, { name: parts[1]!, ns: parts[2]!, exponential: parts[3] !== undefined }];
};

/** `--stop CONDITION`, once more. Read when it is known what the system has. */
export const stopText = (text: string, before: string[] = []): string[] => [...before, text];

/** `--at TIME:WHAT=VALUE`, once more. Read when it is known what the system has. */
export const change = (text: string, before: Change[] = []): Change[] => {
  const parts = /^([^:]*):([^=]+)=(.*)$/.exec(text);
  const time = parts ? timeOf(parts[1]!) : undefined;
  if (!parts || time === undefined)
    throw new InvalidArgumentError("Expected TIME:WHAT=VALUE, as in 5ms:net.netisr.mpsafe_thread=1 or 5ms:em0=down, at a time above 0.");
  return [...before, { time, what: parts[2]!.trim(), value: parts[3]!.trim(), text }];
};
