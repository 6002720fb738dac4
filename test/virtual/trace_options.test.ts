import { describe, expect, test } from "vitest";
import { Engine } from "../../src/engine.ts";
import { ConfigError } from "../../src/errors.ts";
import { packetLines, traceJson, traceLine } from "../../src/trace/print.ts";
import type { TraceOptions } from "../../src/types.ts";
import { loadEngine } from "../../src/wasm/load_node.ts";
import { builds, makeEngine } from "../support/engines.ts";
import { packet, router, traced, US } from "./traced.ts";

describe("choices that cannot be made are refused", () => {
  test.each([
    [{ records: 0 }, "options.trace.records: expected an integer from 1 to 16777216, but got 0"],
    [{ records: 2 ** 24 + 1 }, "options.trace.records: expected an integer from 1 to 16777216, but got 16777217"],
    [{ every: 1.5 }, "options.trace.every: expected an integer from 1 to 4294967295, but got 1.5"],
    [{ flows: [{}] }, "options.trace.flows[0]: expected `src`, `dst` or both, but got {}"],
    [{ flows: [{ src: "10.0.0" }] }, 'options.trace.flows[0].src: expected an IPv4 address as in "192.0.2.1", but got "10.0.0"'],
    [{ flows: Array(9).fill({ src: "10.0.0.1" }) }, "options.trace.flows: expected a list of at most 8 flows, but got "],
    [{ from: -1n }, "options.trace.from: expected picoseconds from 0 to 2^54, as a bigint, but got -1n"],
    [{ from: 5 }, "options.trace.from: expected picoseconds from 0 to 2^54, as a bigint, but got 5"],
    [{ from: 5n, to: 5n }, "options.trace.to: expected a time after `from`, which is 5 ps, but got 5n"],
    [{ evry: 5 }, 'options.trace.evry: expected a known option (did you mean "every"?), but got "evry"'],
  ])("%o", async (trace, message) => {
    const refusal = await traced(router(), { trace: trace as TraceOptions }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(ConfigError);
    expect((refusal as ConfigError).message.slice(0, message.length)).toBe(message);
  });

  test("by an engine of the instant machine, by a module without a trace, and later by an engine that was made without one", async () => {
    await expect(makeEngine("release", router(), { trace: {} })).rejects.toThrow('only the machine "virtual" keeps a trace');
    const untraced = await loadEngine(builds.virtualRelease);
    expect(() => Engine.make(untraced, router(), { trace: {} })).toThrow("options.trace: expected nothing, as the module keeps no trace");
    const engine = await traced(router());
    expect(() => engine.setTrace({ every: 1 })).toThrow("trace: expected an engine that was made with the option `trace`");
    expect(() => engine.trace()).toThrow("there is no trace, as the engine was made without the option `trace`");
    expect(engine.memory.regions.find(({ name }) => name === "Trace")!.bytes).toBe(0);
  });

  test("room for records is taken once: no later choice has any", async () => {
    const engine = await traced(router(), { trace: { records: 64 } });
    const choice = { every: 2, records: 128 };
    expect(() => engine.setTrace(choice)).toThrow(
      "trace.records: expected nothing, as the room for records is taken when the engine is made, but got 128",
    );
  });
});

describe("printed", async () => {
  const engine = await traced(router(), { trace: {} });
  engine.receive([{ interface: "em0", data: packet("router"), time: 12_345_678n }]);
  engine.run(100n * US);
  const { records } = engine.trace();

  test("a record is a line: time to the picosecond, CPU, packet, thread, what happened, and the rows of the tables", () => {
    const lines = records.map((record) => traceLine(record));
    expect(lines[0]).toBe(`${"12.345678 us".padStart(16)}  ${" ".repeat(6)}  #0${" ".repeat(26)}arrives by em0, 60 bytes`);
    expect(lines.find((line) => line.includes("leaves udp"))).toMatch(
      /^ +1\d\.\d{6} us {2}CPU 0 {3}#0 {10}udp_thread 0 {4}leaves udp_thread 0 after 0\.500000 us$/,
    );
    expect(lines.find((line) => line.includes("gets BGL"))).toMatch(/gets BGL \[service without, handler got\]$/);
    expect(lines.at(-1)).toMatch(/sent by em1, Forwarded after \d+\.\d{6} us \[service without, handler got\]$/);
    expect(new Set(lines.map((line) => line.length > 54))).toEqual(new Set([true]));
  });

  test("a packet is a head and its lines from its first record on; one that is unknown is nothing", () => {
    const lines = packetLines(records, 0);
    expect(lines[0]).toBe("#0, from 12.345678 us on");
    expect(lines).toHaveLength(1 + records.filter(({ cause }) => cause === 0).length);
    expect(lines[1]!.trimStart().startsWith("0.000000 us")).toBe(true);
    expect(packetLines(records, 1)).toEqual([]);
  });

  test("as JSON with its times in strings", () => {
    expect(JSON.parse(traceJson(records[0]!))).toMatchObject({ time: "12345678", kind: "Arrival", cause: 0, interface: "em0", value: "60" });
  });
});

describe("what is no record is refused", () => {
  test.each([undefined, null, 5, {}, { kind: "Step" }, { time: 1n, lock: {}, kind: "toString" }, { time: 1, lock: {}, kind: "Step" }])(
    "%o",
    (given) => {
      for (const print of [traceLine, traceJson, (record: never) => packetLines([{ ...(record as object), cause: 7 } as never], 7)]) {
        expect(() => print(given as never)).toThrow(ConfigError);
        expect(() => print(given as never)).toThrow(/^record: expected one of `Trace\.records`, but got /);
      }
    },
  );

  test("no list, no time, and no packet", async () => {
    const engine = await traced(router(), { trace: {} });
    engine.receive([{ interface: "em0", data: packet("router") }]);
    engine.run();
    const { records } = engine.trace();
    expect(() => packetLines(undefined as never, 0)).toThrow("records: expected `Trace.records`, but got nothing");
    expect(() => traceLine(records[0]!, 5 as never)).toThrow("zero: expected picoseconds as a bigint, but got 5");
    expect(packetLines([undefined as never, ...records], -5)).toEqual([]);
  });
});
