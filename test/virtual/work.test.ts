/** Other kernel work: when jobs come, who has the CPU and the BGL because of them, and that nothing of it depends on how a run is driven. */
import { describe, expect, test } from "vitest";
import { Engine } from "../../src/engine.ts";
import type { EngineConfig, EngineOptions, Results, WorkConfig } from "../../src/types.ts";
import { loadEngine } from "../../src/wasm/load_node.ts";
import { type BusySystem, nameOf, pointsOf, systemOf } from "../support/busy_systems.ts";
import { builds, makeEngine } from "../support/engines.ts";
import { brokenIdentities, unrest } from "../support/identities.ts";
import { drawn, engineOf, US, us } from "../support/kernel_work.ts";
import { MS, systemOf as routerOf } from "../support/systems.ts";
import { atOnce, type Drive, equalSlices, sumOf } from "./trajectory.ts";

const release = await loadEngine(builds.virtualRelease);
const traced = await loadEngine(builds.tracedRelease);

describe("jobs", () => {
  const ticks = (more: Partial<WorkConfig>): Promise<Engine> =>
    engineOf([{ name: "tick", class: "soft", arrivals: "constant", interval: us(10), work: us(1), ...more }]);
  const jobsAt = async (more: Partial<WorkConfig>, time: bigint): Promise<bigint> => {
    const engine = await ticks(more);
    engine.run(time * US);
    return engine.results().work[0]!.jobs;
  };

  test("constant arrivals come one interval after the start, or at their phase", async () => {
    expect([await jobsAt({}, 9n), await jobsAt({}, 10n), await jobsAt({}, 30n)]).toEqual([0n, 1n, 3n]);
    expect([await jobsAt({ phase: 0 }, 0n), await jobsAt({ phase: 0 }, 30n)]).toEqual([1n, 4n]);
    expect([await jobsAt({ start: us(100), phase: us(3) }, 102n), await jobsAt({ start: us(100), phase: us(3) }, 113n)]).toEqual([0n, 2n]);
  });

  test("none comes from `stop` on, or beyond `count`; then nothing is left to do", async () => {
    for (const [more, jobs] of [
      [{ stop: us(50) }, 4n],
      [{ stop: us(50), count: 3 }, 3n],
      [{ count: 1 }, 1n],
    ] as const) {
      const engine = await ticks(more);
      expect(engine.run()).toBe("idle");
      expect(engine.results().work[0]).toMatchObject({ jobs, done: jobs, refused: 0n });
      expect([...brokenIdentities(engine), ...unrest(engine)]).toEqual([]);
    }
  });

  test("a closed thread has as many as it is to have, at once if it does not think", async () => {
    const engine = await engineOf([
      { name: "sleeper", class: "user", think: drawn(5), work: us(1), count: 20 },
      { name: "worker", class: "user", think: 0, work: us(1), count: 20, start: us(2) },
    ]);
    engine.run();
    expect(engine.results().work.map(({ jobs, done }) => [jobs, done])).toEqual(Array(2).fill([20n, 20n]));
    expect(engine.results().cpus[0]!.User).toBe(40n * US);
    expect([...brokenIdentities(engine), ...unrest(engine)]).toEqual([]);
  });

  test("an endless one needs a time to run to", async () => {
    const engine = await ticks({});
    expect(() => engine.run()).toThrow("until: expected a time, as the work of tick 0 has neither `stop` nor `count`");
  });

  test("those for which there is no place are refused, and counted", async () => {
    const engine = await ticks({ work: us(25), queue: 3 });
    engine.run(10_001n * US);
    const { work, queues } = engine.results();
    const waiting = queues.find(({ name }) => name === "tick 0")!;
    expect(work[0]!.jobs).toBe(1000n);
    expect(waiting).toMatchObject({ length: 3n, highWater: 3n });
    expect(work[0]!.jobs - work[0]!.refused - work[0]!.done).toBe(waiting.length + 1n);
    expect(work[0]!.done).toBe(399n); // the first one came at 10 us
    expect(brokenIdentities(engine)).toEqual([]);
  });

  test("the instant machine has none", async () => {
    const config: EngineConfig = {
      interfaces: [{ name: "em0", mac: "02:00:00:00:00:01" }],
      virtual: { work: [{ name: "tick", class: "soft", rate: 1000, work: 1 }] },
    };
    const engine = await makeEngine("release", config);
    engine.run(MS);
    expect(engine.counters().threads.map(({ name }) => name)).not.toContain("tick 0");
  });
});

