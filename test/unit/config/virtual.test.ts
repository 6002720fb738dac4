import { expect, test } from "vitest";
import { Cost } from "../../../assembly/abi.ts";
import { defaultVirtual } from "../../../src/config/complete_virtual.ts";
import { resolveConfig } from "../../../src/config/index.ts";
import { BIT_UNITS, FREQUENCY_UNITS, parseQuantity, RATE_UNITS, TIME_UNITS } from "../../../src/config/quantities.ts";
import { presetCosts } from "../../../src/costs.ts";
import type { VirtualConfig } from "../../../src/types.ts";
import { em, everything } from "./samples.ts";

const virtualOf = (virtual: VirtualConfig) => resolveConfig({ interfaces: [em(1), em(2)], virtual }).virtual!;
const US = 1_000_000n;
/** What config/polling_shape.ts fills in. */
const INTERRUPTS = { polling: false, vacation: { ps: 0n, exponential: false }, refill: "frame" };

test("without it nothing is resolved; the machine's defaults are those of an empty one", () => {
  const plain = resolveConfig({ interfaces: [em(1), em(2)] });
  expect(plain).not.toHaveProperty("virtual");
  const wire = {
    rate: 10n ** 9n,
    propagation: 0n,
    delay: 20n * US,
    count: 0,
    gap: 0n,
    txDelay: 64n * US,
    rxBurst: 64,
    rings: [],
    livelockLimit: 0,
    livelockLow: 0,
    ...INTERRUPTS,
  };
  expect(defaultVirtual(plain)).toEqual({
    costs: presetCosts("opteron-2008").map((ps) => ({ ps, exponential: false })),
    lock: "cas",
    closed: [],
    tcp: [],
    wires: [0, 1].map((port) => ({ port, ...wire })),
    traffic: [],
    work: [],
    faults: [],
  });
  expect(virtualOf({})).toEqual(defaultVirtual(plain));
});

test("costs that are set stand beside those of the preset, in picoseconds, each with its law", () => {
  const { costs, lock } = resolveConfig(everything()).virtual!;
  expect(costs[Cost.Service]).toEqual({ ps: 800_000n, exponential: false });
  expect(costs[Cost.Switch]).toEqual({ ps: 250n, exponential: true });
  expect(costs[Cost.CopyByte]).toEqual({ ps: 1000n, exponential: false });
  expect(costs.filter(({ ps }) => ps !== 0n)).toHaveLength(3);
  expect(lock).toBe("fifo");
});

test("what an interface says goes before what is said for all", () => {
  const { wires } = resolveConfig(everything()).virtual!;
  expect(wires).toEqual([
    {
      port: 0,
      rate: 0n,
      propagation: 5000n,
      delay: US / 2n,
      count: 8,
      gap: 100n * US,
      txDelay: US,
      rxBurst: 1,
      rings: [],
      livelockLimit: 9000,
      livelockLow: 9000,
      ...INTERRUPTS,
    },
    ...[1, 2].map((port) => ({
      port,
      rate: 10n ** 8n,
      propagation: 0n,
      delay: (3n * US) / 2n,
      count: 0,
      gap: 0n,
      txDelay: 64n * US,
      rxBurst: 64,
      rings: [],
      livelockLimit: 50_000,
      livelockLow: 10_000,
      ...INTERRUPTS,
    })),
  ]);
});

test("the low water of a livelock is 20,000, or the limit if that is lower, also if it is said for all", () => {
  const [own, all] = virtualOf({ interfaces: { "*": { livelockLimit: 30_000 }, em1: { livelockLimit: 10_000 } } }).wires;
  expect([own!.livelockLow, all!.livelockLow]).toEqual([10_000, 20_000]);
  const both = virtualOf({ interfaces: { "*": { livelockLimit: 30_000, livelockLow: 25_000 }, em1: { livelockLimit: 10_000 } } }).wires;
  expect(both.map(({ livelockLow }) => livelockLow)).toEqual([10_000, 25_000]);
});

