import { describe, expect, test } from "vitest";
import { checkRouteCount } from "../../../src/config/check_routes.ts";
import { gather } from "../../../src/config/context.ts";
import { resolveConfig } from "../../../src/config/index.ts";
import { read } from "../../../src/config/read.ts";
import { configShape } from "../../../src/config/shape.ts";
import { ConfigError } from "../../../src/errors.ts";
import { crossings, MAC, member, shapes } from "./refusal_rows.ts";
import { em, everything } from "./samples.ts";

const refusalOf = (given: unknown): ConfigError => {
  try {
    resolveConfig(given);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("the configuration was accepted");
};

/** Puts a value at a path that is written as in the configuration. */
const put = (config: unknown, path: string, value: unknown): void => {
  const keys = Array.from(path.matchAll(/\["([^"]*)"\]|\[(\d+)\]|\.?(\w+)/g), ([, quoted, index, plain]) => quoted ?? index ?? plain!);
  const last = keys.pop()!;
  const holder = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, config as Record<string, unknown>);
  Object.defineProperty(holder, last, { value, enumerable: true, configurable: true, writable: true });
};

describe.each([
  ["a value that is wrong in itself", shapes],
  ["a value that does not go with the others", crossings],
])("%s is refused where it stands, with what was expected", (_, rows) => {
  const cases = rows.map(([where, value, expected, fault = where]) => ({ where, value, expected, fault }));
  test.each(cases)("%#: $where, expected $expected", ({ where, value, expected, fault }) => {
    const config = everything();
    put(config, where, value);
    const refusal = refusalOf(config);
    expect(refusal.path).toBe(fault);
    expect(refusal.expected).toContain(expected);
    expect(refusal.message).toBe(`${refusal.path}: expected ${refusal.expected}, but got ${refusal.received}`);
  });
});

test.each([[undefined], [null], [5], ["em0"], [[]], [() => 0]])("%o is no configuration", (given) => {
  expect(refusalOf(given)).toMatchObject({ path: "configuration", expected: "an object" });
});

test("an ARP table smaller than its own entries is refused", () => {
  const arp = Array.from({ length: 20 }, (_, i) => ({ if: "em1", ip: `10.0.0.${i}`, mac: MAC }));
  const refusal = refusalOf({ interfaces: [em(1)], arp, limits: { arp: 19 } });
  expect(refusal).toMatchObject({ path: "limits.arp", expected: "an integer from 20 (as many entries are configured) to 65536", received: "19" });
});

test("a full table of routes is refused when our own subnets do not fit beside it", () => {
  const context = gather(read(configShape, { interfaces: [em(1, { ip: ["192.0.2.1/24"] })] }));
  const full = (length: number) => () => checkRouteCount({ ...context, shape: { ...context.shape, routes: new Array(length) } });
  expect(full(1_000_000)).toThrow("routes: expected at most 999999 routes, as our own subnets need 1, but got 1000000");
  expect(full(999_999)).not.toThrow();
});

test("a name of the prototype is no port", () => {
  expect(refusalOf({ interfaces: [em(1)], bridges: [{ name: "b", members: [member("__proto__")] }] }).path).toBe("bridges[0].members[0].if");
  expect(refusalOf({ interfaces: [em(1)], vlans: [{ name: "v", parent: "constructor", vid: 1 }] }).path).toBe("vlans[0].parent");
});

test("of several faults in values the first in the document is told, whatever the order of the keys", () => {
  expect(refusalOf({ seed: -1, cpus: 0, interfaces: 5 }).path).toBe("seed");
  expect(refusalOf({ interfaces: [{ ...em(1), queue: 0, mtu: 0 }], cpus: 0 }).path).toBe("interfaces[0].queue");
  expect(refusalOf({ interfaces: [em(1), { mac: "x", name: "" }, { name: 5 }] }).path).toBe("interfaces[1].mac");
  expect(refusalOf({ interfaces: [{ name: "em0", colour: 1 }] }).path).toBe("interfaces[0].colour");
});

test("of several faults between entries the first in the document is told, whatever the order of the keys", () => {
  const interfaces = [em(1), em(1)];
  const routes = [{ dst: "default", if: "em5" }];
  expect(refusalOf({ interfaces, routes }).path).toBe("interfaces[1].name");
  expect(refusalOf({ routes, interfaces }).path).toBe("routes[0].if");
  expect(refusalOf({ vlans: [{ name: "em1", parent: "em2", vid: 1 }], interfaces: [em(2), em(1)] }).path).toBe("interfaces[1].name");
  const both = { interfaces: [em(1)], vlans: [{ name: "v", parent: "em1", vid: 1 }] };
  expect(refusalOf({ ...both, vlans: [...both.vlans, { vid: 1, name: "v", parent: "em1" }] }).path).toBe("vlans[1].vid");
  expect(refusalOf({ ...both, vlans: [...both.vlans, { name: "v", vid: 1, parent: "em1" }] }).path).toBe("vlans[1].name");
});

test("a fault in a value comes before one between entries", () => {
  expect(refusalOf({ interfaces: [em(1), em(1), em(2, { mtu: 1 })] }).path).toBe("interfaces[2].mtu");
});

test("what was given is shown shortly, even if it is deep, circular or large", () => {
  let deep: unknown = 0;
  for (let i = 0; i < 100_000; i++) deep = i % 2 ? [deep] : { deep };
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const faults = [deep, circular, "x".repeat(1e6), new Array(1e6), { big: 1n }].map((mac) => refusalOf({ interfaces: [{ name: "em1", mac }] }));
  expect(faults.map(({ path }) => path)).toEqual(Array(5).fill("interfaces[0].mac"));
  expect(faults.filter(({ received }) => received.length > 80)).toEqual([]);
  expect(faults[1]!.received).toBe('{"self":{"self":{"self":{...}}}}');
  expect(refusalOf({ interfaces: [{ ...em(1), mtu: Number.NaN }] }).received).toBe("NaN");
  expect(refusalOf({ ["y".repeat(1e6)]: 1 }).path.length).toBeLessThan(80);
});
