import { describe, expect, test } from "vitest";
import { figuresOf, limitOf } from "../../src/report/index.ts";
import type { EngineConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { ownMac } from "../support/lab.ts";
import { type Between, type Costs, cpuOfFlow, FREE_WIRE, MS, makeSystem, measure, NO_TRANSFER, type SystemOptions } from "../support/systems.ts";

// Mode 1, and all messages MPSAFE: what CPUs carry together, and what keeps them from carrying more.

/** More than the 0.83 Mpps of one CPU by the flow cache, and the 0.96 of the bridge. */
const OVERLOAD = 1_000_000;
const SYSTEM: SystemOptions = { n: 1, rate: OVERLOAD, mode: 1, as: "fast" };

const run = async (options: Partial<SystemOptions>): Promise<Between & { limit: string; by: string }> => {
  const engine = await makeSystem({ ...SYSTEM, ...options });
  const figures = measure(engine, MS, 4n * MS);
  const { text, by } = limitOf(figuresOf(engine.results(), engine.config, engine.counters()));
  return { ...figures, limit: text, by };
};

describe("the flow cache", async () => {
  const alone = (await run({})).rate;

  test.each([2, 4, 8])("%i CPUs carry as many times as much, and the report names the CPUs", async (n) => {
    const { rate, limit } = await run({ n });
    expect(rate / (n * alone)).toBeCloseTo(1, 2);
    expect(limit).toMatch(n === 2 ? /^CPUs 0, 1 / : n === 4 ? /^CPUs 0, 1, 2, 3 / : /^CPUs 0, 1, 2, 3 and 4 more/);
  });

  test("until the link is full", async () => {
    // 84 bytes with FCS, preamble and gap, at 100 Mbit/s.
    const { rate, limit } = await run({ n: 2, rate: 200_000, oneOutput: true, wire: { rate: "100Mbps" } });
    expect(rate / (1e8 / 84 / 8)).toBeCloseTo(1, 2);
    expect(limit).toMatch(/^the link of em2 /);
  });

  test("until a ring is full: 8 slots, and 20 us from the first frame to the interrupt", async () => {
    const { rate, by } = await run({ n: 2, rate: 500_000, rxRing: 8 });
    expect(rate).toBeLessThan(800_000);
    expect(by).toBe("ring");
  });
});

/** Everything that moves a lock, or a thread that waits for it, from CPU to CPU. */
const NO_HANDOVER: Costs = { ...NO_TRANSFER, IpiSend: 0, IpiLatency: 0, IpiReceive: 0, PutLocal: 0, Switch: 0 };

describe("the bridge", () => {
  test("scales until its serializer is held all the time, if waking up takes none", async () => {
    const [one, two, four, eight] = await Promise.all([1, 2, 4, 8].map((n) => run({ n, as: "bridge", rate: 1_500_000, costs: NO_HANDOVER })));
    // Work of 770 ns a packet, of which 280 are under the serializer.
    expect(one!.rate / (1e9 / 770)).toBeCloseTo(1, 2);
    expect(two!.rate / (2 * one!.rate)).toBeGreaterThan(0.97);
    for (const { rate, limit } of [four!, eight!]) {
      expect(rate / (1e9 / 280)).toBeCloseTo(1, 2);
      expect(limit).toMatch(/^serializer bridge0 /);
    }
  });

  test.each([2, 4, 8])("%i CPUs: sleepers that have to be woken keep it from being held all the time", async (n) => {
    const { rate, by, limit } = await run({ n, as: "bridge" });
    expect(rate).toBeLessThan(1e9 / (280 + 37.9 + 27.7));
    expect([by, limit]).toEqual(["serializer", expect.stringContaining("serializer bridge0")]);
  });
});

describe("11 flows on 8 CPUs", async () => {
  const CPUS = 8;
  const FLOWS = 11;
  const INPUTS = 4;

  /** Flow f has source 198.18.0.f, destination 20.0.0.f and source port 1024 + f: the hash is f exclusive-or 9. Its CPU has an exit of its own. */
  const cpuOf = (flow: number): number => cpuOfFlow(CPUS + INPUTS, flow, flow, 1024 + flow);
  const flowsOf = Array.from(
    { length: CPUS },
    (_, cpu) => Array.from({ length: FLOWS }, (_, flow) => flow).filter((flow) => cpuOf(flow) === cpu).length,
  );

  const systemOf = (rate: number): EngineConfig => ({
    cpus: CPUS + INPUTS,
    mbufs: 16_384,
    interfaces: Array.from({ length: INPUTS + CPUS }, (_, i) => ({
      name: `em${i}`,
      mac: ownMac(i),
      ip: [`10.0.${i}.1/24`],
      cpu: CPUS + (i % INPUTS),
      rxRing: 256,
    })),
    routes: Array.from({ length: FLOWS }, (_, flow) => ({
      dst: `20.0.0.${flow}/32`,
      via: `10.0.${INPUTS + cpuOf(flow)}.2`,
      if: `em${INPUTS + cpuOf(flow)}`,
    })),
    arp: Array.from({ length: CPUS }, (_, cpu) => ({ if: `em${INPUTS + cpu}`, ip: `10.0.${INPUTS + cpu}.2`, mac: `02:73:00:00:00:0${cpu}` })),
    sysctl: { "net.inet.ip.forwarding": 1, "net.inet.ip.fastforwarding": 1 },
    virtual: {
      interfaces: { "*": FREE_WIRE },
      traffic: Array.from({ length: INPUTS }, (_, i) => ({
        if: `em${i}`,
        arrivals: "constant" as const,
        rate: Math.round((rate * FLOWS) / INPUTS),
        flows: FLOWS,
        srcIp: "198.18.0.0",
        srcIps: FLOWS,
        dstIp: "20.0.0.0",
        dstIps: FLOWS,
      })),
    },
  });

  /** Packets per second and flow, by CPU. */
  const carriedBy = async (rate: number): Promise<{ rate: number; by: number[]; limit: string }> => {
    const engine = await makeEngine("virtualRelease", systemOf(rate), { collect: false });
    const messages = (): number[] =>
      engine
        .counters()
        .threads.filter(({ name, cpu }) => name.startsWith("udp_thread") && cpu < CPUS)
        .map((one) => one.messages);
    engine.run(MS);
    const before = messages();
    const figures = measure(engine, MS, 4n * MS);
    const by = messages().map((n, cpu) => ((n - before[cpu]!) / figures.elapsed) * 1e12);
    return { rate: figures.rate, by, limit: limitOf(figuresOf(engine.results(), engine.config, engine.counters())).text };
  };

  test("three of the CPUs have two", () => {
    expect([...flowsOf].sort()).toEqual([1, 1, 1, 1, 1, 2, 2, 2]);
  });

  test("while the fullest CPU has room, every CPU carries its flows", async () => {
    const { rate, by } = await carriedBy(350_000);
    expect(rate / (FLOWS * 350_000)).toBeCloseTo(1, 2);
    for (const [cpu, one] of by.entries()) expect(one / (flowsOf[cpu]! * 350_000)).toBeCloseTo(1, 1.7);
  });

  test("then the fullest CPUs carry what they can, the others all of theirs; the report names the full ones", async () => {
    const { by, limit } = await carriedBy(500_000);
    const full = flowsOf.flatMap((flows, cpu) => (flows === 2 ? [cpu] : []));
    expect(limit).toMatch(new RegExp(`^CPUs ${full.join(", ")} `));
    for (const cpu of full) {
      expect(by[cpu]!).toBeLessThan(900_000);
      expect(by[cpu]! / by[full[0]!]!).toBeCloseTo(1, 2);
    }
    for (const [cpu, one] of by.entries()) if (flowsOf[cpu] === 1) expect(one / 500_000).toBeCloseTo(1, 1.7);
  });
});
