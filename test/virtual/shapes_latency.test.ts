import { describe, expect, test } from "vitest";
import { COST_BY_NAME, type CostInfo, presetCosts } from "../../src/costs.ts";
import type { Engine } from "../../src/engine.ts";
import type { EngineConfig } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { station } from "../support/frames.ts";
import { ownMac } from "../support/lab.ts";
import { ipFrame, udp } from "../support/packets.ts";
import { MS, US } from "../support/systems.ts";

// One packet on a system that does nothing else: how long it takes is the sum of what its stages cost, each of them once.

const COSTS = presetCosts("opteron-2008");
type Stage = CostInfo["name"];

/** Picoseconds of stages, a number before one says how often. */
const sum = (...stages: (Stage | [number, Stage])[]): bigint =>
  stages.reduce((total, stage) => {
    const [times, name] = typeof stage === "string" ? [1, stage] : stage;
    return total + BigInt(times) * COSTS[COST_BY_NAME.get(name)!]!;
  }, 0n);

/** 60 bytes, FCS, preamble and gap at 1 Gbit/s. */
const LINK = 672_000n;
/** Wire.delay. */
const DELAY = 20n * US;

/** From the wire to the end of the interrupt's step, which hands the packet on. `line`: what the interface's serializer costs. */
const receive = (line: Stage): bigint => DELAY + sum("Interrupt", line, "RxFrame", "EtherInput", "EtherDispatch", "LockRelease");
/** To a thread of another CPU, which halts: an IPI, then a thread switch. */
const THERE = sum("IpiSend", "IpiLatency", "IpiReceive", "PutLocal", "Switch");
/** To a thread of the own CPU. */
const HERE = sum("PutLocal", "Switch");
/** What the locks of the thread's CPU cost, and the serializer of the outgoing interface. */
type Lines = [own: Stage, serializer: Stage];

/** ifq_dispatch: into the queue and out of it again, each under its lock, the second time inside the interface's serializer. */
const dispatch = ([own, serializer]: Lines): bigint =>
  sum("EtherOutput", own, "IfqEnqueue", "LockRelease", serializer, "LockGet", "IfStart", [2, "LockRelease"]) + LINK;

const ON_CPU = sum("Service", "EtherOncpu");
const fastforward = (lines: Lines): bigint => ON_CPU + sum("IpFlow") + dispatch(lines);
const slow = (lines: Lines): bigint => ON_CPU + sum("NetisrRun", lines[0], "IpInput", "IpForward", "LockRelease") + dispatch(lines);
/** ifq_handoff is under the serializer of the outgoing interface as a whole. */
const bridge = ([own, serializer]: Lines): bigint =>
  ON_CPU + sum(own, "BridgeLookup", "LockRelease", serializer, own, "IfqEnqueue", "IfStart", [2, "LockRelease"]) + LINK;

/** The thread of the packet is on CPU 0; `cpu` has the interrupts of both interfaces. */
const systemOf = (cpu: number, more: Partial<EngineConfig>): EngineConfig => ({
  cpus: 2,
  interfaces: [0, 1].map((i) => ({ name: `em${i}`, mac: ownMac(i), cpu })),
  ...more,
});

const routerOf = (cpu: number, fastforwarding: 0 | 1): Promise<Engine> => {
  const { interfaces, ...rest } = systemOf(cpu, {});
  return makeEngine("virtual", {
    ...rest,
    interfaces: interfaces.map((port, i) => ({ ...port, ip: [`10.0.${i}.1/24`] })),
    routes: [{ dst: "20.0.0.0/8", via: "10.0.1.2", if: "em1" }],
    arp: [{ if: "em1", ip: "10.0.1.2", mac: station(1) }],
    sysctl: { "net.inet.ip.forwarding": 1, "net.inet.ip.fastforwarding": fastforwarding },
  });
};

const bridgeOf = (cpu: number): Promise<Engine> =>
  makeEngine(
    "virtual",
    systemOf(cpu, {
      bridges: [
        {
          name: "bridge0",
          members: [{ if: "em0" }, { if: "em1" }],
          static: [0, 1].map((i) => ({ mac: station(i), if: `em${i}` })),
        },
      ],
    }),
  );

/** Its octets and ports have the hash 0. */
const packetTo = (dst: string): Uint8Array => ipFrame({ dst, src: station(0) }, { src: "198.18.0.2", dst: "20.0.0.2", payload: udp() });

/** What each of some packets, a millisecond apart, takes from its last bit in to its last bit out. */
const latencies = (engine: Engine, data: Uint8Array, packets: number): bigint[] => {
  engine.receive(Array.from({ length: packets }, (_, i) => ({ interface: "em0", data, time: BigInt(i) * MS })));
  engine.run(BigInt(packets) * MS);
  return engine.take().map(({ time }, i) => time - BigInt(i) * MS);
};

describe.each([
  ["another CPU", 1, THERE],
  ["the own CPU", 0, HERE],
] as const)("a packet for %s takes the sum of its costs", (_, cpu, over) => {
  // The first packet finds no lock's line in its CPU's cache. Before the second, an interrupt said that the first had gone, and had the serializer.
  const cold: Lines = ["LockRemote", "LockRemote"];
  const warm: Lines = ["LockGet", cpu === 0 ? "LockGet" : "LockRemote"];
  const [first, second] = [receive("LockRemote") + over, receive("LockGet") + over];

  test("through the bridge", async () => {
    expect(latencies(await bridgeOf(cpu), packetTo(station(1)), 2)).toEqual([first + bridge(cold), second + bridge(warm)]);
  });

  test("through ip_input, with the BGL for the handler", async () => {
    expect(latencies(await routerOf(cpu, 0), packetTo(ownMac(0)), 2)).toEqual([first + slow(cold), second + slow(warm)]);
  });

  test("through the flow cache, which the first packet has missed", async () => {
    const missed = first + slow(cold) + sum("IpFlow");
    expect(latencies(await routerOf(cpu, 1), packetTo(ownMac(0)), 2)).toEqual([missed, second + fastforward(warm)]);
  });
});
