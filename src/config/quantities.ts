/** Quantities as people write them: a decimal number and a unit, "1.2Mpps". Exact: what is no whole number of the smallest unit is no quantity. */
import { PS_PER_MS, PS_PER_NS, PS_PER_SECOND, PS_PER_US, TIME_BITS } from "../../assembly/abi.ts";

/** Units in lower case, with what they are of the smallest one. */
export type Units = Readonly<Record<string, bigint>>;

export const TIME_UNITS: Units = {
  ps: 1n,
  ns: BigInt(PS_PER_NS),
  us: BigInt(PS_PER_US),
  µs: BigInt(PS_PER_US),
  ms: BigInt(PS_PER_MS),
  s: BigInt(PS_PER_SECOND),
};

const multiples = (unit: string): Units => {
  const units: Record<string, bigint> = {};
  for (const [nth, prefix] of ["", "k", "m", "g", "t"].entries()) for (const name of [unit, ""]) units[prefix + name] = 1000n ** BigInt(nth);
  return units;
};
/** Packets per second. */
export const RATE_UNITS = multiples("pps");
/** Jobs or interrupts per second, of which packets may be the reason. */
export const FREQUENCY_UNITS: Units = { ...RATE_UNITS, ...multiples("hz") };
/** Bits per second. */
export const BIT_UNITS = multiples("bps");

/** More packets or jobs than time has room for. */
export const NO_LIMIT = (1n << 63n) - 1n;

/** Time ends here, in picoseconds. */
export const END_OF_TIME = 1n << BigInt(TIME_BITS);

const QUANTITY = /^(\d{1,18})(?:\.(\d{1,18}))? ?([a-zµ]*)$/i;

/** In the smallest unit; undefined: no such quantity. Upper and lower case are the same, as nobody means millipackets. */
export const parseQuantity = (text: string, units: Units): bigint | undefined => {
  const parts = QUANTITY.exec(text);
  if (!parts) return undefined;
  const [, whole, fraction = "", name] = parts;
  const unit = name!.toLowerCase();
  if (!Object.hasOwn(units, unit)) return undefined;
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(whole! + fraction) * units[unit]!;
  return scaled % scale === 0n ? scaled / scale : undefined;
};

/** A time in the largest unit of which it is a whole number: what parseQuantity reads. */
export const timeText = (ps: bigint): string => {
  const unit = ["s", "ms", "us", "ns"].find((name) => ps > 0n && ps % TIME_UNITS[name]! === 0n) ?? "ps";
  return `${ps / TIME_UNITS[unit]!}${unit}`;
};
