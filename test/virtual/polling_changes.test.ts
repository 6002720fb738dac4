/** Polling, vacations and late slots in busy systems: switched on and off while packets are under way, the same however a run is split, and refused where they cannot be. */
import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import { ConfigError } from "../../src/errors.ts";
import type { EngineConfig, WireConfig } from "../../src/types.ts";
import { nameOf, pointsOf, systemOf } from "../support/busy_systems.ts";
import { makeEngine } from "../support/engines.ts";
import { faulty, seenOf } from "../support/faulty.ts";
import { brokenIdentities, unrest } from "../support/identities.ts";
import { LONG } from "../support/long.ts";
import { makePolled, polledConfig, pollingOf } from "../support/polled.ts";
import { MS, US } from "../support/systems.ts";
import { atOnce, equalSlices, sumOf } from "./trajectory.ts";

/** Per interface in turn, so that one system has all kinds. */
const KINDS: WireConfig[] = [
  { polling: true },
  { vacation: { value: "15us", law: "exponential" }, rxBurst: 8 },
  { polling: true, refill: "burst" },
  { refill: "burst", rxBurst: 3 },
];
const quiet = (config: EngineConfig, turn: number): EngineConfig => ({
  ...config,
  sysctl: { ...config.sysctl, "kern.polling.pollhz": 20_000, "kern.polling.user_frac": 10 },
  virtual: {
    ...config.virtual,
    interfaces: Object.fromEntries(config.interfaces.map(({ name, cpu = 0 }, i) => [name, cpu < 32 ? KINDS[(i + turn) % 4]! : KINDS[3]!])),
  },
});
const points = pointsOf(LONG ? 7 : 97);

test(`${points.length} systems: times, queues, locks and packets add up, and nothing stays behind`, async () => {
  let polled = 0;
  for (const [turn, point] of points.entries()) {
    const { config, arrivals, end } = systemOf(point);
    const engine = await makeEngine("virtual", quiet(config, turn), { drops: true });
    engine.receive(arrivals);
    engine.run(end / 2n);
    expect(brokenIdentities(engine), nameOf(point)).toEqual([]);
    engine.run(end);
    expect(brokenIdentities(engine), nameOf(point)).toEqual([]);
    engine.run();
    expect([...brokenIdentities(engine), ...unrest(engine)], nameOf(point)).toEqual([]);
    polled += (engine.results().polling ?? []).reduce((sum, { frames }) => sum + frames, 0);
    engine.dispose();
  }
  expect(polled).toBeGreaterThan(1000);
});

test.each(points.filter((_, i) => LONG || i % 4 === 0).map((point, turn) => [nameOf(point), point, turn] as const))(
  "%s: the same in one run, in many, and from a snapshot",
  async (_, point, turn) => {
    const system = systemOf(point);
    const config = quiet(system.config, turn);
    const sums: string[] = [];
    for (const drive of [atOnce, equalSlices(97)]) {
      const engine = await makeEngine("virtualRelease", config);
      drive(engine, system);
      sums.push(await sumOf(engine));
    }
    const half = system.end / 2n;
    const first = await makeEngine("virtualRelease", config);
    first.receive(system.arrivals.filter(({ time }) => time! <= half));
    first.run(half);
    const second = await makeEngine("virtualRelease", config);
    second.restore(first.snapshot());
    second.receive(system.arrivals.filter(({ time }) => time! > half));
    second.run(system.end);
    const sent = [...first.take(), ...second.take()];
    second.take = () => sent;
    sums.push(await sumOf(second));
    expect(new Set(sums).size).toBe(1);
  },
);