describe("time", () => {
  test("of each class is counted where it belongs, to the picosecond", async () => {
    const engine = await engineOf(
      [
        { name: "device", class: "interrupt", arrivals: "constant", interval: us(100), phase: us(50), work: us(3), count: 10 },
        { name: "timer", class: "soft", arrivals: "constant", interval: us(100), phase: us(70), work: us(5), count: 10 },
        { name: "call", class: "user", think: 0, work: us(7), count: 300 },
      ],
      { costs: { preset: "zero", set: { Interrupt: 1500, Switch: 400 } } },
    );
    engine.run();
    // One entry for each interrupt; a switch for each timer, and to the user thread at its first job.
    expect(engine.results().cpus[0]).toMatchObject({ Interrupt: 10n * (4_500_000n + 5n * US), User: 2100n * US, Switch: 11n * 400_000n });
    const [device, timer] = engine.results().work;
    expect([device!.response.min, device!.response.max, device!.wait.max]).toEqual([4_500_000n, 4_500_000n, 1_500_000n]);
    expect([timer!.response.min, timer!.response.max]).toEqual([5_400_000n, 5_400_000n]);
    expect(brokenIdentities(engine)).toEqual([]);
  });

  test("of a CPU is shared by its user threads, job by job", async () => {
    const engine = await engineOf([{ name: "call", class: "user", threads: 3, think: 0, work: us(7) }]);
    engine.run(2100n * US);
    expect(engine.results().work.map(({ name, done }) => [name, done])).toEqual([0, 1, 2].map((n) => [`call 0.${n}`, 100n]));
  });
});

test("an interrupt that gives the BGL back leaves it to the thread that it has preempted", async () => {
  const engine = await engineOf([
    { name: "device", class: "interrupt", arrivals: "constant", interval: us(20), hold: 0 },
    { name: "call", class: "user", arrivals: "constant", interval: us(100), phase: us(50), hold: us(70), count: 10 },
  ]);
  engine.run(1150n * US);
  const { locks, work } = engine.results();
  expect(work.map(({ done }) => done)).toEqual([57n, 10n]);
  expect(locks[0]).toMatchObject({ hold: 700n * US, maxHold: 70n * US, contended: 0n });
  expect(brokenIdentities(engine)).toEqual([]);
});

/** Packets of one flow on CPU 0, whose interrupts are on CPU 1, and a user thread beside the protocol thread or elsewhere. */
const routed = (work: WorkConfig[], mode: 0 | 1 | 2): Promise<Engine> => {
  const config = routerOf({ n: 1, rate: 20_000, mode, as: "fast", preset: "zero", costs: { Service: 1000 } });
  return makeEngine("virtual", { ...config, virtual: { ...config.virtual, work } }, { collect: false });
};

test("a protocol thread waits for the user thread's job at most: at every switch it goes first", async () => {
  const engine = await routed([{ name: "call", cpu: 0, class: "user", threads: 2, think: 0, work: us(7) }], 2);
  engine.run(50n * MS);
  const { places, work, latency } = engine.results();
  expect(latency.all.count).toBeGreaterThan(900n);
  expect(places.Port.max).toBeGreaterThan(6n * US);
  expect(places.Port.max).toBeLessThanOrEqual(7n * US);
  for (const { done } of work) expect(done).toBeGreaterThan(3000n);
  expect(brokenIdentities(engine)).toEqual([]);
});

