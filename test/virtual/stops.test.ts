/** Stop conditions: a run ends at the very event, and going on changes nothing. What is right is known from a trace, or from looking after each packet. */
import { describe, expect, test } from "vitest";
import { Engine } from "../../src/engine.ts";
import type { EngineConfig, EngineOptions, StopConfig, TraceRecord } from "../../src/types.ts";
import { loadEngine } from "../../src/wasm/load_node.ts";
import { nameOf, type Point, systemOf } from "../support/busy_systems.ts";
import { builds, TIMELESS } from "../support/engines.ts";
import { brokenIdentities } from "../support/identities.ts";
import { packet, router } from "./traced.ts";
import { STORED, sumOf } from "./trajectory.ts";

const module = await loadEngine(builds.virtual);
const make = (config: EngineConfig, options: EngineOptions = {}): Engine => Engine.make(module, config, options);

/** A router that loses packets: three times what it carries, from generators. */
const POINT: Point = {
  kind: "router",
  cpus: 2,
  mode: 0,
  lock: "cas",
  load: 150,
  intrMpsafe: 0,
  source: "generator",
  fastforwarding: 1,
  seed: 5,
};

const crowded = (options: EngineOptions = {}): { engine: Engine; end: bigint } => {
  const { config, end } = systemOf(POINT);
  const interfaces = config.interfaces.map((port) => ({ ...port, rxRing: 8 }));
  return { engine: make({ ...config, interfaces }, options), end };
};

const records = crowded({ trace: {}, collect: false });
records.engine.run(records.end);
const trace = records.engine.trace().records;
const whole = await sumOf(records.engine);
const times = (of: (record: TraceRecord) => boolean): bigint[] =>
  trace
    .filter(of)
    .map(({ time }) => time)
    .sort((a, b) => (a < b ? -1 : 1));

const arrivals = times(({ kind, what }) => kind === "Arrival" || (kind === "Drop" && what === "RingFull"));
const departures = times(({ kind }) => kind === "Departure");
const ringFull = times(({ kind, what }) => kind === "Drop" && what === "RingFull");

const longer =
  (queue: string, n: number) =>
  ({ kind, what, value }: TraceRecord): boolean =>
    kind === "Queued" && what === queue && value > BigInt(n);

/** When a ring has more than `n` frames for the first time. */
const firstOfRing = (port: string, n: number): bigint => {
  let length = 0;
  for (const { kind, what, time, interface: on } of trace) {
    if (kind === "Arrival" && (what === port || on === port)) length++;
    if (kind === "Taken" && what === `ring ${port}`) length--;
    if (length > n) return time;
  }
  throw new Error("never so long");
};

/** Of a run without conditions: what is seen at a time, and a picosecond before it. */
const cut = <T>(time: bigint, see: (engine: Engine) => T): [T, T] => {
  const { engine } = crowded({ collect: false });
  engine.run(time - 1n);
  const before = see(engine);
  engine.run(time);
  return [before, see(engine)];
};

/** Stops once, then goes on to the end. */
const stopped = async (...stop: StopConfig[]) => {
  const { engine, end } = crowded({ collect: false });
  const met = engine.run(end, { stop });
  const { now } = engine;
  const counters = engine.counters();
  expect(brokenIdentities(engine)).toEqual([]);
  const rest = engine.run(end);
  expect(rest).toBe("time");
  expect(await sumOf(engine)).toBe(whole);
  return { met, now, counters };
};

