import { describe, expect, test } from "vitest";
import type { Engine } from "../../../src/engine.ts";
import type { Departure } from "../../../src/types.ts";
import { digestOf } from "../../support/digest.ts";
import { BROADCAST, filler, frame, station } from "../../support/frames.ts";
import { Labs, seconds } from "../../support/lab.ts";
import { refusal } from "../../support/refusal.ts";

const labs = new Labs("release");
const two = () => labs.bridgeOf(["em0", "em1"]).engine;
/** A broadcast that can be told from others by its length. */
const numbered = (n: number): Uint8Array => frame({ dst: BROADCAST, src: station(1), payload: filler(46 + n) });
const lengths = (sent: readonly Departure[]): number[] => sent.map(({ data }) => data.length - 60);

describe("receive", () => {
  test("takes interfaces by name and by index", () => {
    const engine = two();
    engine.receive([
      { interface: "em1", data: numbered(0) },
      { interface: 0, data: numbered(1) },
    ]);
    engine.run();
    expect(engine.take().map(({ interface: name, port, data }) => [name, port, data.length - 60])).toEqual([
      ["em0", 0, 0],
      ["em1", 1, 1],
    ]);
  });

  test("refuses a frame for an interface that is not there, and says which ones are", () => {
    const engine = two();
    for (const name of ["em2", "", 3, -1, 0.5, Number.NaN])
      expect(refusal(() => engine.receive([{ interface: name, data: numbered(0) }])).path).toBe("[0].interface");
    expect(refusal(() => engine.receive([{ interface: "em2", data: numbered(0) }])).expected).toBe("one of em0, em1, br0");
    expect(refusal(() => engine.receive([{ interface: "br0", data: numbered(0) }])).expected).toContain("an interface");
  });

  test("refuses a time before the last one or beyond the clock, and keeps the frames before it", () => {
    const engine = two();
    const at = (time: bigint, n: number) => ({ interface: 0, time, data: numbered(n) });
    expect(refusal(() => engine.receive([at(10n, 1), at(10n, 2), at(9n, 3), at(11n, 4)])).path).toBe("[2].time");
    expect(refusal(() => engine.receive([at(2n ** 64n - 1n, 5)])).path).toBe("[0].time");
    expect(refusal(() => engine.receive([at(-1n, 5)])).path).toBe("[0].time");
    engine.run();
    expect(lengths(engine.take())).toEqual([1, 2]);
  });

  test("gives a frame without a time that of the one before it", () => {
    const engine = two();
    engine.receive([
      { interface: 0, data: numbered(0), time: 77n },
      { interface: 1, data: numbered(1) },
    ]);
    engine.run();
    expect(engine.take().map(({ time }) => time)).toEqual([77n, 77n]);
    expect(engine.now).toBe(77n);
  });

  test("refuses a frame longer than limits.input, and takes the longest that fits", () => {
    const engine = two();
    const longest = engine.config.limits.input - 64;
    expect(refusal(() => engine.receive([{ interface: 0, data: new Uint8Array(longest + 1) }])).expected).toContain("limits.input");
    engine.receive([{ interface: 0, data: new Uint8Array(longest) }]);
    engine.run();
    expect(engine.counters().drops.TooLong).toBe(1);
  });

  test("an empty frame is a runt like any other", () => {
    const engine = two();
    engine.receive([{ interface: 0, data: new Uint8Array(0) }]);
    engine.run();
    expect(engine.counters().drops.Runt).toBe(1);
  });
});

describe("run", () => {
  test("does nothing before run is called, nothing later than `until`, and the rest with the next one", () => {
    const engine = two();
    engine.receive([1, 2, 3, 4].map((second) => ({ interface: 0, time: seconds(second), data: numbered(second) })));
    expect(engine.take()).toEqual([]);
    engine.run(seconds(2));
    expect([lengths(engine.take()), engine.now]).toEqual([[1, 2], seconds(2)]);
    engine.run(seconds(3) - 1n);
    expect([lengths(engine.take()), engine.now]).toEqual([[], seconds(3) - 1n]);
    engine.run();
    expect([lengths(engine.take()), engine.now]).toEqual([[3, 4], seconds(4)]);
  });

  test("lets the clock go on to `until`, never back, and later frames have to come later", () => {
    const engine = two();
    engine.run(seconds(5));
    engine.run(seconds(1));
    expect(engine.now).toBe(seconds(5));
    expect(refusal(() => engine.receive([{ interface: 0, time: seconds(4), data: numbered(0) }])).path).toBe("[0].time");
    engine.receive([{ interface: 0, data: numbered(0) }]);
    engine.run();
    expect(engine.take()[0]!.time).toBe(seconds(5));
  });

  test("without frames there is nothing to do and time stands still", () => {
    const engine = two();
    engine.run();
    expect([engine.now, engine.take()]).toEqual([0n, []]);
  });
});

