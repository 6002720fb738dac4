import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import { toeplitz } from "../../src/reference/toeplitz.ts";
import type { EngineConfig, WireConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { arp, BROADCAST, ipBytes, ipText, station } from "../support/frames.ts";
import { brokenIdentities } from "../support/identities.ts";
import { ownMac, toRouter } from "../support/lab.ts";
import { MS, US } from "../support/systems.ts";

// One interface with several receive rings: which frames go to which, and whom each interrupts.

const FLOWS = 64;
const GATEWAY = "10.1.0.2";

const system = (wire: WireConfig, rate = 1_000_000, cpus = 4): EngineConfig => ({
  cpus,
  interfaces: [
    { name: "em0", mac: ownMac(0), ip: ["10.0.0.1/16"], rxRing: 64 },
    { name: "em1", mac: ownMac(1), cpu: cpus - 1, ip: ["10.1.0.1/16"] },
  ],
  routes: [{ dst: "20.0.0.0/8", via: GATEWAY, if: "em1" }],
  arp: [{ if: "em1", ip: GATEWAY, mac: station(9) }],
  sysctl: { "net.inet.ip.forwarding": 1, "net.inet.ip.fastforwarding": 1, "net.netisr.rss": 1 },
  virtual: {
    interfaces: { "*": { rate: 0, txDelay: "none" }, em0: wire },
    traffic: [{ if: "em0", arrivals: "poisson", rate, flows: FLOWS, choice: "lot", srcIp: "10.0.1.1", srcIps: FLOWS, dstIp: "20.0.0.1" }],
  },
});

/** The hardware's table has 128 places, filled with the rings in turn. */
const ringOf = (src: string, dst: string, rings: number): number =>
  (toeplitz(Uint8Array.from([...ipBytes(src), ...ipBytes(dst)]), 0x6d, 0x5a) & 127) % rings;

const flow = (index: number): string => `10.0.1.${1 + index}`;

/** Frames that a ring has got, by number of the ring. */
const filled = (engine: Engine, rings: number): number[] => {
  const queues = engine.results().queues;
  return Array.from({ length: rings }, (_, ring) => Number(queues.find(({ name }) => name === `ring em0.${ring}`)?.puts ?? 0n));
};

const lost = (engine: Engine): number => engine.counters().conservation.dropped;

describe("several receive rings", () => {
  test("a frame goes to the ring of its hash; what has none to the first", async () => {
    const { virtual, ...config } = system({ rings: 3 });
    const engine = await makeEngine("virtual", { ...config, virtual: { ...virtual, traffic: [] } });
    const expected = [0, 0, 0];
    const frames = Array.from({ length: FLOWS }, (_, i) => {
      expected[ringOf(flow(i), "20.0.0.1", 3)]!++;
      return { interface: "em0", time: BigInt(i) * 10n * US, data: toRouter({ src: flow(i), dst: "20.0.0.1" }) };
    });
    const others = [arp({ dst: BROADCAST, senderMac: station(1), sender: flow(0), target: "10.0.0.1" })];
    expected[0]! += others.length;
    engine.receive([...frames, ...others.map((data) => ({ interface: "em0", time: 900n * US, data }))]);
    engine.run();
    expect(Math.min(...expected)).toBeGreaterThan(5);
    expect(filled(engine, 3)).toEqual(expected);
    expect(engine.take().filter(({ interface: name }) => name === "em1")).toHaveLength(FLOWS);
    expect(engine.counters().ports[0]!.counters).toMatchObject({ received: FLOWS + 1, if_ipackets: FLOWS + 1 });
    expect(brokenIdentities(engine)).toEqual([]);
  });

  test("each interrupts its own CPU, and with net.netisr.rss the packets stay there", async () => {
    const { virtual, ...config } = system({ rings: 4, ringCpus: [0, 1, 2, 3] });
    const traffic = virtual!.traffic!.map((entry) => ({ ...entry, stop: "4ms" }));
    const engine = await makeEngine("virtual", { ...config, virtual: { ...virtual, traffic } }, { collect: false });
    engine.run(5n * MS);
    const { threads, ports } = engine.counters();
    const rings = Array.from({ length: 4 }, (_, ring) => threads.find(({ name }) => name === `ithread em0.${ring}`)!);
    expect(rings.map(({ cpu }) => cpu)).toEqual([0, 1, 2, 3]);
    for (const { messages } of rings) expect(messages).toBeGreaterThan(50);
    expect(ports[0]!.counters.interrupts).toBe(rings.reduce((total, { messages }) => total + messages, 0));
    expect(threads.find(({ name }) => name === "ithread em0")!.messages).toBe(0);
    const queues = engine.results().queues;
    const puts = (name: string): number => Number(queues.find((queue) => queue.name === name)!.takes);
    for (const cpu of [0, 1, 2, 3]) expect(queues.find(({ name }) => name === `udp_thread ${cpu}`)!.puts).toBe(BigInt(puts(`ring em0.${cpu}`)));
  });

  test("four rings on four CPUs carry more than twice what one carries, through four interfaces", async () => {
    const carried = async (wire: WireConfig): Promise<number> => {
      const config = system(wire, 3_000_000);
      const outputs = [1, 2, 3, 4].map((i) => ({ name: `em${i}`, mac: ownMac(i), cpu: i - 1, ip: [`10.${i}.0.1/16`] }));
      config.interfaces.splice(1, 1, ...outputs);
      config.routes = outputs.map(({ name }, i) => ({ dst: `20.0.0.${16 * i}/28`, via: `10.${i + 1}.0.2`, if: name }));
      config.arp = outputs.map(({ name }, i) => ({ if: name, ip: `10.${i + 1}.0.2`, mac: station(9) }));
      Object.assign(config.virtual!.traffic![0]!, { srcIps: 1, dstIp: "20.0.0.1", dstIps: 62 });
      const engine = await makeEngine("virtualRelease", config, { collect: false });
      engine.run(2n * MS);
      const before = engine.counters().paths.Fastforwarded!;
      engine.run(6n * MS);
      expect(lost(engine)).toBeGreaterThan(0);
      return engine.counters().paths.Fastforwarded! - before;
    };
    const [one, four] = [await carried({ rings: 1 }), await carried({ rings: 4 })];
    expect(one).toBeGreaterThan(1000);
    expect(four / one).toBeGreaterThan(2);
  });

  test("moderation counts for each ring by itself", async () => {
    const { virtual, ...config } = system({ rings: 2, delay: 0, count: 3 });
    const engine = await makeEngine("virtual", { ...config, virtual: { ...virtual, traffic: [] } });
    const [a, b] = [0, 1].map((ring) => Array.from({ length: FLOWS }, (_, i) => flow(i)).find((src) => ringOf(src, "20.0.0.1", 2) === ring)!);
    const to = (src: string, at: bigint) => ({ interface: "em0", time: at * US, data: toRouter({ src, dst: "20.0.0.1" }) });
    engine.receive([to(a!, 0n), to(b!, 1n), to(a!, 2n), to(b!, 3n)]);
    engine.run(MS);
    expect(engine.counters().ports[0]!.counters.interrupts).toBe(0);
    engine.receive([to(a!, 1000n)]);
    engine.run(2n * MS);
    expect(engine.counters().ports[0]!.counters.interrupts).toBe(1);
    expect(engine.take().map(({ data }) => ipText(data, 26))).toEqual([a, a, a]);
    expect(brokenIdentities(engine)).toEqual([]);
  });

  test("a run in slices does the same, and frames of the host that fill a ring are lost by the ring", async () => {
    const [whole, sliced] = await Promise.all([0, 1].map(() => makeEngine("virtual", system({ rings: 4 }, 4_000_000), { collect: false })));
    whole!.run(2n * MS);
    for (let time = 0n; time < 2n * MS; time += 7n * US + 1n) sliced!.run(time);
    sliced!.run(2n * MS);
    expect(sliced!.fingerprint()).toBe(whole!.fingerprint());
    expect(lost(whole!)).toBeGreaterThan(0);
    expect(brokenIdentities(whole!)).toEqual([]);

    const { virtual, ...config } = system({ rings: 2 });
    const engine = await makeEngine("virtual", { ...config, virtual: { ...virtual, traffic: [] } });
    engine.receive(Array.from({ length: 100 }, () => ({ interface: "em0", time: US, data: toRouter({ src: flow(0), dst: "20.0.0.1" }) })));
    engine.run(MS);
    expect(engine.counters().drops.RingFull).toBe(100 - 64);
  });

  test("a mask of one ring does not hold up the others", async () => {
    // All CPUs but that of ring 0 are idle: its flow is slow to be read, the others are not.
    const engine = await makeEngine("virtual", { ...system({ rings: 4, delay: 0 }, 400_000), seed: 3 }, { collect: false });
    engine.run(5n * MS);
    const waits = [0, 1, 2, 3].map((ring) => engine.results().queues.find(({ name }) => name === `ring em0.${ring}`)!);
    for (const { stays, takes } of waits) expect(Number(stays) / Number(takes)).toBeLessThan(20e6);
  });

  test.each(["0us", "0.3us"])("its interrupt does not wait if the interface looks at itself as a frame comes, from %s on", async (start) => {
    // em0 has a full transmit ring, of which a frame leaves each microsecond: at 0us, 1us, ...
    const engine = await makeEngine("virtual", {
      cpus: 3,
      interfaces: [
        { name: "em0", mac: ownMac(0), ip: ["10.0.0.1/16"], txRing: 4 },
        { name: "em1", mac: ownMac(1), ip: ["10.1.0.1/16"], cpu: 2 },
      ],
      arp: [0, 1].map((i) => ({ if: `em${i}`, ip: `10.${i}.0.2`, mac: station(i) })),
      sysctl: { "net.inet.ip.forwarding": 1, "net.inet.ip.fastforwarding": 1 },
      virtual: {
        costs: { preset: "zero", set: { Interrupt: 1500 } },
        interfaces: { "*": { delay: 0, txDelay: "none" }, em0: { rate: "672Mbps", rings: 2 }, em1: { rate: 0 } },
        traffic: [
          { if: "em1", arrivals: "constant", rate: 2_000_000, srcIp: "10.1.0.2", dstIp: "10.0.0.2" },
          { if: "em0", arrivals: "constant", rate: 10_000, srcIp: "10.0.0.2", dstIp: "10.1.0.2", start },
        ],
      },
    });
    engine.run(10n * MS - US);
    const { puts, stays } = engine.results().queues.find(({ name }) => name === "ring em0.1")!;
    expect(stays / puts).toBe(1_500_000n); // what the interrupt takes
    expect(brokenIdentities(engine)).toEqual([]);
  });
});