describe("while it runs", () => {
  const RATE = { arrivals: "constant", rate: 100_000, count: 1000 } as const;
  const interrupts = (engine: Engine) => engine.counters().ports[0]!.counters.interrupts!;

  test("an interface can be polled, and interrupt again; no packet is lost", async () => {
    const engine = await makePolled({ traffic: RATE, wires: {}, costs: { RxFrame: 500, Switch: 300 } });
    engine.run(1n * MS);
    expect(interrupts(engine)).toBe(100);
    expect(engine.results().polling).toBeUndefined();
    expect([engine.setPolling("em0", true), engine.setPolling("em0", true)]).toEqual([true, false]);
    engine.run(3n * MS + 100n * US);
    expect(interrupts(engine)).toBe(100);
    expect(pollingOf(engine)).toMatchObject({ interfaces: ["em0"], ticks: 4, frames: 5 + 6 + 7 + 8 });
    expect([engine.setPolling("em0", false), engine.setPolling("em0", false)]).toEqual([true, false]);
    engine.run(3n * MS + 200n * US);
    expect(interrupts(engine)).toBeGreaterThan(100);
    expect(pollingOf(engine)).toMatchObject({ interfaces: [], handlers: 0, burst: 5, pending_polls: 0 });
    engine.run();
    expect(engine.take()).toHaveLength(1000);
    expect([...brokenIdentities(engine), ...unrest(engine)]).toEqual([]);
  });

  test.each([17, 250, 499, 501, 777])("it can be switched at any time, with packets in every state (every %d us)", async (every) => {
    const engine = await makePolled({
      traffic: { arrivals: "poisson", rate: 400_000, count: 4000 },
      cpus: 2,
      costs: { RxFrame: 900, EtherOncpu: 700, Switch: 300, IfStart: 400, Poll: 100, IpiLatency: 900, Interrupt: 1000 },
      wires: { em0: { refill: "burst" }, em1: { polling: true } },
    });
    for (let n = 1n; n < 40n; n++) {
      engine.run(n * BigInt(every) * US);
      engine.setPolling(n % 3n === 0n ? "em1" : "em0", n % 4n < 2n);
      expect(brokenIdentities(engine)).toEqual([]);
    }
    engine.run();
    expect([...brokenIdentities(engine), ...unrest(engine)]).toEqual([]);
    expect(engine.counters().conservation).toMatchObject({ received: 4000, queued: 0 });
  });

  test("kern.polling.enable 0 lets all interfaces of a CPU interrupt, and none be polled", async () => {
    const engine = await makePolled({ cpus: 2, ports: [{}, {}, { cpu: 1 }], wires: { "*": { polling: true } } });
    engine.setKnob("kern.polling.0.enable", 0);
    engine.run(10n * MS);
    expect(engine.results().polling!.map(({ cpu, interfaces, ticks }) => [cpu, interfaces, ticks])).toEqual([[1, ["em2"], 20]]);
    expect(engine.setPolling("em0", true)).toBe(false);
    engine.setKnob("kern.polling.0.enable", 1);
    expect(engine.setPolling("em1", true)).toBe(true);
    engine.run(20n * MS);
    expect(pollingOf(engine)).toMatchObject({ cpu: 0, interfaces: ["em1"], ticks: 20 });
  });

  test("the first of the list can leave it: the timer of the CPU goes on for the others", async () => {
    const engine = await makePolled({ wires: { em0: { polling: true }, em1: { polling: true }, em2: { polling: true } } });
    engine.run(5n * MS);
    engine.setPolling("em0", false);
    engine.run(10n * MS);
    expect(pollingOf(engine)).toMatchObject({ interfaces: ["em1", "em2"], ticks: 20 });
  });

  test("a snapshot has it, and knobs of single CPUs", async () => {
    const engine = await makePolled({ traffic: RATE });
    engine.run(1n * MS);
    const snapshot = engine.snapshot();
    engine.setPolling("em0", false);
    engine.setKnob("kern.polling.0.user_frac", 7);
    engine.restore(snapshot);
    expect(pollingOf(engine).interfaces).toEqual(["em0"]);
    expect(engine.getKnob("kern.polling.0.user_frac")).toBe(50);
    engine.run(2n * MS);
    expect(pollingOf(engine).ticks).toBe(4);
  });
});