describe("a run ends at the event after which the condition is true, and goes on as if nothing had been", () => {
  test("the trace has something to compare with", () => {
    expect(arrivals.length).toBeGreaterThan(300);
    expect(departures.length).toBeGreaterThan(70);
    expect(ringFull.length).toBeGreaterThan(10);
  });

  test.each([1, 2, 57, 200])("packets >= %i: the frame arrives, and no further one has", async (n) => {
    const { met, now, counters } = await stopped(`packets >= ${n}`);
    expect(met).toEqual({ kind: "packets", what: "received", op: ">=", packets: n });
    expect(now).toBe(arrivals[n - 1]);
    expect(counters.conservation.received).toBe(n);
  });

  test.each([1, 40, 70])("packets carried > %i: its last bit is out", async (n) => {
    const { now, counters } = await stopped(`packets carried > ${n}`);
    expect(now).toBe(departures[n]);
    expect(counters.conservation.forwarded + counters.conservation.bridged).toBe(n + 1);
  });

  test.each([1, 9])("drop RingFull >= %i", async (n) => {
    const { met, now, counters } = await stopped(n === 1 ? "drop RingFull" : `drop RingFull >= ${n}`);
    expect(met).toEqual({ kind: "drop", reason: "RingFull", op: ">=", packets: n });
    expect(now).toBe(ringFull[n - 1]);
    expect(counters.drops.RingFull).toBe(n);
  });

  test("a drop on one interface", async () => {
    const first = trace.filter(({ kind, what, interface: port }) => kind === "Drop" && what === "RingFull" && port === "em2");
    const { now, counters } = await stopped({ kind: "drop", reason: "RingFull", on: "em2" });
    expect(now).toBe(first.map(({ time }) => time).sort((a, b) => Number(a - b))[0]);
    expect(counters.ports.find(({ name }) => name === "em2")!.drops.RingFull).toBe(1);
  });

  test.each([
    ["udp_thread 0", 3],
    ["udp_thread 1", 5],
    ["ring em3", 6],
  ])("queue %s > %i", async (queue, n) => {
    const first = queue.startsWith("ring") ? firstOfRing(queue.slice(5), n) : trace.find(longer(queue, n))!.time;
    const { met, now } = await stopped(`queue ${queue} > ${n}`);
    expect(met).toEqual({ kind: "queue", queue, op: ">", packets: n });
    expect(now).toBe(first);
  });
});

describe("counters, held against a run that is cut at that time", () => {
  test.each([
    ["counter ips_total >= 30", 30, (engine: Engine) => engine.counters().stats.ips_total!],
    ["counter if_ipackets on em1 >= 20", 20, (engine: Engine) => engine.counters().ports[1]!.counters.if_ipackets!],
    ["counter if_iqdrops > 99", 100, (engine: Engine) => engine.counters().ports.reduce((sum, { counters }) => sum + counters.if_iqdrops!, 0)],
    ["counter gets on ithread em2 >= 5", 5, (engine: Engine) => engine.counters().threads.find(({ name }) => name === "ithread em2")!.gets],
    ["counter messages >= 50", 50, (engine: Engine) => engine.counters().threads.reduce((sum, { messages }) => sum + messages, 0)],
    ["packets Forwarded >= 33", 33, (engine: Engine) => engine.counters().paths.Forwarded!],
    ["queue transmit em2 >= 2", 2, (engine: Engine) => Number(engine.results().queues.find(({ name }) => name === "transmit em2")?.length ?? 0)],
  ])("%s", async (text, n, see) => {
    const { met, now } = await stopped(text);
    expect(met).not.toBe("time");
    const [before, after] = cut(now, see);
    expect(before).toBeLessThan(n);
    expect(after).toBeGreaterThanOrEqual(n);
  });
});

/** The first moment at which the percentile, looked at as the condition says, is above the limit: found by stopping after every packet. */
const firstAbove = (share: number, above: bigint, every: number, after: number): bigint | undefined => {
  const { engine, end } = crowded({ collect: false });
  for (let n = 1; engine.run(end, { stop: [`packets carried >= ${n}`] }) !== "time"; n++) {
    if (n < after || n % every > 0) continue;
    if (engine.results().latency.all.quantile(share) > above) return engine.now;
  }
  return undefined;
};

describe("percentiles are those of the results, looked at as often as was asked for", () => {
  const median = records.engine.results().latency.all.quantile(0.5);
  test.each([
    [50, median - 40_000_000n, 1, 1],
    [50, median - 40_000_000n, 10, 20],
    [50, median, 7, 14],
    [99, median, 1, 50],
    [99, median * 3n, 1, 1],
    [100, median, 5, 1],
    [12.5, median / 2n, 1, 1],
  ])("p%d > %d every %d after %d", async (percentile, above, every, after) => {
    const first = firstAbove(percentile / 100, above, every, after);
    const { met, now } = await stopped({ kind: "latency", percentile, above, every, after });
    if (first === undefined) expect(met).toBe("time");
    else expect(now).toBe(first);
  });

  test("of one path; of a path that no packet takes never", async () => {
    const { met, now } = await stopped("p50 Bridged > 1us every 1 after 1", `p50 Forwarded > ${median - 40_000_000n}ps every 1 after 60`);
    expect(met).toMatchObject({ path: "Forwarded", every: 1, after: 60 });
    expect(now).toBeLessThan(records.end);
  });
});

