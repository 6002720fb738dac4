import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../../src/config/index.ts";
import { END_OF_TIME } from "../../../src/config/quantities.ts";
import type { EngineConfig, FaultConfig } from "../../../src/types.ts";
import { em } from "./samples.ts";

const configOf = (faults: unknown, more: object = {}): EngineConfig => ({
  cpus: 2,
  interfaces: [{ ...em(1), ip: ["10.0.1.1/24"] }, { ...em(2), ip: ["10.0.2.1/24"] }, em(3), em(4)],
  bridges: [{ name: "br0", members: [{ if: "em3" }, { if: "em4" }] }],
  virtual: { faults: faults as FaultConfig[], ...more },
});
const resolved = (...faults: FaultConfig[]) => resolveConfig(configOf(faults)).virtual!.faults;

test.each(["10kHz", "10kpps", "10k", "10000", 10_000])("a storm may have the rate %j", (rate) => {
  expect(resolved({ kind: "storm", if: "em1", rate })).toEqual(resolved({ kind: "storm", if: "em1", rate: 10_000 }));
});

describe("refused", () => {
  test.each<[string, unknown, string, string]>([
    ["no list", {}, "virtual.faults", "an array"],
    ["no object", [5], "virtual.faults[0]", "an object with `kind`"],
    ["no kind", [{}], "virtual.faults[0].kind", "a kind of fault, one of loss, bitErrors"],
    ["an unknown kind", [{ kind: "los" }], "virtual.faults[0].kind", '(did you mean "loss"?)'],
    ["a key of another kind", [{ kind: "flap", if: "em1", p: 1 }], "virtual.faults[0].p", "one of kind, if, from, to, for, every, law"],
    ["no interface", [{ kind: "flap" }], "virtual.faults[0].if", "the name of an interface"],
    ["an unknown interface", [{ kind: "flap", if: "em9" }], "virtual.faults[0].if", "one of em1, em2, em3, em4"],
    ["a bridge", [{ kind: "flap", if: "br0" }], "virtual.faults[0].if", "the name of an interface, not of a bridge"],
    ["no chance", [{ kind: "loss", if: "em1" }], "virtual.faults[0].p", "exactly one of `p`, `nth`"],
    ["two chances", [{ kind: "loss", if: "em1", p: 1, nth: 2 }], "virtual.faults[0].nth", "exactly one of `p`, `nth`"],
    ["a chance and a rate", [{ kind: "bitErrors", if: "em1", p: 1, ber: 1e-5 }], "virtual.faults[0].ber", "exactly one of `p`, `nth`, `ber`"],
    ["no probability", [{ kind: "loss", if: "em1", p: 0 }], "virtual.faults[0].p", "a probability above 0 up to 1"],
    ["more than certain", [{ kind: "loss", if: "em1", p: 1.1 }], "virtual.faults[0].p", "a probability above 0 up to 1"],
    ["not a number", [{ kind: "loss", if: "em1", p: Number.NaN }], "virtual.faults[0].p", "a probability"],
    ["a large error rate", [{ kind: "bitErrors", if: "em1", ber: 0.1 }], "virtual.faults[0].ber", "a bit error rate from 1e-15 to 0.01"],
    ["a rate in bits", [{ kind: "storm", if: "em1", rate: "10kbps" }], "virtual.faults[0].rate", 'from 1 to 10^9, as in 500 or "10kHz"'],
    ["an end before the beginning", [{ kind: "flap", if: "em1", from: "2ms", to: "1ms" }], "virtual.faults[0].to", "a time after `from`"],
    ["again, but how long?", [{ kind: "stall", cpu: 0, every: "1ms" }], "virtual.faults[0].for", "how long it lasts each time"],
    ["all the time again", [{ kind: "stall", cpu: 0, for: "1ms", every: "1ms" }], "virtual.faults[0].for", "a time below `every`"],
    ["no time", [{ kind: "stall", cpu: 0, for: 0 }], "virtual.faults[0].for", "above 0 and below 2^54 ps"],
    ["a CPU too many", [{ kind: "stall", cpu: 2 }], "virtual.faults[0].cpu", "an integer from 0 to 1"],
    ["an interface of the BGL", [{ kind: "holder", lock: "BGL", if: "em1", p: 1, stall: 5 }], "virtual.faults[0].if", "no `if`"],
    ["a queue of a bridge", [{ kind: "holder", lock: "queue", if: "br0", p: 1, stall: 5 }], "virtual.faults[0].if", "not of a bridge"],
    ["whose serializer?", [{ kind: "holder", lock: "serializer", p: 1, stall: 5 }], "virtual.faults[0].if", "the name of an interface or bridge"],
    ["a table of no bridge", [{ kind: "table", table: "bridge", if: "em1" }], "virtual.faults[0].if", "the name of a bridge, not of an interface"],
    ["flows of an interface", [{ kind: "table", table: "flows", if: "em1" }], "virtual.faults[0].if", "no `if`"],
    ["more flows than there are", [{ kind: "table", table: "flows", limit: 257 }], "virtual.faults[0].limit", "an integer from 1 to 256"],
    ["a gateway nowhere", [{ kind: "route", dst: "20.0.0.0/8", via: "9.9.9.9" }], "virtual.faults[0].via", "an address in the subnet"],
    ["our own address", [{ kind: "arp", if: "em1", ip: "10.0.1.1" }], "virtual.faults[0].ip", "another host"],
    [
      "two at once",
      [
        { kind: "queue", if: "em1", to: "2ms" },
        { kind: "queue", if: "em1", from: "1ms" },
      ],
      "virtual.faults[1].from",
      "a time at which virtual.faults[0], which changes the same, is over",
    ],
    [
      "two of one lock",
      [
        { kind: "holder", lock: "BGL", p: 1, stall: 5, to: 10 },
        { kind: "holder", lock: "BGL", p: 1, stall: 5, from: 10 },
      ],
      "virtual.faults[1].lock",
      "a lock that virtual.faults[0] is not about",
    ],
  ])("%s", (_, faults, path, expected) => {
    expect(() => resolveConfig(configOf(faults))).toThrow(`${path}: expected `);
    expect(() => resolveConfig(configOf(faults))).toThrow(expected);
  });

  test("interrupts of an interface with several rings", () => {
    const rings = { interfaces: { "*": { rings: 2 }, em2: { rings: 1 } } };
    const storm = (name: string) => configOf([{ kind: "storm", if: name, rate: 1000 }], rings);
    expect(() => resolveConfig(storm("em1"))).toThrow("virtual.faults[0].if: expected an interface with one receive ring");
    expect(() => resolveConfig(storm("em2"))).not.toThrow();
  });
});

