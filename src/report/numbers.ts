/** Numbers as people read them. The same on every machine: no locale is asked. */

/** 1234567 is "1,234,567". */
export const count = (n: number | bigint): string => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

const UNITS = ["bytes", "KiB", "MiB", "GiB"] as const;

/** "512 bytes", "3.4 MiB". */
export const size = (bytes: number): string => {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${bytes} ${bytes === 1 ? "byte" : "bytes"}` : `${value.toFixed(1)} ${UNITS[unit]}`;
};

const DAY = 86_400;

/** Seconds with all nine digits, and days in front if there are any: "2 d 3.000000001 s". */
export const duration = (ns: bigint): string => {
  const seconds = ns / 1_000_000_000n;
  const days = seconds / BigInt(DAY);
  const rest = `${seconds % BigInt(DAY)}.${String(ns % 1_000_000_000n).padStart(9, "0")} s`;
  return days > 0n ? `${days} d ${rest}` : rest;
};

/** "2026-11-23 13:42:01.123456789 UTC". */
export const date = (ns: bigint): string => {
  const [day, time] = new Date(Number(ns / 1_000_000n)).toISOString().split("T");
  return `${day} ${time!.slice(0, 8)}.${String(ns % 1_000_000_000n).padStart(9, "0")} UTC`;
};

/** "1 frame", "2,000 frames". */
export const counted = (n: number | bigint, one: string, many = `${one}s`): string => `${count(n)} ${Number(n) === 1 ? one : many}`;
