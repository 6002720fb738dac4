/** All kinds of traffic at once through the machine with time: nothing gets lost, and neither splits of a run nor snapshots change anything. */
import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import { EngineError } from "../../src/errors.ts";
import type { EngineConfig, TrafficConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { station } from "../support/frames.ts";
import { brokenIdentities, unrest } from "../support/identities.ts";
import { SECOND } from "./traffic_source.ts";

const END = SECOND / 1000n;
const STOP = { stop: "1ms" };
const FRAMES = Array.from({ length: 40 }, (_, i) => {
  const data = new Uint8Array(60 + i * 10);
  data.set([2, 0, 0, 0, 0, 1 + (i % 3), 2, 0, 0, 0, 1, i, 0x88, 0xb5]);
  return { time: BigInt(i * i) * 100_003n, data };
});

const TRAFFIC: TrafficConfig[] = [
  {
    if: "em0",
    arrivals: "poisson",
    rate: "300kpps",
    bursts: { on: "50us", off: "100us" },
    flows: 200,
    choice: { zipf: 1.1 },
    bytes: "imix",
    ...STOP,
  },
  { if: "em0", arrivals: "constant", rate: "50kpps", batch: { frames: 5, law: "geometric" }, protocols: { udp: 1, tcp: 1, icmp: 1 }, ...STOP },
  { if: "em1", arrivals: "capture", capture: { frames: FRAMES, speed: "7/3", loops: "forever" }, ...STOP },
  {
    if: "em1",
    arrivals: "poisson",
    schedule: [
      { at: 0, rate: 0 },
      { at: "100us", rate: "400kpps", ramp: "500us" },
    ],
    fragments: 0.1,
    broadcast: 0.05,
    ...STOP,
  },
  {
    if: "em2",
    arrivals: "poisson",
    rate: "100kpps",
    batch: 3,
    srcMac: station(700),
    srcMacs: 30,
    dstStations: "others",
    flows: 60,
    choice: "lot",
    ...STOP,
  },
];

const config = (bridge: boolean): EngineConfig => ({
  cpus: 2,
  seed: 11,
  interfaces: [0, 1, 2].map((i) => ({ name: `em${i}`, mac: `02:00:00:00:00:0${i + 1}`, cpu: i % 2, ...(bridge ? {} : { ip: [`10.0.${i}.1/24`] }) })),
  ...(bridge
    ? { bridges: [{ name: "br0", members: [{ if: "em0" }, { if: "em1" }, { if: "em2" }] }] }
    : {
        routes: [{ dst: "198.18.0.0/15", via: "10.0.2.2", if: "em2" }],
        arp: [{ if: "em2", ip: "10.0.2.2", mac: station(9) }],
        sysctl: { "net.inet.ip.forwarding": 1 },
      }),
  virtual: { traffic: TRAFFIC },
});

const whole = async (bridge: boolean): Promise<Engine> => {
  const engine = await makeEngine("virtual", config(bridge));
  engine.run(END);
  return engine;
};

describe.each([
  ["a bridge", true],
  ["a router", false],
])("%s", (_, bridge) => {
  test("everything that was made is counted, under load and at rest", async () => {
    const engine = await whole(bridge);
    expect(brokenIdentities(engine)).toEqual([]);
    const { traffic } = engine.results();
    for (const { generated } of traffic) expect(generated.frames).toBeGreaterThan(50n);
    expect(traffic.map(({ generators }) => generators.map(({ index }) => index))).toEqual([[0, 1], [2, 3], [4]]);
    for (const { generators } of traffic) for (const { frames } of generators) expect(frames).toBeGreaterThan(20n);
    expect(traffic[0]!.generators.reduce((sum, { bytes }) => sum + bytes, 0n)).toBe(traffic[0]!.generated.bytes);
    engine.run();
    expect([...brokenIdentities(engine), ...unrest(engine)]).toEqual([]);
    const received = engine.counters().ports.map(({ counters }) => BigInt(counters.received!));
    for (const [port, { generated }] of traffic.entries()) expect(received[port]).toBe(generated.frames);
  });

  test("runs in pieces, and from a snapshot in the middle, are one run", async () => {
    const expected = (await whole(bridge)).exports.fingerprint();
    const engine = await makeEngine("virtual", config(bridge));
    let snapshot = engine.snapshot();
    for (let i = 1n; i <= 97n; i++) {
      engine.run((END * i) / 97n);
      engine.take();
      if (i === 40n) snapshot = engine.snapshot();
    }
    expect(engine.exports.fingerprint()).toBe(expected);
    const other = await makeEngine("virtual", config(bridge));
    other.restore(snapshot);
    other.run(END);
    expect(other.exports.fingerprint()).toBe(expected);
  });
});

describe("memory", () => {
  const million = { if: "em0", arrivals: "poisson", rate: "1Mpps", flows: 1_048_576, choice: { zipf: 1 }, stop: "10us" } as const;
  const large: EngineConfig = { interfaces: [{ name: "em0", mac: "02:00:00:00:00:01" }], virtual: { traffic: [million] } };

  test("a million flows take 8 MiB, which are planned before they are taken", async () => {
    const small = await makeEngine("virtual", { ...large, virtual: { traffic: [{ ...million, choice: "lot" }] } });
    const engine = await makeEngine("virtual", large);
    expect(engine.memory.total - small.memory.total).toBe(8 * 2 ** 20);
    engine.run();
    expect(brokenIdentities(engine)).toEqual([]);
  });

  test("captures count for the limit; snapshots do not go to an engine with another capture", async () => {
    const withFrames = (n: number): EngineConfig => {
      const frames = Array.from({ length: 200 }, (_, i) => ({ time: BigInt(i) * 1000n, data: new Uint8Array(1500).fill(n) }));
      return { ...large, virtual: { traffic: [{ if: "em0", arrivals: "capture", capture: { frames } }] } };
    };
    const { memory } = await makeEngine("virtual", withFrames(1));
    await expect(makeEngine("virtual", withFrames(1), { memoryLimit: memory.total - 1 })).rejects.toThrow(EngineError);
    const [one, same, other] = await Promise.all([1, 1, 2].map((n) => makeEngine("virtual", withFrames(n))));
    same!.restore(one!.snapshot());
    expect(() => other!.restore(one!.snapshot())).toThrow(EngineError);
  });
});
