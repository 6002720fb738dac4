/** A run comes to the same however it is cut, and whatever it is asked to stop at: where interrupts follow each other at once, and host frames generated ones. */
import { describe, expect, test } from "vitest";
import { Engine } from "../../src/engine.ts";
import type { Arrival, EngineConfig, TrafficConfig, VirtualConfig, WireConfig } from "../../src/types.ts";
import { loadEngine } from "../../src/wasm/load_node.ts";
import { Random } from "../model/random.ts";
import { builds } from "../support/engines.ts";
import { ownMac, station } from "../support/frames.ts";
import { ipFrame, udp } from "../support/packets.ts";
import { MS, US } from "../support/systems.ts";

const release = await loadEngine(builds.virtualRelease);
const END = 2n * MS;
const NEVER = "packets >= 100000000";
const CUTS = 2001n;

/** One bridge, an interface per CPU, each sending to the next. */
const bridge = (cpus: number, seed: number, rate: number, virtual: VirtualConfig): EngineConfig => {
  const interfaces = Array.from({ length: cpus }, (_, i) => ({ name: `em${i}`, mac: ownMac(i), cpu: i }));
  const traffic = interfaces.map(({ name }, i): TrafficConfig => {
    const ends = { srcMac: station(1000 * i), srcMacs: 5, dstMac: station(1000 * ((i + 1) % cpus)) };
    return { if: name, arrivals: "poisson", rate, flows: 20, ...ends };
  });
  const members = interfaces.map(({ name }) => ({ if: name }));
  return { cpus, seed, interfaces, bridges: [{ name: "br0", members }], sysctl: { "net.netisr.mpsafe_thread": 0 }, virtual: { traffic, ...virtual } };
};

const printAfter = (config: EngineConfig, arrivals: Arrival[], drive: (engine: Engine) => void): string => {
  const engine = Engine.make(release, config, { collect: false });
  engine.receive(arrivals);
  drive(engine);
  const print = engine.fingerprint();
  engine.dispose();
  return print;
};

const inPieces = (engine: Engine): void => {
  for (let i = 1n; i <= CUTS; i++) engine.run((END * i) / CUTS);
};

const systems = [2, 3, 4].flatMap((cpus) => [100_000, 250_000, 500_000].flatMap((rate) => [1, 2, 3].map((seed) => [cpus, rate, seed] as const)));

test.each(systems)("interrupts without delay under the BGL: %i CPUs, %i packets a second, seed %i", (cpus, rate, seed) => {
  const config = bridge(cpus, seed, rate, { interfaces: { "*": { delay: 0 } } });
  const whole = printAfter(config, [], (engine) => engine.run(END));
  expect(printAfter(config, [], inPieces)).toBe(whole);
  expect(printAfter(config, [], (engine) => engine.run(END, { stop: [NEVER] }))).toBe(whole);
});

const router = (traffic: Partial<TrafficConfig>, wire: WireConfig): EngineConfig => {
  const port = (i: number) => ({ name: `em${i}`, mac: ownMac(i), ip: [`10.${i}.0.1/24`] });
  const flow = (i: number): TrafficConfig => ({
    if: `em${i}`,
    arrivals: "constant",
    rate: 211_000,
    srcIp: `10.${i}.0.2`,
    dstIp: `10.${1 - i}.0.2`,
    dstMac: ownMac(i),
  });
  const arp = [0, 1].map((i) => ({ if: `em${i}`, ip: `10.${i}.0.2`, mac: station(i) }));
  const virtual = { traffic: [flow(0), { ...flow(1), ...traffic }], interfaces: { em1: wire } };
  return { cpus: 1, interfaces: [port(0), port(1)], arp, sysctl: { "net.inet.ip.forwarding": 1 }, virtual };
};

const WIRES: WireConfig[] = [{}, { count: 8 }, { gap: "30us" }, { delay: "100us" }, { count: 4, delay: 0 }, { rings: 2 }];

describe.each(["constant", "poisson"] as const)("frames that are refused, %s,", (arrivals) => {
  test.each([
    ["by an interface that is down", { bytes: 60 }, true],
    ["as they are another station's", { dstMac: station(77) }, false],
  ] as const)("%s, interrupt nobody, however a run is cut", (_, traffic, down) => {
    for (const wire of WIRES) {
      const config = router({ ...traffic, arrivals }, wire);
      const printOf = (drive: (engine: Engine) => void): string =>
        printAfter(config, [], (engine) => {
          engine.run(MS / 2n);
          if (down) engine.setInterfaceUp("em1", false);
          drive(engine);
        });
      const whole = printOf((engine) => engine.run(END));
      const stopped = printOf((engine) => engine.run(END, { stop: [NEVER] }));
      expect(stopped, JSON.stringify(wire)).toBe(whole);
      for (const step of [3_111_777n, 7_654_321n, 41_000_000n]) {
        const cut = (engine: Engine): void => {
          for (let time = MS / 2n + step; time < END; time += step) engine.run(time);
          engine.run(END);
        };
        expect(printOf(cut), `${JSON.stringify(wire)}, each ${step} ps`).toBe(whole);
      }
    }
  });
});

const hostFrame = (port: number, to: number): Uint8Array => ipFrame({ dst: station(1000 * to), src: station(1000 * port + 9) }, { payload: udp() });

test.each([1, 2, 3, 4, 5, 6])("frames of the host beside those of generators, seed %i", (seed) => {
  const random = new Random(seed);
  const config = bridge(2, seed, 100_000, { interfaces: { "*": { delay: seed % 2 ? 0 : "20us" } } });
  let time = 0n;
  const arrivals = Array.from({ length: 100 }, () => {
    const port = random.below(2);
    time += BigInt(random.below(40_000_000));
    return { interface: `em${port}`, data: hostFrame(port, port ^ 1), time };
  });
  expect(printAfter(config, arrivals, inPieces)).toBe(printAfter(config, arrivals, (engine) => engine.run(END)));
});

test("what a generator made before a frame of the host comes before it, and has its place in the ring", () => {
  const { interfaces, ...config } = bridge(2, 1, 1, { interfaces: { em0: { delay: "20us" } } });
  const ends = { srcMac: station(0), dstMac: station(1000) };
  const traffic: TrafficConfig[] = [{ if: "em0", arrivals: "constant", rate: 1_000_000, count: 4, ...ends }];
  const small = { ...config, interfaces: interfaces.map((port) => ({ ...port, rxRing: 4 })), virtual: { ...config.virtual, traffic } };
  const engine = Engine.make(release, small);
  engine.receive([{ interface: "em0", data: hostFrame(0, 1), time: (21n * US) / 2n }]);
  engine.run(MS);
  const { traffic: results, drops } = engine.results();
  expect(results[1]!.carried.frames).toBe(4n);
  expect(engine.take().every(({ data }) => data[11] !== hostFrame(0, 1)[11])).toBe(true);
  expect(drops).toMatchObject([{ reason: "RingFull", packets: 1 }]);
  const { min, max } = engine.results().places.Ring;
  expect([min, max]).toEqual([19n * US, 22n * US]); // from 4 us or 1 us to 21 us, and what the interrupt takes
});
