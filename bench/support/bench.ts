/** What every bench is given and gives. */
import type { Settings } from "./measure.ts";
import type { Table } from "./table.ts";

export interface Context {
  settings: Settings;
  quick: boolean;
  /** Further engine modules to be measured beside that of the package. */
  builds: readonly string[];
  /** Only workloads and tables whose names have one of these in them; empty: all. */
  only: readonly string[];
  /** Folder with larger captures, if there is one. */
  oracle: string | undefined;
  /** Progress, for a person who waits. */
  say(text: string): void;
}

export type Bench = (context: Context) => Promise<Table[]>;

export const wanted = (name: string, { only }: Pick<Context, "only">): boolean => only.length === 0 || only.some((part) => name.includes(part));
