/** Options and entries of lists that are what they have to be, whatever was given. */
import { ConfigError } from "./errors.ts";
import { meant } from "./suggest.ts";

/** What a value has to be, in words, and whether it is. `words`: all that it can be. */
export type Check = readonly [expected: string, is: (value: unknown) => boolean, words?: readonly string[]];
export type Checks = Readonly<Record<string, Check>>;

export const wordOf = (...words: readonly string[]): Check => [
  words.map((word) => `"${word}"`).join(" or "),
  (value) => words.includes(value as string),
  words,
];

export const integerOf = (min: number, max: number): Check => [
  `an integer from ${min} to ${max}`,
  (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
];

/** An object with no other keys than these. `path`: where it stands. `what`: such a key, in words. @throws ConfigError */
export const checkKeys = (given: unknown, path: string, what: string, legal: readonly string[]): void => {
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw new ConfigError(path, "an object", given);
  const unknown = Object.keys(given).find((key) => !legal.includes(key));
  if (unknown !== undefined) throw new ConfigError(`${path}.${unknown}`, meant(what, unknown, legal), unknown);
};

/** Values as `checks` say, or undefined. Other keys pass. @throws ConfigError */
export const checkValues = (given: object, path: string, checks: Checks): void => {
  for (const [key, [expected, is, words]] of Object.entries(checks)) {
    const value: unknown = (given as Record<string, unknown>)[key];
    if (value === undefined || is(value)) continue;
    throw new ConfigError(`${path}.${key}`, words && typeof value === "string" ? meant(expected, value, words) : expected, value);
  }
};

/** An object with no other keys, and with values as `checks` say. @throws ConfigError */
export const checkGiven = (given: object, path: string, checks: Checks): void => {
  checkKeys(given, path, "a known option", Object.keys(checks));
  checkValues(given, path, checks);
};
