import { describe, expect, test } from "vitest";
import { RTF_GATEWAY } from "../../../assembly/abi.ts";
import { EngineError } from "../../../src/errors.ts";
import type { EngineExports } from "../../../src/wasm/exports.ts";
import { Random } from "../../model/random.ts";
import { Labs } from "../../support/lab.ts";
import { LONG, LONG_TIMEOUT } from "../../support/long.ts";
import { cut, engineLookup, PlainTable, type Prefix, randomAddresses, randomPrefixes, taken } from "./route_model.ts";

const MOST = 10_000;
const TABLES = LONG ? 10_000 : 60;
const ADDRESSES = 1000;

const labs = new Labs("release");
/** An engine without addresses, so that its table is empty. */
const engineFor = (routes: number) => labs.of({ interfaces: [{ name: "em0", mac: "02:00:00:00:00:01" }], limits: { routes } }).engine;

/** One table in the engine and the same one done plainly. */
class Both {
  readonly plain = new PlainTable();
  readonly #exports: EngineExports;
  #gateway = 1;

  constructor(exports: EngineExports) {
    this.#exports = exports;
  }

  add(prefixes: readonly Prefix[]): void {
    for (const one of prefixes) {
      const gateway = this.#gateway++;
      if (!this.#exports.rtadd(one.prefix, one.length, gateway, RTF_GATEWAY, 0)) throw new Error(`no room for ${JSON.stringify(one)}`);
      this.plain.set(one, gateway);
    }
  }

  delete(prefixes: readonly Prefix[]): void {
    for (const one of prefixes) {
      const [engine, plain] = [this.#exports.rtdelete(one.prefix, one.length) !== 0, this.plain.delete(one)];
      if (engine !== plain) throw new Error(`deleting ${JSON.stringify(one)}: ${engine} instead of ${plain}`);
    }
  }

  /** Addresses for which the two do not agree. */
  differences(addresses: readonly number[]): string[] {
    return addresses
      .filter((address) => engineLookup(this.#exports, address) !== this.plain.lookup(address))
      .map((address) => `${address.toString(16)}: ${engineLookup(this.#exports, address)} instead of ${this.plain.lookup(address)}`);
  }
}

/** From 1 to `MOST`, every order of magnitude alike. */
const randomSize = (random: Random): number => Math.round(MOST ** (random.below(10_001) / 10_000));

describe("the longest prefix that covers an address is found", () => {
  test(
    `in ${TABLES} random tables of 1 to ${MOST} nested routes, and again after adding, replacing and deleting`,
    () => {
      const { exports } = engineFor(2 * MOST);
      for (let seed = 1; seed <= TABLES; seed++) {
        const random = new Random(seed);
        const both = new Both(exports);
        const first = randomPrefixes(random, seed <= 3 ? MOST : randomSize(random));
        both.add(first);
        expect(both.differences(randomAddresses(random, first, ADDRESSES)), `table ${seed}`).toEqual([]);
        const more = randomPrefixes(random, 1 + (first.length >> 2));
        both.add(more.concat(first.filter(() => random.below(4) === 0)));
        both.delete(first.filter(() => random.below(3) === 0));
        expect(both.differences(randomAddresses(random, [...first, ...more], ADDRESSES)), `table ${seed}, changed`).toEqual([]);
        expect(exports.routeCount()).toBe(both.plain.size);
        both.delete(both.plain.prefixes);
        expect(exports.routeCount()).toBe(0);
        expect(both.differences(randomAddresses(random, first, 50)), `table ${seed}, emptied`).toEqual([]);
      }
    },
    LONG_TIMEOUT,
  );

  test("through all 33 lengths of one address, added and deleted in any order", () => {
    const { exports } = engineFor(64);
    const random = new Random(9);
    for (let round = 0; round < 50; round++) {
      const both = new Both(exports);
      const address = random.word();
      const chain = Array.from({ length: 33 }, (_, length) => cut(address, length)).sort(() => random.below(3) - 1);
      const asked = chain.flatMap(({ prefix, length }) => [prefix, (address ^ (length ? 2 ** (32 - length) : 0)) >>> 0, address]);
      for (const one of chain) {
        both.add([one]);
        expect(both.differences(asked)).toEqual([]);
      }
      for (const one of chain.sort(() => random.below(3) - 1)) {
        both.delete([one]);
        expect(both.differences(asked)).toEqual([]);
      }
    }
  });

  test("with one route there is one answer, inside its prefix only", () => {
    const { exports } = engineFor(1);
    for (let length = 0; length <= 32; length++) {
      const both = new Both(exports);
      const one = cut(0xc0a80180, length);
      both.add([one]);
      expect(both.differences([0, 0xffffffff, 0xc0a80180, 0xc0a801ff, 0xc0a80100, 0xc0a70180, 0x40a80180, one.prefix])).toEqual([]);
      both.delete([one]);
    }
  });
});

describe("the size of the table", () => {
  test("a full table refuses another route, but still replaces and deletes", () => {
    const engine = engineFor(3);
    for (const last of [0, 1, 2]) engine.setRoute({ dst: `198.51.100.${last}/32`, via: "192.0.2.1", if: "em0" });
    const another = { dst: "203.0.113.0/24", via: "192.0.2.1", if: "em0" };
    expect(() => engine.setRoute(another)).toThrow(EngineError);
    engine.setRoute({ dst: "198.51.100.1/32", via: "192.0.2.9", if: "em0" });
    expect(engineLookup(engine.exports, 0xc6336401)).toBe(0xc0000209);
    expect(engine.deleteRoute("198.51.100.2/32")).toBe(true);
    expect(engine.deleteRoute("198.51.100.2/32")).toBe(false);
    engine.setRoute(another);
    expect(engineLookup(engine.exports, 0xcb007101)).toBe(0xc0000201);
  });

  test("deleting everything gives every record and every node back: the limit can be reached again, elsewhere", () => {
    const limit = 700;
    const { exports } = engineFor(limit);
    const random = new Random(5);
    // Each route below a /16 and a /24 of its own takes a node, a record and a record for its /24: the most that a route can need.
    for (let round = 0; round < 20; round++) {
      const both = new Both(exports);
      const prefixes = Array.from({ length: limit }, (_, i) =>
        cut(((((round * 997 + i * 13) & 0xffff) << 16) | (random.word() & 0xffff)) >>> 0, random.from(25, 32)),
      );
      both.add(prefixes);
      expect(exports.rtadd(0, 0, 1, 0, 0)).toBe(0);
      expect(both.differences(randomAddresses(random, prefixes, 200))).toEqual([]);
      expect(taken(exports)).toEqual({ records: 2 * limit, nodes: limit });
      both.delete(prefixes);
      expect(exports.routeCount()).toBe(0);
    }
  });

  test.runIf(LONG)(
    "a million routes fit, and are found",
    () => {
      const { exports } = engineFor(1_000_000);
      const both = new Both(exports);
      const random = new Random(6);
      while (both.plain.size < 1_000_000) both.add(randomPrefixes(random, Math.min(10_000, 1_000_000 - both.plain.size)));
      expect(exports.routeCount()).toBe(1_000_000);
      expect(both.differences(randomAddresses(random, both.plain.prefixes, 100_000))).toEqual([]);
      expect(exports.rtadd(0xe0000001, 32, 1, 0, 0)).toBe(0);
    },
    LONG_TIMEOUT,
  );
});