test("times are picoseconds; what lasts once has an end", () => {
  const [fault] = resolved({ kind: "stall", cpu: 1, from: 500, for: "2us" });
  expect(fault).toMatchObject({ what: "CPU 1", subject: 1, from: 500_000n, to: 2_500_000n, every: 0n });
  expect(resolved({ kind: "flap", if: "em1" })[0]).toMatchObject({ from: 0n, to: END_OF_TIME });
});

test("probabilities are shares of 2^64, certainty all of it", () => {
  const chances = [0.5, 1, 2 ** -53].map((p) => resolved({ kind: "loss", if: "em1", p })[0]!.chance);
  expect(chances).toEqual([2n ** 63n, 2n ** 64n - 1n, 2n ** 11n]);
});

test("names, and places of locks, bridges and routes", () => {
  const faults = resolved(
    { kind: "loss", if: "em2", side: "tx", p: 1 },
    { kind: "holder", lock: "serializer", if: "br0", p: 1, stall: 5 },
    { kind: "holder", lock: "queue", if: "em2", p: 1, stall: 5 },
    { kind: "table", table: "bridge", if: "br0" },
    { kind: "route", dst: "20.0.0.0/8", via: "10.0.2.9" },
    { kind: "route", dst: "default" },
    { kind: "arp", if: "em1", ip: "10.0.1.9" },
  );
  expect(faults.map(({ what, subject }) => [what, subject])).toEqual([
    ["em2 tx", 1],
    ["serializer br0", 9],
    ["queue em2", 4],
    ["br0", 0],
    ["20.0.0.0/8", 0],
    ["0.0.0.0/0", 0],
    ["10.0.1.9 on em1", 0],
  ]);
  expect([faults[4]!.more, faults[5]!.more]).toEqual([0x0a00_0209n | (2n << 32n) | (2n << 48n), 0n]);
});

test("one after the other may change the same", () => {
  const at = (from: number): FaultConfig => ({ kind: "queue", if: "em1", from, to: from + 10 });
  expect(resolved(at(10), at(0), at(20))).toHaveLength(3);
});
