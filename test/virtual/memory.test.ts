/** What a virtual machine takes is what it says before. */
import { describe, expect, test } from "vitest";
import { machineConfig } from "../../bench/support/machine_systems.ts";
import { madeUp } from "../../src/cli/run/made_up.ts";
import type { EngineConfig, MemoryPlan } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";

const MIB = 2 ** 20;
const MS = 1_000_000_000n;

/** 64 CPUs with an interface each, a million flows from each to the next: 15,625 of an interface, each with a source and a destination of its own. */
const million = (as: "router" | "bridge", flows = 1_000_000): EngineConfig => {
  const config = madeUp({ as, cpus: 64, interfaces: 64, rate: 2_000_000n, flows, bytes: 60, arrivals: "poisson" });
  return { ...config, virtual: { ...config.virtual, traffic: config.virtual!.traffic!.map((entry) => ({ ...entry, choice: "lot" })) } };
};

const CONFIGS: Record<string, EngineConfig> = {
  "one CPU": machineConfig({ cpus: 1, path: "bridge", mode: 1 }),
  "four CPUs": machineConfig({ cpus: 4, path: "fastforward", mode: 0 }),
  "three CPUs and odd sizes": {
    cpus: 3,
    mbufs: 17,
    interfaces: Array.from({ length: 7 }, (_, n) => ({ name: `em${n}`, mac: `02:00:00:00:00:0${n}`, rxRing: 1, txRing: 3, queue: 5 })),
    virtual: { traffic: [{ if: "em6", arrivals: "constant", rate: 1000 }] },
  },
  "64 CPUs, a router": million("router"),
  "64 CPUs, a bridge": million("bridge", 64_000),
};

describe.each(Object.entries(CONFIGS))("%s", (_, config) => {
  test("what was planned is what is taken, and nothing more is while traffic comes", async () => {
    let told: MemoryPlan | undefined;
    const engine = await makeEngine("virtual", config, { collect: false, onPlan: (plan) => (told = plan) });
    expect(told).toEqual(engine.memory);
    const { buffer } = engine.exports.memory;
    expect(buffer.byteLength).toBe(engine.memory.total);
    expect(engine.memory.regions.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(engine.memory.total);
    engine.run(10n * MS);
    expect(engine.sample().generated).toBeGreaterThan(5);
    expect(engine.exports.memory.buffer).toBe(buffer); // growing would have detached it
    expect(engine.exports.brokenGuards()).toBe(0);
  });
});

/** A table of a million stations, of which each interface has 15,625; 1,000 of them are known from the start, the others send. */
const stations = (): EngineConfig => {
  const { virtual, bridges, ...system } = million("bridge", 64_000);
  const traffic = virtual!.traffic!.map((entry) => ({ ...entry, flows: 15_625, srcMacs: 15_625 }));
  return { ...system, bridges: [{ ...bridges![0]!, maxaddr: 1_000_000 }], virtual: { ...virtual, traffic } };
};

test.each([
  ["a router", million("router")],
  ["a bridge whose table has room for as many stations", stations()],
])("64 CPUs and a million flows need less than 256 MiB: %s", async (_, config) => {
  const flows = config.virtual!.traffic!.map((entry) => entry.flows!);
  expect([config.cpus, flows.length, flows.reduce((sum, one) => sum + one, 0)]).toEqual([64, 64, 1_000_000]);
  const engine = await makeEngine("virtualRelease", config, { collect: false });
  expect(engine.memory.total).toBeLessThan(256 * MIB);
  expect(engine.exports.memory.buffer.byteLength).toBe(engine.memory.total);
  engine.run(50n * MS);
  const { generated, carried } = engine.sample();
  expect(generated).toBeGreaterThan(90_000);
  expect(carried).toBeGreaterThan(1000);
});
