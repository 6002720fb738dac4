import type { Path } from "./path.ts";

/** What to check about an entry, filed under the key at which the fault would stand. */
export type Checks<T> = { readonly [K in keyof T]?: (entry: T, path: Path) => void };

/** Runs the checks of one entry in the order in which the document has its keys. `path` leads to the entry. */
export const checkEntry = <T extends object>(entry: T, checks: Checks<T>, path: Path): void => {
  for (const key of Object.keys(entry) as (keyof T & string)[]) {
    const check = checks[key];
    if (check !== undefined) check(entry, [...path, key]);
  }
};

/** The same for a list of entries; `path` leads to the list. */
export const checkEach = <T extends object>(entries: readonly T[], checks: Checks<T>, path: Path): void => {
  for (const [i, entry] of entries.entries()) checkEntry(entry, checks, [...path, i]);
};