describe("several conditions", () => {
  test("the one that is true first; of those true at once the one given first", async () => {
    const both: StopConfig[] = [`packets >= ${arrivals.length}`, "drop RingFull", "counter if_iqdrops >= 1"];
    expect(await stopped(...both)).toMatchObject({ met: { kind: "drop" }, now: ringFull[0] });
    expect(await stopped(...both.reverse())).toMatchObject({ met: { kind: "counter" }, now: ringFull[0] });
  });

  test("one that is true already ends the run at once; without conditions it goes on", async () => {
    const { engine, end } = crowded({ collect: false });
    const half = end / 2n;
    engine.run(half);
    const before = engine.fingerprint();
    expect(engine.run(end, { stop: ["drop RingFull"] })).toMatchObject({ kind: "drop" });
    expect(engine.now).toBe(half);
    expect(engine.fingerprint()).toBe(before);
    expect(engine.run(end)).toBe("time");
    expect(await sumOf(engine)).toBe(whole);
  });

  test("a run in parts with the same conditions stops where the whole one does", async () => {
    const conditions: StopConfig[] = ["queue udp_thread 1 > 60", "p50 > 40us every 10 after 30", "drop RingFull >= 100"];
    for (const stop of conditions) {
      const { now } = await stopped(stop);
      const { engine, end } = crowded({ collect: false });
      let parts = 0;
      expect(now).toBeLessThan(end);
      while (engine.run(engine.now + end / 97n, { stop: [stop] }) === "time" && engine.now < end) parts++;
      expect(engine.now).toBe(now);
      expect(parts).toBeGreaterThan(3);
    }
  });

  test("idle: when nothing but timers is left, and not at the end of the time", () => {
    const { config } = systemOf({ ...POINT, load: 30 });
    const engine = make(config);
    expect(engine.run(10_000_000_000n, { stop: ["idle"] })).toEqual({ kind: "idle" });
    const other = make(config);
    expect(other.run(engine.now - 1n)).toBe("time");
    expect(other.run(engine.now)).toBe("idle");
    expect(engine.fingerprint()).toBe(other.fingerprint());
    expect(engine.run(undefined)).toBe("idle");
  });
});

test("a run that ends within a moment, between two bursts of frames that arrive together, goes on where it was", async () => {
  const frames = Array.from({ length: 40 }, () => ({ interface: "em0", data: packet("router"), time: 1_000_000n }));
  const [straight, parts] = [0, 1].map(() => make({ ...router(), virtual: TIMELESS }, { burst: 4 })) as [Engine, Engine];
  for (const engine of [straight, parts]) engine.receive(frames);
  straight.run();
  let stops = 0;
  while (parts.run(undefined, { stop: [`packets > ${4 * stops}`] }) !== "idle") stops++;
  expect(stops).toBe(10);
  expect(await sumOf(parts)).toBe(await sumOf(straight));
});

describe("over all kinds of systems: stopping at every fifth packet and drop changes nothing", () => {
  const stored = STORED.filter((_, index) => index % 29 === 0);
  test.each(stored.map((point): [string, Point] => [nameOf(point), point]))("%s", async (_, point) => {
    const { config, arrivals: frames, end } = systemOf(point);
    for (const collect of [true, false]) {
      const [straight, parts] = [make(config, { collect }), make(config, { collect })];
      for (const engine of [straight, parts]) engine.receive(frames);
      straight.run(end);
      const counts = { received: 0, carried: 0, drops: 0 };
      const stops = (): StopConfig[] => [
        `packets > ${counts.received}`,
        `packets carried > ${counts.carried}`,
        `drop RingFull > ${counts.drops}`,
        "p99 > 9000s every 1",
      ];
      let times = 0;
      for (; parts.run(end, { stop: stops() }) !== "time"; times++) {
        const { conservation, drops } = parts.counters();
        counts.received = conservation.received + 4;
        counts.carried = conservation.forwarded + conservation.bridged + 4;
        counts.drops = drops.RingFull!;
        if (parts.now >= end) break;
      }
      expect(times).toBeGreaterThan(20);
      parts.run(end);
      expect(await sumOf(parts)).toBe(await sumOf(straight));
    }
  });
});
