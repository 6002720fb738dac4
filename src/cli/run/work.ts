/** `--work`: other kernel work, in one argument. */
import { InvalidArgumentError } from "commander";
import { WORK_KEYS } from "../../config/work_shape.ts";
import type { WorkConfig } from "../../types.ts";

const EXPECTED =
  'Expected NAME:KEY=VALUE,... as in "syscall:cpu=1,class=user,rate=10kHz,hold=20us"; cpus=all, 0+2 or 0-3; exp:20us: the mean of drawn times.';
const DURATIONS = ["think", "work", "outside", "hold"];
const INTEGERS = ["cpu", "threads", "count", "queue"];

/** `--work NAME:KEY=VALUE,...`, once more. Whether the values are good is seen when the whole configuration is checked. */
export const workEntry = (text: string, before: WorkConfig[] = []): WorkConfig[] => {
  const colon = text.indexOf(":");
  const entry: Record<string, unknown> = { name: text.slice(0, Math.max(colon, 0)) };
  for (const part of text.slice(colon + 1).split(",")) {
    const [, key, value] = /^(\w+)=(.+)$/.exec(part) ?? [];
    if (colon < 1 || key === undefined || !WORK_KEYS.includes(key) || Object.hasOwn(entry, key)) throw new InvalidArgumentError(EXPECTED);
    entry[key] = readValue(key, value!);
  }
  return [...before, entry as unknown as WorkConfig];
};

/** What is no number or no list of CPUs is left for the check to refuse. */
const readValue = (key: string, text: string): unknown => {
  if (key === "cpus") return text === "all" ? text : text.split("+").flatMap(range);
  if (INTEGERS.includes(key)) return integer(text);
  return DURATIONS.includes(key) && text.startsWith("exp:") ? { value: zeroOr(text.slice(4)), law: "exponential" } : zeroOr(text);
};

/** No time needs no unit. */
const zeroOr = (text: string): number | string => (text === "0" ? 0 : text);

const integer = (text: string): number | string => (/^\d{1,15}$/.test(text) ? Number(text) : text);

/** "3" or "0-3". */
const range = (text: string): (number | string)[] => {
  const [, first, last] = /^(\d\d?)-(\d\d?)$/.exec(text) ?? [];
  if (last === undefined) return [integer(text)];
  return Array.from({ length: Math.max(0, Number(last) - Number(first) + 1) }, (_, n) => Number(first) + n);
};