describe("take", () => {
  test("hands every frame out once, with what caused it", () => {
    const engine = labs.bridgeOf(["em0", "em1", "em2"]).engine;
    engine.receive([0, 1].map((n) => ({ interface: n, data: numbered(n) })));
    engine.run();
    const sent = engine.take();
    expect(sent.map(({ interface: name, cause, path }) => `${cause} ${name} ${path}`).sort()).toEqual([
      "0 em1 Bridged",
      "0 em2 Bridged",
      "1 em0 Bridged",
      "1 em2 Bridged",
    ]);
    expect(engine.take()).toEqual([]);
  });

  test("its frames are copies: later runs do not change them", () => {
    const engine = two();
    const send = (n: number): Departure[] => {
      engine.receive([{ interface: 0, data: numbered(n) }]);
      engine.run();
      return engine.take();
    };
    const [first] = send(3);
    send(9);
    expect(first!.data).toEqual(numbered(3));
  });

  test("frames that are not collected are counted all the same", () => {
    const { engine } = labs.bridgeOf(["em0", "em1"], { options: { collect: false } });
    engine.receive([{ interface: 0, data: numbered(0) }]);
    engine.run();
    expect([engine.take(), engine.counters().paths.Bridged]).toEqual([[], 1]);
  });
});

describe.each(["debug", "release"] as const)("on the %s build", (build) => {
  const machine = new Labs(build);
  const limits = { input: 69_632, output: 69_632 };
  const long = (n: number): Uint8Array => frame({ dst: BROADCAST, src: station(1), payload: Uint8Array.from({ length: 1500 }, (_, i) => i ^ n) });
  const many = Array.from({ length: 400 }, (_, n) => ({ interface: 0, time: BigInt(n), data: long(n) }));

  test("more frames than limits.input holds go in piece by piece, and more than limits.output holds come out whole", () => {
    const { engine } = machine.bridgeOf(["em0", "em1", "em2", "em3"], { limits });
    expect(many.length * 1514).toBeGreaterThan(8 * limits.input);
    engine.receive(many);
    engine.run();
    const sent = engine.take();
    expect(sent).toHaveLength(3 * many.length);
    for (const name of ["em1", "em2", "em3"]) {
      const left = sent.filter((departure) => departure.interface === name);
      expect(left.map(({ cause }) => cause)).toEqual(many.map((_, n) => n));
      expect(left.every(({ data }, n) => Buffer.compare(data, many[n]!.data) === 0)).toBe(true);
    }
  });

  test("the sizes of the areas change no byte and no time", () => {
    const through = (sizes: { input: number; output: number }): string => {
      const { engine } = machine.bridgeOf(["em0", "em1", "em2"], { limits: sizes });
      engine.receive(many);
      engine.run();
      return digestOf(engine.take());
    };
    expect(through(limits)).toBe(through({ input: 1_000_000, output: 3_000_000 }));
  });

  test.each([1, 64])("run to the end, or in a thousand small steps: the same frames and counts, with bursts of up to %i", (burst) => {
    const [whole, steps] = [0, 1].map(() => machine.bridgeOf(["em0", "em1"], { options: { burst } }).engine) as [Engine, Engine];
    const spread = many.slice(0, 100).map((arrival, n) => ({ ...arrival, time: BigInt(n) * 7_000_000_000n }));
    const end = seconds(3);
    whole.receive(spread);
    whole.run(end);
    steps.receive(spread);
    for (let step = 1n; step <= 1000n; step++) steps.run((end * step) / 1000n);
    expect(digestOf(steps.take())).toBe(digestOf(whole.take()));
    expect(steps.counters().conservation).toEqual(whole.counters().conservation);
    // A burst is what one interrupt finds, and a run ends a burst: only then may the state remember how it was cut.
    if (burst === 1) expect(steps.fingerprint()).toBe(whole.fingerprint());
  });
});

test.each([0, 257, 1.5, Number.NaN])("a burst of %s is refused with its path", (burst) => {
  expect(refusal(() => labs.bridgeOf(["em0"], { options: { burst } })).path).toBe("options.burst");
});
