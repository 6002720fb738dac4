/** What a case of the walk in settings.test.ts consists of. */
import type { Labs } from "../support/lab.ts";

export interface SettingCase {
  /** Values, and the number that each of them leads to. */
  // biome-ignore lint/suspicious/noExplicitAny: each setting has values of its own type
  numbers: [value: any, number: number][];
  // biome-ignore lint/suspicious/noExplicitAny: as above
  measure(labs: Labs, value: any): number;
}

/** Cases for every key of a part of the configuration. */
export type CasesOf<T> = { [K in keyof Required<T>]: { numbers: [value: T[K], number: number][]; measure(labs: Labs, value: T[K]): number } };

export const values = <V>(...rows: [value: V, number: number][]): [V, number][] => rows;
