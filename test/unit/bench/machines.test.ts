import { describe, expect, test } from "vitest";
import { CheckError } from "../../../bench/support/checks.ts";
import { carriedRate, findLoads } from "../../../bench/support/machine_load.ts";
import { inTurns } from "../../../bench/support/machine_race.ts";
import { MachineRun, type Piece } from "../../../bench/support/machine_run.ts";
import { FLOWS, type MachineSystem, machineConfig, SYSTEMS } from "../../../bench/support/machine_systems.ts";
import { makeEngine } from "../../support/engines.ts";

const engineOf = (system: MachineSystem) => makeEngine("virtualRelease", machineConfig(system), { collect: false });

describe("systems", () => {
  test.each([...SYSTEMS].filter(([, { mode }]) => mode === 1))(
    "%s: as many flows for each CPU, and as many tuples as its flow cache holds",
    async (_, system) => {
      const engine = await engineOf(system);
      const { traffic } = engine.config.virtual!;
      expect(traffic).toHaveLength(system.cpus);
      const tuples = Array.from({ length: system.cpus }, () => new Set<string>());
      for (const { flows, srcIp, srcIps, dstIp, dstIps } of traffic) {
        for (let flow = 0; flow < flows; flow++) {
          const [src, dst] = [srcIp + (flow % srcIps), dstIp + (flow % dstIps)];
          const cpu = engine.exports.mportHash(src, dst, 1024 + flow, 9);
          tuples[cpu]!.add(`${src} ${dst}`);
        }
      }
      expect(tuples.map(({ size }) => size)).toEqual(Array(system.cpus).fill(FLOWS));
      expect(engine.getKnob("net.netisr.mpsafe_thread")).toBe(system.mode);
    },
  );
});

describe("a run", () => {
  const system: MachineSystem = { cpus: 4, path: "fastforward", mode: 1 };

  test("has its flows in the caches once it has started, and carries what it is set to", async () => {
    const engine = await engineOf(system);
    const run = new MachineRun("four", system, engine).start();
    expect(engine.counters().flows).toEqual(Array(4).fill(FLOWS));
    run.setRate(500_000);
    const piece = run.take(3, 2000);
    expect(piece.virtual).toBe(3 * 4_000_000_000);
    expect(carriedRate(piece)).toBeGreaterThan(470_000);
    expect(carriedRate(piece)).toBeLessThan(530_000);
    expect(piece.nanoseconds).toBeGreaterThan(0);
  });

  test("refuses to be measured before, and when packets take another path", async () => {
    const cold = new MachineRun("cold", system, await engineOf(system));
    expect(() => cold.take(1, 500)).toThrow(CheckError);
    const bridge: MachineSystem = { ...system, path: "bridge" };
    const other = new MachineRun("other", bridge, await engineOf(system)).start();
    expect(() => other.take(1, 500)).toThrow(/^other: packets bridged: expected \d+, but got 0$/);
  });
});

test("the load: rates grow until packets are lost; 1.5 times the most, and 60 % of what that carries", () => {
  let rate = 0;
  const rates: number[] = [];
  const simulate = (calls: number, packets: number): Piece => {
    // Carries a million, and the less the more comes beyond that.
    const carried = rate <= 1e6 ? rate : 1e12 / rate;
    const virtual = (packets * 1e12) / rate;
    return { virtual, generated: packets * calls, carried: (packets * carried) / rate, dropped: 0, steps: 0, events: 0 };
  };
  const setRate = (to: number): void => {
    rate = to;
    rates.push(to);
  };
  const loads = findLoads({ setRate, simulate });
  const most = rates.filter((one) => one <= 1e6).at(-1)!;
  expect(rates.at(-1)).toBe(loads.overload);
  expect(loads.overload).toBeCloseTo(1.5 * Math.max(most, 1e12 / rates.at(-2)!), 3);
  expect(loads.normal).toBeCloseTo(0.6 * (1e12 / loads.overload), 3);
});

test("runners take turns; a sample that is too short is taken again with more rounds", async () => {
  const log: string[] = [];
  const runner = (name: string, perRound: number) => ({
    async take(rounds: number) {
      log.push(name);
      return { nanoseconds: perRound * rounds, cpu: perRound * rounds, packets: rounds };
    },
  });
  const [a, b] = await inTurns([runner("a", 100_000), runner("b", 2_000_000)], { warmUp: 0, sample: 1, samples: 3 });
  expect(log.join("")).toMatch(/^aa+bababb?$|^a+b(ab){2}$/);
  expect([a!.length, b!.length]).toEqual([3, 3]);
  for (const { nanoseconds } of [...a!, ...b!]) expect(nanoseconds).toBeGreaterThanOrEqual(1e6);
});
