import type { Path } from "./path.ts";

/** What to check about an entry, filed under the key at which the fault would stand. */
export type Checks<T> = { readonly [K in keyof T]?: (entry: T, path: Path) => void };

/** Runs the checks of one entry in the order in which the document has its keys. `path` leads to the entry. */
export const checkEntry = <T extends object>(entry: T, checks: Checks<T>, path: Path): void => {
  const at = [...path, ""];
  for (const key of Object.keys(entry) as (keyof T & string)[]) {
    const check = checks[key];
    if (check === undefined) continue;
    at[path.length] = key;
    check(entry, at);
  }
};

/** The same for a list of entries; `path` leads to the list. */
export const checkEach = <T extends object>(entries: readonly T[], checks: Checks<T>, path: Path): void => {
  const at = [...path, 0];
  for (let i = 0; i < entries.length; i++) {
    at[path.length] = i;
    checkEntry(entries[i]!, checks, at);
  }
};