describe("refused", () => {
  const wrong = async (make: () => unknown): Promise<string> => {
    const error = await Promise.resolve()
      .then(make)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    const { path, expected } = error as ConfigError;
    return `${path}: ${expected}`;
  };
  const made = (wires: Record<string, unknown>, more: Partial<EngineConfig> = {}) =>
    wrong(() => makeEngine("virtual", { ...polledConfig({}), ...more, virtual: { interfaces: wires as Record<string, WireConfig> } }));

  test("what a configuration cannot say", async () => {
    expect(await made({ em0: { polling: 1 } })).toBe("virtual.interfaces.em0.polling: true or false");
    expect(await made({ em0: { refill: "slot" } })).toBe('virtual.interfaces.em0.refill: one of "frame", "burst"');
    for (const vacation of [0, "0us", "2s", "soon", {}, { value: 0, law: "constant" }, { value: 5, law: "even" }])
      expect(await made({ em0: { vacation } }), `${JSON.stringify(vacation)}`).toMatch(/^virtual\.interfaces\.em0\.vacation/);
    expect(await made({ "*": { polling: true }, em0: { vacation: 5 } })).toBe('virtual.interfaces.em0.vacation: "none", as em0 is polled');
    expect(await made({ em0: { vacation: 5 }, em1: { polling: true }, "*": { vacation: 7 } })).toBe(
      'virtual.interfaces["*"].vacation: "none", as em1 is polled',
    );
  });

  test("a CPU that cannot poll, or too many interfaces", async () => {
    const { interfaces } = polledConfig({});
    const far = interfaces.map((port) => ({ ...port, cpu: 32 }));
    expect(await made({ em1: { polling: true } }, { cpus: 33, interfaces: far })).toContain(
      "virtual.interfaces.em1.polling: false, as em1 is on CPU 32",
    );
    const many = Array.from({ length: 129 }, (_, n) => ({ name: `em${n}`, mac: `02:00:00:00:01:${n.toString(16).padStart(2, "0")}` }));
    expect(await made({ "*": { polling: true } }, { interfaces: many, routes: [], arp: [] })).toContain("a CPU polls 128 interfaces at most");
  });

  test("knobs of CPUs that are not there, or out of range", async () => {
    const sysctl = (name: string, value: number) => wrong(() => makeEngine("virtual", { ...polledConfig({}), sysctl: { [name]: value } }));
    expect(await sysctl("kern.polling.1.pollhz", 1000)).toBe('sysctl["kern.polling.1.pollhz"]: a CPU from 0 to 0, as `cpus` is 1');
    expect(await sysctl("kern.polling.0.pollhz", 30_001)).toBe('sysctl["kern.polling.0.pollhz"]: an integer from 1 to 30000');
    expect(await sysctl("kern.polling.burst_max", 9)).toBe('sysctl["kern.polling.burst_max"]: an integer from 10 to 1000');
    expect(await sysctl("kern.polling.0.burst", 9)).toMatch(/a known key/);
    const engine = await makePolled({});
    expect(await wrong(() => engine.setKnob("kern.polling.1.enable", 0))).toMatch(/^sysctl\["kern\.polling\.1\.enable"\]/);
    expect(await wrong(() => engine.getKnob("kern.polling.0.handlers"))).toMatch(/^sysctl/);
  });

  test("polling without time, or beside a vacation, or of what has no wire", async () => {
    const instant = await makeEngine("debug", polledConfig({}));
    expect(await wrong(() => instant.setPolling("em0", true))).toBe('polling: false, as only the machine "virtual" has a timer that polls');
    const napping = await makePolled({ wires: { em0: { vacation: 5 } } });
    expect(await wrong(() => napping.setPolling("em0", true))).toBe("polling: false, as em0 has a `vacation`");
    expect(await wrong(() => napping.setPolling("em9", true))).toMatch(/^interface: one of/);
  });
});

test.each([
  ["storm", { kind: "storm", if: "em0", rate: 140_000 }],
  ["duplicatedInterrupts", { kind: "duplicatedInterrupts", if: "em0", p: 1 }],
] as const)("%s of an interface that is not interrupted any more leaves it nothing to wait for", async (_, fault) => {
  const engine = await faulty([fault], { rate: 200_000 });
  for (let part = 1n; part <= 100n; part++) {
    engine.run(part * 97n * US); // at any time between an interrupt and the end of its handler
    engine.setPolling("em0", part % 2n === 1n);
  }
  const before = seenOf(engine);
  engine.run(20n * MS);
  const after = seenOf(engine);
  expect(after.struck[0]).toBeGreaterThan(before.struck[0]!);
  expect(after.received - before.received).toBeGreaterThan(2000);
  expect(after.carried - before.carried).toBeGreaterThan(0.95 * (after.received - before.received));
});
