/** Faults of pools, queues, links, tables, routes and neighbours: what they cost, and that they leave everything as it was. */
import { describe, expect, test } from "vitest";
import type { EngineConfig, FaultConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { afterwards, faulty, seenOf } from "../support/faulty.ts";
import { arp, frame, ownMac, station } from "../support/frames.ts";
import { brokenIdentities } from "../support/identities.ts";
import { ipFrame } from "../support/packets.ts";
import { MS, US } from "../support/systems.ts";

/** 200,000 frames a second for 100 ms. */
const N = 19_999;

test("mbufs that are gone cost every frame; then all is well", async () => {
  const { struck, drops, carried } = await afterwards([{ kind: "mbufs", count: 1_000_000, from: "1ms", to: "2ms" }], { mbufs: 64 });
  expect(struck).toEqual([1]);
  expect(drops.NoMbufs).toBeGreaterThan(190);
  expect(drops.NoMbufs).toBeLessThan(210);
  expect(carried).toBe(N - drops.NoMbufs!);
});

test("a queue without room", async () => {
  const { drops, carried } = await afterwards([{ kind: "queue", if: "em1", from: "1ms", to: "2ms" }]);
  expect(Object.keys(drops)).toEqual(["QueueFull"]);
  expect(drops.QueueFull).toBeGreaterThan(190);
  expect(drops.QueueFull).toBeLessThan(210);
  expect(carried).toBe(N - drops.QueueFull!);
});

describe("a link that flaps", () => {
  test("frames that are sent stay in ring and queue", async () => {
    const { struck, drops, carried, engine } = await afterwards([{ kind: "flap", if: "em1", from: "1ms", to: "2ms" }]);
    expect({ struck, drops, carried }).toEqual({ struck: [1], drops: {}, carried: N });
    expect(engine.results().latency.all.max).toBeGreaterThan(990n * US);
  });

  test("until those are full", async () => {
    const { drops, carried } = await afterwards([{ kind: "flap", if: "em1", from: "10ms", to: "20ms" }]);
    expect(Object.keys(drops)).toEqual(["QueueFull"]);
    expect(2000 - 256 - 255 - drops.QueueFull!).toBeLessThan(10);
    expect(carried).toBe(N - drops.QueueFull!);
  });

  test("frames that come are lost", async () => {
    const { drops, carried } = await afterwards([{ kind: "flap", if: "em0", from: "1ms", to: "2ms" }]);
    expect({ drops, carried }).toEqual({ drops: { WireLoss: 200 }, carried: N - 200 });
  });

  test("up and down by lot", async () => {
    const faults: FaultConfig[] = [{ kind: "flap", if: "em0", for: "1ms", every: "10ms", law: "exponential", to: "10s" }];
    const { struck, drops } = await afterwards(faults, { rate: 10_000 }, "10s");
    expect(Math.abs(struck[0]! - 1000)).toBeLessThan(4 * Math.sqrt(1000));
    // Sum of 1,000 exponential times of ten frames each.
    expect(Math.abs(drops.WireLoss! - struck[0]! * 10)).toBeLessThan(4 * 10 * Math.sqrt(struck[0]!) + 40);
  });
});

describe("a table that is full", () => {
  test("a bridge floods what it has forgotten, and learns again", async () => {
    const interfaces = [0, 1, 2].map((n) => ({ name: `em${n}`, mac: ownMac(n) }));
    const faults: FaultConfig[] = [{ kind: "table", table: "bridge", if: "br0", from: "1ms", to: "2ms" }];
    const config: EngineConfig = {
      interfaces,
      bridges: [{ name: "br0", members: interfaces.map(({ name }) => ({ if: name })) }],
      virtual: { faults },
    };
    const engine = await makeEngine("virtual", config);
    let time = 0n;
    const send = (from: number, to: number): string[] => {
      engine.receive([
        { interface: `em${from}`, time: time > engine.now ? time : engine.now, data: frame({ src: station(from), dst: station(to) }) },
      ]);
      engine.run(engine.now + 300n * US);
      return engine
        .take()
        .map((sent) => sent.interface)
        .sort();
    };
    expect(send(0, 1)).toEqual(["em1", "em2"]);
    expect(send(1, 0)).toEqual(["em0"]);
    expect(send(0, 1)).toEqual(["em1"]);
    time = 1n * MS;
    engine.run(1_100n * US);
    expect(send(0, 1)).toEqual(["em1", "em2"]);
    expect(send(1, 0)).toEqual(["em0"]); // not learned
    expect(engine.counters().bridges[0]!.addresses).toBe(1);
    expect(engine.counters().stats.brc_full).toBe(1);
    engine.run(2n * MS);
    send(1, 0);
    expect(send(0, 1)).toEqual(["em1"]);
    expect(engine.counters().bridges[0]!.maxaddr).toBe(100);
  });

  test("no ARP entry for a new neighbour, and then again", async () => {
    const engine = await faulty([{ kind: "table", table: "arp", from: "1ms", to: "2ms" }], { traffic: () => ({ stop: "1us" }) }, true);
    const to = (ip: string) => ipFrame({ dst: ownMac(0), src: station(0) }, { dst: ip });
    engine.receive([1_500n, 3_000n].map((us, i) => ({ interface: "em0", time: us * US, data: to(`10.0.1.${50 + i}`) })));
    engine.run(2n * MS);
    expect(seenOf(engine).drops).toEqual({ ArpTableFull: 1 });
    engine.run(4n * MS);
    expect(engine.counters().stats.arps_requests_sent).toBe(1);
  });

  test("flows push each other out", async () => {
    const options = { as: "fast", traffic: () => ({ flows: 16, srcIps: 16 }) } as const;
    const engine = await faulty([{ kind: "table", table: "flows", limit: 4, from: "50ms", to: "2s" }], { ...options, rate: 2000 });
    engine.run(1_000n * MS);
    expect(engine.counters().stats.ipf_reaped).toBe(0); // those that there were stay
    const cold = await faulty([{ kind: "table", table: "flows", limit: 4, to: "500ms" }], { ...options, rate: 2000 });
    cold.run(490n * MS);
    expect(Math.max(...cold.counters().flows)).toBe(4);
    expect(cold.counters().stats.ipf_reaped).toBeGreaterThan(100);
    cold.run(1_000n * MS);
    expect(cold.counters().flows[0]! + cold.counters().flows[1]!).toBe(16);
  });
});

describe("a route", () => {
  test("that is away costs what goes there", async () => {
    const { struck, drops, carried, engine } = await afterwards([{ kind: "route", dst: "20.0.0.0/16", from: "1ms", to: "2ms" }]);
    expect(struck).toEqual([1]);
    expect(drops.NoRoute).toBeGreaterThan(190);
    expect(drops.NoRoute).toBeLessThan(210);
    expect(carried - engine.counters().paths.Originated!).toBe(N - drops.NoRoute!);
  });

  test("is noticed by the flow cache", async () => {
    const faults: FaultConfig[] = [{ kind: "route", dst: "20.0.0.0/16", via: "10.0.3.2", if: "em3", from: "1ms", to: "2ms" }];
    const { engine, drops } = await afterwards(faults, { n: 2, as: "fast" }, "4ms");
    expect(drops).toEqual({});
    const out = engine.results().traffic.map(({ carried }) => Number(carried.frames));
    const each = 799; // frames of an interface in 4 ms
    expect(out[2]! + out[3]!).toBe(2 * each);
    expect(out[3]! - each).toBeGreaterThan(190);
    expect(out[3]! - each).toBeLessThan(210);
  });

  test("that was not there goes again", async () => {
    const engine = await faulty([{ kind: "route", dst: "30.0.0.0/8", via: "10.0.1.2", from: "1ms", to: "2ms" }]);
    engine.run(1_500n * US);
    expect(engine.exports.rtlookup(0x1e00_0001)).not.toBe(0);
    engine.run(3n * MS);
    expect(engine.exports.rtlookup(0x1e00_0001)).toBe(0);
  });
});

describe("a neighbour that is silent", () => {
  const silent = (more: object): FaultConfig[] => [{ kind: "arp", if: "em1", ip: "10.0.1.2", ...more } as FaultConfig];

  test("lets packets replace each other, until it answers again", async () => {
    const { struck, drops, carried, engine } = await afterwards(silent({ from: "1ms", to: "2ms" }));
    expect(struck).toEqual([1]);
    expect(Object.keys(drops).sort()).toEqual(["ArpEntryGone", "ArpHeldReplaced"]);
    expect(drops.ArpEntryGone).toBe(1);
    expect(drops.ArpHeldReplaced).toBeGreaterThan(190);
    expect(engine.counters().paths.Forwarded).toBe(N - drops.ArpHeldReplaced! - 1);
    expect(carried).toBe(N - drops.ArpHeldReplaced! - 1 + engine.counters().stats.arps_requests_sent!);
  });

  test("is down after a while, and up again at once", async () => {
    const { drops, engine } = await afterwards(silent({ from: "1s", to: "12s" }), { rate: 100 }, "13s");
    expect(engine.counters().stats.arps_timeouts).toBeGreaterThan(0);
    expect(drops.HostDown).toBeGreaterThan(100);
    expect(engine.counters().paths.Forwarded).toBeGreaterThan(190);
  });

  test("does not get through with its answers", async () => {
    const engine = await faulty(silent({ ip: "10.0.1.50", to: "2ms" }), { traffic: () => ({ stop: "1us" }) }, true);
    const answer = arp({ op: 2, dst: ownMac(1), senderMac: station(9), sender: "10.0.1.50", target: "10.0.1.1" });
    engine.receive([{ interface: "em0", time: 0n, data: ipFrame({ dst: ownMac(0), src: station(0) }, { dst: "10.0.1.50" }) }]);
    engine.receive([1n, 3n].map((ms) => ({ interface: "em1", time: ms * MS, data: answer })));
    engine.run(2_500n * US);
    expect(seenOf(engine)).toMatchObject({ drops: { WireLoss: 1 }, carried: 1 }); // the request
    engine.run();
    expect(seenOf(engine)).toMatchObject({ drops: { WireLoss: 1 }, carried: 2 });
    expect(brokenIdentities(engine)).toEqual([]);
  });
});
