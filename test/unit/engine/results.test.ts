import { describe, expect, test } from "vitest";
import { ConfigError, EngineError } from "../../../src/errors.ts";
import type { EngineConfig, Results, VirtualConfig } from "../../../src/types.ts";
import { makeEngine } from "../../support/engines.ts";

const US = 1_000_000n;

const bridge = (virtual?: VirtualConfig): EngineConfig => ({
  cpus: 2,
  interfaces: [
    { name: "em0", mac: "02:00:00:00:00:00" },
    { name: "em1", mac: "02:00:00:00:00:01", cpu: 1 },
  ],
  bridges: [{ name: "bridge0", members: [{ if: "em0" }, { if: "em1" }] }],
  ...(virtual && { virtual }),
});

/** Ten frames for nobody that the bridge knows, a microsecond apart, and one that is too short. */
const afterFrames = async (virtual?: VirtualConfig): Promise<Results> => {
  const engine = await makeEngine("virtual", bridge(virtual));
  const data = new Uint8Array(60);
  data.set([2, 0, 0, 0, 1, 99, 2, 0, 0, 0, 1, 1, 0x88, 0xb5]);
  engine.receive(Array.from({ length: 10 }, (_, i) => ({ interface: "em0", data, time: BigInt(i) * US })));
  engine.receive([{ interface: "em1", data: new Uint8Array(5), time: 10n * US }]);
  engine.run(200n * US);
  return engine.results();
};

const sum = (values: bigint[]): bigint => values.reduce((total, one) => total + one, 0n);

describe("results of ten bridged frames", async () => {
  const results = await afterFrames();

  test("the time of each CPU adds up to the time that has passed", () => {
    expect(results.elapsed).toBe(200n * US);
    expect(results.cpus.map((classes) => sum(Object.values(classes)))).toEqual([results.elapsed, results.elapsed]);
    expect(results.cpus[0]!.Protocol).toBeGreaterThan(0n);
    expect(results.cpus[1]!.Protocol).toBe(0n);
  });

  test("locks by name, with who had them", () => {
    expect(results.locks.map(({ name, gets }) => [name, gets])).toEqual([
      ["BGL", 10n],
      ["serializer em0", 1n],
      ["serializer em1", 11n],
      ["queue em1", 10n],
      ["serializer bridge0", 10n],
    ]);
    const [bgl] = results.locks;
    expect(bgl!.holdTimes.sum).toBe(bgl!.hold);
    expect(results.locks.map(({ holding }) => holding)).toEqual([0n, 0n, 0n, 0n, 0n]);
    expect(bgl!.holdTimes.max).toBe(bgl!.maxHold);
    expect([bgl!.cpus, bgl!.threads]).toEqual([
      [{ name: "CPU 0", gets: 10n, hold: bgl!.hold }],
      [{ name: "netisr_cpu 0", gets: 10n, hold: bgl!.hold }],
    ]);
    const { hold, cpus, threads } = results.locks[2]!;
    expect(threads).toEqual([
      { name: "netisr_cpu 0", gets: 10n, hold },
      { name: "ithread em1", gets: 1n, hold: 0n },
    ]);
    expect(cpus).toEqual([
      { name: "CPU 0", gets: 10n, hold },
      { name: "CPU 1", gets: 1n, hold: 0n },
    ]);
    const squares = Number(bgl!.hold / 1000n) ** 2 / 10;
    expect(bgl!.holdSquares).toBeGreaterThan(squares);
    expect(bgl!.holdSquares).toBeLessThan(2 * squares);
  });

  test("queues by name; of those that are empty again the integral of the length is the sum of the stays", () => {
    expect(results.queues.map(({ name, puts, takes, length }) => [name, puts, takes, length])).toEqual([
      ["ring em0", 10n, 10n, 0n],
      ["output em1", 10n, 10n, 0n],
      ["transmit em1", 10n, 10n, 0n],
      ["netisr_cpu 0", 20n, 20n, 0n],
    ]);
    for (const { integral, stays, meanLength } of results.queues) {
      expect(integral).toBe(stays);
      expect(meanLength).toBe(Number(integral) / Number(results.elapsed));
    }
  });

  test("latency by path and of all, and the time in each place", () => {
    const { latency, places } = results;
    expect(Object.keys(latency)).toEqual(["Delivered", "Bridged", "Fastforwarded", "Forwarded", "Originated", "all"]);
    expect(Object.keys(places)).toEqual(["Ring", "Port", "Lock", "Service", "Output"]);
    expect(latency.Bridged.count).toBe(10n);
    expect(latency.Delivered.count).toBe(0n);
    expect([latency.all.count, latency.all.sum]).toEqual([10n, latency.Bridged.sum]);
    // Interrupted 20 us after the first came, and half a microsecond at least on the way.
    expect(latency.Bridged.min).toBeGreaterThan(11n * US);
    expect(latency.Bridged.quantile(0.5)).toBeLessThanOrEqual(latency.Bridged.max);
    expect(places.Ring.count).toBe(10n);
    expect(places.Output.min).toBeGreaterThanOrEqual(672_000n); // 84 bytes at 1 Gbit/s
  });

  test("drops by reason, interface and CPU; frames and bytes carried by interface", () => {
    expect(results.drops).toEqual([{ reason: "Runt", interface: "em1", cpu: 1, packets: 1 }]);
    expect(results.traffic).toEqual([
      { interface: "em0", generated: { frames: 0n, bytes: 0n }, generators: [], carried: { frames: 0n, bytes: 0n }, sending: 0n },
      { interface: "em1", generated: { frames: 0n, bytes: 0n }, generators: [], carried: { frames: 10n, bytes: 600n }, sending: 6_720_000n },
    ]);
  });

  test("steps are counted", () => {
    expect(results.steps).toBeGreaterThan(20n);
    expect(results.events).toBeGreaterThan(20n);
    expect(results.reordered).toBe(0n);
  });
});

