/** Schemas of single quantities with units. */
import { refuse } from "./path.ts";
import { END_OF_TIME, parseQuantity, RATE_UNITS, TIME_UNITS, type Units } from "./quantities.ts";
import { type Leaf, leaf } from "./schema.ts";

/** A number in `unit`, or text with one; not between 0 and `least`. */
export const quantity = (expected: string, units: Units, unit: string, min: bigint, max: bigint, words: Units = {}, least = 0n): Leaf<bigint> =>
  leaf((value, path) => {
    if (typeof value === "string" && Object.hasOwn(words, value)) return words[value]!;
    const text = typeof value === "number" ? `${value}${unit}` : typeof value === "string" ? value : "";
    const found = parseQuantity(text, units);
    return found !== undefined && found >= min && found <= max && (found === 0n || found >= least) ? found : refuse(path, expected, value);
  });

/** Picoseconds, up to a second. */
export const span = (unit: "ns" | "us", text: string): Leaf<bigint> =>
  quantity(`${text} (a number), or text as in "20us", up to 1 s`, TIME_UNITS, unit, 0n, TIME_UNITS.s!);

/** Picoseconds of engine time. */
export const moment = quantity('nanoseconds (a number), or text as in "5ms", below 2^54 ps', TIME_UNITS, "ns", 0n, END_OF_TIME - 1n);
/** A time that is not 0. */
export const duration = quantity('nanoseconds (a number) above 0, or text as in "5ms", below 2^54 ps', TIME_UNITS, "ns", 1n, END_OF_TIME - 1n);

export const MOST_PPS = 10n ** 9n;
export const RATE_TEXT = 'packets per second from 1 to 10^9, as in 500000 or "1.2Mpps"';
export const packetRate = quantity(RATE_TEXT, RATE_UNITS, "", 1n, MOST_PPS);
/** Of a schedule, where nothing may come for a time. */
export const packetRateOrNone = quantity('packets per second from 0 to 10^9, as in 500000 or "1.2Mpps"', RATE_UNITS, "", 0n, MOST_PPS);

/** A finite number in a range. */
export const number = (min: number, max: number, text: string): Leaf<number> =>
  leaf((value, path) => (typeof value === "number" && value >= min && value <= max ? value + 0 : refuse(path, text, value)));