test("rings are spread over the CPUs from the interface's on, unless it is said where", () => {
  const interfaces = [{ ...em(1), cpu: 2 }, em(2)];
  const of = (wires: VirtualConfig["interfaces"]) => resolveConfig({ cpus: 4, interfaces, virtual: { interfaces: wires! } }).virtual!.wires;
  expect(of({ "*": { rings: 3 } }).map(({ rings }) => rings)).toEqual([
    [2, 3, 0],
    [0, 1, 2],
  ]);
  expect(of({ em1: { rings: 2, ringCpus: [3, 3] } }).map(({ rings }) => rings)).toEqual([[3, 3], []]);
});

test("traffic is completed: the mean interval, no end, the interface's own address as destination", () => {
  const [full, bare] = resolveConfig(everything()).virtual!.traffic;
  expect(full).toMatchObject({
    port: 0,
    arrivals: "poisson",
    interval: 833_333n,
    bytes: { kind: "fixed", bytes: 9230 },
    flows: 1000,
    choice: "lot",
    count: 77n,
  });
  expect(full).toMatchObject({
    start: 10n ** 9n,
    stop: 2n * 10n ** 9n,
    srcMac: 0x020000000500n,
    dstMac: 0xfffffffffffdn,
    dstMacs: 3,
    srcIp: 0x0a000001,
  });
  expect(bare).toEqual({
    port: 1,
    arrivals: "constant",
    interval: 333_333_333_333n,
    batch: { frames: 1, law: "constant" },
    bytes: { kind: "fixed", bytes: 60 },
    flows: 1,
    choice: "turn",
    zipf: 0,
    mix: [],
    start: 0n,
    stop: 2n ** 54n,
    count: 2n ** 63n - 1n,
    srcMac: 0x026e73000000n,
    srcMacs: 1,
    dstMac: 0x020000000002n,
    dstMacs: 1,
    srcIp: 0xc6120001,
    srcIps: 1,
    dstIp: 0xc6130001,
    dstIps: 1,
    dstStations: [],
    srcPort: 1024,
    srcPorts: 64_512,
    dstPort: 9,
    dstPorts: 1,
  });
});

test.each([
  ["5ms", TIME_UNITS, 5_000_000_000n],
  ["1.5 us", TIME_UNITS, 1_500_000n],
  ["0.001ns", TIME_UNITS, 1n],
  ["0.0001ns", TIME_UNITS, undefined],
  ["20", TIME_UNITS, undefined],
  ["-1ms", TIME_UNITS, undefined],
  ["1e3ms", TIME_UNITS, undefined],
  [".5ms", TIME_UNITS, undefined],
  ["1.2Mpps", RATE_UNITS, 1_200_000n],
  ["1.2mpps", RATE_UNITS, 1_200_000n],
  ["1488095", RATE_UNITS, 1_488_095n],
  ["10k", RATE_UNITS, 10_000n],
  ["10kHz", RATE_UNITS, undefined],
  ["10kHz", FREQUENCY_UNITS, 10_000n],
  ["5kpps", FREQUENCY_UNITS, 5000n],
  ["10k", FREQUENCY_UNITS, 10_000n],
  ["1Gbps", BIT_UNITS, 1_000_000_000n],
  ["1Gpps", BIT_UNITS, undefined],
  ["2 constructor", BIT_UNITS, undefined],
])("%s", (text, units, value) => {
  expect(parseQuantity(text, units)).toBe(value);
});

test("a count without a delay is one that the receive ring holds; with a delay it may be more", () => {
  const most = "expected at most 64, the `rxRing` of em1, as without a delay nothing else interrupts, but got 65";
  expect(() => virtualOf({ interfaces: { "*": { count: 65, delay: 0 } } })).toThrow(`virtual.interfaces["*"].count: ${most}`);
  expect(() => virtualOf({ interfaces: { "*": { delay: 0 }, em1: { count: 65 } } })).toThrow(`virtual.interfaces.em1.count: ${most}`);
  const counts = [{ count: 64, delay: 0 }, { count: 65, delay: 1 }, { count: 65 }].map(
    (wire) => virtualOf({ interfaces: { "*": wire } }).wires[0]!.count,
  );
  expect(counts).toEqual([64, 65, 65]);
});
