/** The longest prefix match done the plain way, routes and addresses to put to it, and what the engine's table holds. */
import { Region } from "../../../assembly/abi.ts";
import { maskOf } from "../../../src/addresses.ts";
import type { EngineExports } from "../../../src/wasm/exports.ts";
import type { Random } from "../../model/random.ts";

export interface Prefix {
  prefix: number;
  length: number;
}

/** Network part of an address. */
export const cut = (address: number, length: number): Prefix => ({ prefix: (address & maskOf(length)) >>> 0, length });

/** Gateways by prefix, one map per length. */
export class PlainTable {
  readonly #byLength = Array.from({ length: 33 }, () => new Map<number, number>());

  set({ prefix, length }: Prefix, gateway: number): void {
    this.#byLength[length]!.set(prefix, gateway);
  }

  delete({ prefix, length }: Prefix): boolean {
    return this.#byLength[length]!.delete(prefix);
  }

  /** The gateway of the longest prefix that covers an address. */
  lookup(address: number): number | undefined {
    for (let length = 32; length >= 0; length--) {
      const gateway = this.#byLength[length]!.get((address & maskOf(length)) >>> 0);
      if (gateway !== undefined) return gateway;
    }
    return undefined;
  }

  get size(): number {
    return this.#byLength.reduce((total, map) => total + map.size, 0);
  }

  get prefixes(): Prefix[] {
    return this.#byLength.flatMap((map, length) => Array.from(map.keys(), (prefix) => ({ prefix, length })));
  }
}

/** Prefixes of all lengths, most of them inside or around another one. */
export const randomPrefixes = (random: Random, count: number): Prefix[] => {
  const prefixes: Prefix[] = [];
  for (let i = 0; i < count; i++) {
    const near = i > 0 && random.below(4) > 0 ? prefixes[random.below(i)]! : undefined;
    const address = near ? (near.prefix ^ (random.word() & ~maskOf(near.length))) >>> 0 : random.word();
    prefixes.push(cut(address, random.below(33)));
  }
  return prefixes;
};

/** Addresses at the edges of prefixes, inside them, and anywhere. */
export const randomAddresses = (random: Random, prefixes: readonly Prefix[], count: number): number[] =>
  Array.from({ length: count }, (_, i) => {
    if (prefixes.length === 0 || i % 4 === 3) return random.word();
    const { prefix, length } = prefixes[random.below(prefixes.length)]!;
    const hosts = ~maskOf(length) >>> 0;
    if (i % 4 === 0) return (prefix + random.from(-1, 1)) >>> 0;
    return i % 4 === 1 ? (prefix + hosts + random.from(-1, 1)) >>> 0 : (prefix | (random.word() & hosts)) >>> 0;
  });

/** The region of routes: the table's own counts, then the records from 1 on, and the places of fields in both (assembly/netinet/route_table.ts). */
const TABLE_BYTES = 32;
const TABLE = { used: 0, nodes: 8 };
const RECORD = 16;
const GATEWAY = 8;

const tableOf = (exports: EngineExports): DataView => new DataView(exports.memory.buffer, exports.regionBase(Region.Routes) >>> 0, TABLE_BYTES);

const recordOf = (exports: EngineExports, record: number): DataView =>
  new DataView(exports.memory.buffer, (exports.regionBase(Region.Routes) >>> 0) + TABLE_BYTES + (record - 1) * RECORD, RECORD);

/** Gateway of the route that the engine finds. */
export const engineLookup = (exports: EngineExports, address: number): number | undefined => {
  const record = exports.rtlookup(address) >>> 0;
  return record === 0 ? undefined : recordOf(exports, record).getUint32(GATEWAY, true);
};

/** Records and nodes that were ever taken: those on the free lists are among them. */
export const taken = (exports: EngineExports): { records: number; nodes: number } => ({
  records: tableOf(exports).getUint32(TABLE.used, true),
  nodes: tableOf(exports).getUint32(TABLE.nodes, true),
});
