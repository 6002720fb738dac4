import type { Region } from "../../../assembly/abi.ts";
import type { ResolvedConfig } from "../../types.ts";
import type { VirtualExports } from "../exports.ts";
import { type Histogram, histogramBytes, readHistogram } from "../histogram.ts";
import { lockNames, queueNames, threadNames } from "../names.ts";
import { recordNames } from "../rings.ts";

/** Bytes of the words that most of what is measured consists of. */
export const WORD = 8;

/** An enum of numbers whose last member is Count. */
type Names = Record<number, string> & { Count: number };
export type NameOf<E> = Exclude<keyof E & string, "Count">;

/** The regions in which an engine measures, and the names of what it numbers, which never change and take longer to find than all else. */
export class Tables {
  readonly exports: VirtualExports;
  readonly config: ResolvedConfig;
  readonly threads: readonly string[];
  readonly locks: readonly string[];
  readonly queues: readonly string[];
  /** Rows of packets by interface: how many there are; the first is of those that were made here. */
  readonly rows: number;

  constructor(exports: VirtualExports, config: ResolvedConfig) {
    this.exports = exports;
    this.config = config;
    this.threads = threadNames(exports, config);
    this.locks = lockNames(exports, config);
    this.queues = queueNames(exports, config, this.threads);
    this.rows = recordNames(exports, config).length + 1;
  }

  get now(): bigint {
    return BigInt.asUintN(64, this.exports.now());
  }

  get memory(): ArrayBufferLike {
    return this.exports.memory.buffer;
  }

  base(region: Region): number {
    return this.exports.regionBase(region) >>> 0;
  }

  /** Words of a region, as they are: later changes are seen. */
  words(region: Region, first: number, count: number): BigUint64Array {
    return new BigUint64Array(this.memory, this.base(region) + first * WORD, count);
  }

  /** As many words as the enum has members, by their names. */
  named<E extends object>(region: Region, first: number, names: E): Record<NameOf<E>, bigint> {
    const words = this.words(region, first, (names as unknown as Names).Count);
    return byName(names, (index) => words[index]!);
  }

  /** A copy of a region's histogram; all of a region have the same bits. */
  histogram(region: Region, index: number, bits: number): Histogram {
    return readHistogram(this.memory, this.base(region) + index * histogramBytes(bits), bits);
  }
}

export const byName = <E extends object, T>(names: E, value: (index: number) => T): Record<NameOf<E>, T> => {
  const enumeration = names as unknown as Names;
  const record: Record<string, T> = {};
  for (let index = 0; index < enumeration.Count; index++) record[enumeration[index]!] = value(index);
  return record as Record<NameOf<E>, T>;
};
