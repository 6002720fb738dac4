/** Simulated quantities as people read them: three digits that matter, and a unit. */

const TIMES = [
  ["ps", 1],
  ["ns", 1e3],
  ["us", 1e6],
  ["ms", 1e9],
  ["s", 1e12],
] as const;
const RATES = [
  ["pps", 1],
  ["kpps", 1e3],
  ["Mpps", 1e6],
] as const;

type Scale = readonly (readonly [unit: string, factor: number])[];

/** "12.3 us". In the largest unit of which there is one; what would round up to 1,000 is one of the next. */
const scaled = (value: number, scale: Scale): string => {
  const [unit, factor] = scale.findLast(([, size], i) => i === 0 || value >= size * 0.9995)!;
  const n = value / factor;
  const digits = factor === 1 || n >= 99.95 ? 0 : n >= 9.995 ? 1 : 2;
  return `${n.toFixed(digits)} ${unit}`;
};

/** Picoseconds. */
export const time = (ps: bigint | number): string => (Number(ps) === 0 ? "0" : scaled(Number(ps), TIMES));

/** Packets per second. */
export const rate = (pps: number): string => scaled(pps, RATES);

/** A share from 0 to 1: "12.3 %". */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