test("costs, links and moderation of the configuration reach the machine", async () => {
  const free = await afterFrames({ costs: { preset: "zero" }, interfaces: { "*": { rate: 0, delay: 0 } } });
  expect(free.latency.Bridged.max).toBe(0n);
  const slow = await afterFrames({ costs: { preset: "zero" }, interfaces: { em0: { delay: 0 }, em1: { rate: "672Mbps" } } });
  expect(slow.latency.Bridged.min).toBe(US);
  const late = await afterFrames({ costs: { preset: "zero" }, interfaces: { em0: { delay: 3, gap: 0 }, em1: { rate: 0 } } });
  expect([late.latency.Bridged.min, late.latency.Bridged.max]).toEqual([0n, 3n * US]);
  const unit = await afterFrames({ costs: { preset: "unit", set: { Service: 2000 } }, interfaces: { "*": { rate: 0, delay: 0 } } });
  expect(unit.places.Service.min).toBe(4n * US); // a frame that is flooded is a message twice
});

test("what has ended in no place yet is queued, in a receive ring, too", async () => {
  const engine = await makeEngine("virtual", bridge());
  engine.receive([{ interface: "em0", data: new Uint8Array(60), time: 0n }]);
  engine.run(US);
  expect(engine.counters().conservation).toMatchObject({ received: 1, queued: 1, holds: true });
});

describe("machines", () => {
  test("an engine knows what it is made of; another one that is asked for is refused", async () => {
    expect((await makeEngine("virtual", bridge())).machine).toBe("virtual");
    expect((await makeEngine("release", bridge())).machine).toBe("instant");
    const refusal = makeEngine("release", bridge(), { machine: "virtual" });
    await expect(refusal).rejects.toThrow(new ConfigError("options.machine", '"instant", as the module has it', "virtual"));
  });

  test("only the virtual machine has results", async () => {
    const engine = await makeEngine("release", bridge());
    expect(() => engine.results()).toThrow(EngineError);
  });

  test("virtual time ends, and traffic without an end cannot be waited for", async () => {
    const ended = await makeEngine("virtual", bridge());
    expect(() => ended.run(2n ** 54n)).toThrow("until: expected picoseconds below 2^54, where virtual time ends");
    const endless = await makeEngine("virtual", bridge({ traffic: [{ if: "em1", arrivals: "constant", rate: 1000 }] }));
    expect(() => endless.run()).toThrow("until: expected a time, as the traffic of em1 has neither `stop` nor `count`, but got nothing");
  });

  test("snapshots are exchanged between virtual engines of one configuration", async () => {
    const [one, other] = [await makeEngine("virtual", bridge()), await makeEngine("virtual", bridge({}))];
    one.run(5n * US);
    other.restore(one.snapshot());
    expect(other.now).toBe(5n * US);
    const instant = await makeEngine("release", bridge({}));
    expect(() => instant.restore(one.snapshot())).toThrow(EngineError);
  });
});

test("run says why it came back: nothing is left to do, or the time has come", async () => {
  const engine = await makeEngine("virtual", bridge());
  const data = new Uint8Array(60);
  engine.receive([{ interface: "em0", data, time: 5n * US }]);
  expect([engine.run(4n * US), engine.run(6n * US), engine.run(1000n * US), engine.run()]).toEqual(["time", "time", "idle", "idle"]);
  const instant = await makeEngine("release", bridge());
  instant.receive([{ interface: "em0", data, time: 5n * US }]);
  expect([instant.run(4n * US), instant.run(5n * US), instant.run()]).toEqual(["time", "idle", "idle"]);
});

test("who has the BGL at the end has had it up to now", async () => {
  const engine = await makeEngine("virtual", {
    ...bridge({ traffic: [{ if: "em0", arrivals: "constant", rate: "2Mpps" }] }),
    sysctl: { "net.netisr.mpsafe_thread": 0 },
  });
  engine.run(1000n * US);
  const [bgl] = engine.results().locks;
  const all = bgl!.hold + bgl!.holding;
  expect(bgl!.holding).toBeGreaterThan(0n);
  expect([sum(bgl!.cpus.map(({ hold }) => hold)), sum(bgl!.threads.map(({ hold }) => hold))]).toEqual([all, all]);
});
