import { describe, expect, test } from "vitest";
import { BridgeTable, bridgeHash } from "../../../src/reference/index.ts";

test.each([
  [0, 931, 92, 604],
  [0x12345678, 167, 420, 45],
  [0xdeadbeef, 359, 799, 161],
])("the bucket under key %i is that of Jenkins' mix", (key, ...buckets) => {
  expect([0x001122334455n, 0x020000000001n, 0xffffffffffffn].map((mac) => bridgeHash(mac, key))).toEqual(buckets);
});

describe("the address table", () => {
  test("a full table learns nothing and forgets nothing", () => {
    const table = new BridgeTable(2, 1200);
    for (const mac of [1n, 2n, 3n]) table.learn(mac, 0, 1);
    expect(table.addresses.map(({ mac }) => mac)).toEqual([1n, 2n]);
  });

  test("a known station moves at once, also in a full table", () => {
    const table = new BridgeTable(1, 1200);
    table.learn(1n, 0, 1);
    table.learn(1n, 3, 5);
    expect(table.addresses).toEqual([{ mac: 1n, port: 3, expire: 1205, static: false }]);
  });

  test("a static entry is neither moved nor aged", () => {
    const table = new BridgeTable(2, 10);
    table.addStatic(1n, 0);
    table.learn(1n, 3, 5);
    table.age(1_000_000);
    expect(table.lookup(1n)).toBe(0);
  });

  test("ageing removes at the second of expiry, not before", () => {
    const table = new BridgeTable(2, 10);
    table.learn(1n, 0, 1);
    table.age(10);
    expect(table.lookup(1n)).toBe(0);
    table.age(11);
    expect(table.lookup(1n)).toBeUndefined();
  });

  test("trimming takes what is old first, then the newest dynamic entries", () => {
    const table = new BridgeTable(10, 10);
    table.learn(1n, 0, 1);
    table.addStatic(2n, 0);
    for (const mac of [3n, 4n, 5n]) table.learn(mac, 0, 5);
    table.trim(2, 11);
    expect(table.addresses.map(({ mac }) => mac)).toEqual([2n, 3n]);
  });
});