test("a user thread that holds the BGL delays messages of mode 0, and the lock table names it", async () => {
  const call: WorkConfig = { name: "call", cpu: 1, class: "user", rate: 5000, hold: us(40) };
  const runs: Results[] = [];
  for (const mode of [0, 2] as const) {
    const engine = await routed([call], mode);
    engine.run(100n * MS);
    runs.push(engine.results());
    expect(brokenIdentities(engine)).toEqual([]);
  }
  const [locked, free] = runs;
  expect(free!.latency.all.max).toBe(free!.latency.all.min);
  expect(locked!.latency.all.min).toBe(free!.latency.all.min);
  expect(locked!.latency.all.max).toBeGreaterThan(free!.latency.all.max + 35n * US);
  const bgl = locked!.locks[0]!;
  expect(bgl.contended).toBeGreaterThan(100n);
  const share = bgl.threads.find(({ name }) => name === "call 1")!;
  expect(share.gets - locked!.work[0]!.done).toBeLessThanOrEqual(1n);
  expect(share.hold / share.gets).toBe(40n * US);
  expect(share.hold).toBe(40n * US * share.gets);
});

describe("is the same however it is run", () => {
  const work: WorkConfig[] = [
    { name: "call", cpus: "all", class: "user", rate: 20_000, outside: drawn(3), hold: drawn(6) },
    { name: "loop", cpu: 0, class: "user", think: drawn(20), hold: us(2), threads: 2 },
    { name: "device", cpu: 0, class: "interrupt", interval: us(90), work: drawn(2) },
    { name: "bus", cpu: 0, class: "interrupt", arrivals: "constant", interval: us(70), hold: us(1) },
    { name: "timer", cpus: "all", class: "soft", arrivals: "constant", interval: us(110), work: us(2), queue: 2 },
  ];
  const points = pointsOf(193).filter(({ cpus }) => cpus < 64);
  const busy = (index: number): BusySystem => {
    const system = systemOf(points[index]!);
    return { ...system, config: { ...system.config, virtual: { ...system.config.virtual, work } } };
  };
  const make = (config: EngineConfig, options: EngineOptions = {}): Engine => Engine.make(options.trace ? traced : release, config, options);
  const ran = async (system: BusySystem, drive: Drive, options: EngineOptions = {}): Promise<string> => {
    const engine = make(system.config, options);
    drive(engine, system);
    expect(engine.results().work.some(({ done }) => done > 0n)).toBe(true);
    expect(brokenIdentities(engine)).toEqual([]);
    return sumOf(engine);
  };
  /** The second half is done by another engine, from a snapshot. */
  const elsewhere: Drive = (engine, { config, arrivals, end }) => {
    const first = make(config);
    first.receive(arrivals);
    first.run(end / 2n);
    engine.restore(first.snapshot());
    const sent = first.take();
    engine.run(end);
    const all = [...sent, ...engine.take()];
    engine.take = () => all;
  };

  test.each(points.map((point, index) => [nameOf(point), index] as const))("%s", async (_, index) => {
    const system = busy(index);
    const sum = await ran(system, atOnce);
    expect(await ran(system, equalSlices(100)), "in slices").toBe(sum);
    expect(await ran(system, elsewhere), "from a snapshot").toBe(sum);
    expect(await ran(system, atOnce, { trace: { records: 1000 } }), "with a trace").toBe(sum);
    const debug = await makeEngine("virtual", system.config);
    atOnce(debug, system);
    expect((await sumOf(debug)).split(" ")[0], "with assertions").toBe(sum.split(" ")[0]);
  });

  test("another seed draws something else", async () => {
    const { config, ...rest } = busy(0);
    const sums = await Promise.all([1, 2].map((seed) => ran({ ...rest, config: { ...config, seed } }, atOnce)));
    expect(sums[0]).not.toBe(sums[1]);
  });
});
