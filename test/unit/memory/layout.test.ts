import { describe, expect, test } from "vitest";
import { BOOT, Boot, REGIONS, Region } from "../../../assembly/abi.ts";
import { Engine } from "../../../src/engine.ts";
import { EngineError } from "../../../src/errors.ts";
import type { EngineConfig, MemoryPlan } from "../../../src/types.ts";
import { instantiate } from "../../../src/wasm/exports.ts";
import { loadEngine } from "../../../src/wasm/load_node.ts";
import { builds } from "../../support/engines.ts";
import { BROADCAST, frame, station } from "../../support/frames.ts";
import { Labs, onEachMachine, ownMac } from "../../support/lab.ts";
import { usedMbufs } from "../../support/mbufs.ts";

const module = await loadEngine(builds.release);
const labs = new Labs("release");

const MIB = 2 ** 20;
const PAGE = 65536;
/** Below it lie the numbers of the host and the table of regions. */
const MEMORY_BASE = 65536;

const interfaces = (count: number, more: object = {}) => Array.from({ length: count }, (_, n) => ({ name: `em${n}`, mac: ownMac(n), ...more }));

/** Small, large and odd ones. */
const CONFIGS: Record<string, EngineConfig> = {
  "one interface": { interfaces: interfaces(1) },
  "no interface": { interfaces: [] },
  "64 CPUs": { cpus: 64, mbufs: 16, interfaces: interfaces(3) },
  "odd sizes": {
    cpus: 3,
    mbufs: 17,
    interfaces: interfaces(7, { rxRing: 1, mtu: 68 }),
    limits: { routes: 1, arp: 16, input: 69_632, output: 69_633 },
  },
  "long frames": { cpus: 2, interfaces: interfaces(2, { mtu: 65_535 }) },
  "a large bridge": {
    interfaces: interfaces(4),
    bridges: [{ name: "br0", maxaddr: 100_000, members: [{ if: "em0" }, { if: "em1" }, { if: "em2", span: true }] }],
  },
  "255 ports": { interfaces: interfaces(255, { rxRing: 2 }) },
  "many routes": { interfaces: interfaces(1), limits: { routes: 100_000, arp: 4096 } },
};

describe.each(Object.entries(CONFIGS))("%s", (_, config) => {
  test("what was planned is what is taken", () => {
    let told: MemoryPlan | undefined;
    const engine = Engine.make(module, config, { onPlan: (plan) => (told = plan) });
    expect(told).toEqual(engine.memory);
    expect(engine.exports.memory.buffer.byteLength).toBe(Math.max(engine.memory.total, 2 * PAGE));
    expect(engine.memory.total % PAGE).toBe(0);
  });

  test("the regions lie one behind the other, on 64-byte lines, and end where the memory ends", () => {
    const { memory } = Engine.make(module, config);
    const { regions, total } = memory;
    expect(regions.map((region) => region.name)).toEqual(Array.from({ length: Region.Count }, (_, region) => Region[region]));
    const inOrder = [...regions].sort((a, b) => a.base - b.base || a.bytes - b.bytes);
    let end = MEMORY_BASE;
    for (const { base, bytes } of inOrder) {
      expect(base).toBeGreaterThanOrEqual(end);
      expect([base % 64, bytes % 64]).toEqual([0, 0]);
      end = base + bytes;
    }
    expect(total - end).toBeGreaterThanOrEqual(0);
    expect(total - end).toBeLessThan(PAGE);
  });

  test("nothing more is taken while the engine runs", () => {
    const engine = Engine.make(module, config);
    const before = engine.exports.memory.buffer;
    if (config.interfaces.length > 0)
      engine.receive(Array.from({ length: 300 }, (_, n) => ({ interface: 0, data: frame({ dst: BROADCAST, src: station(n) }) })));
    engine.run(10n ** 12n);
    expect(engine.exports.memory.buffer).toBe(before); // growing would have detached it
  });
});

test("the numbers of the host and the table of regions end below the regions", () => {
  expect(BOOT + 4 * Boot.Count).toBeLessThanOrEqual(REGIONS);
  expect(REGIONS + 8 * Region.Count + 8).toBeLessThanOrEqual(MEMORY_BASE);
});

test("regions that the fingerprint covers lie before Io, and what host and machine exchange behind it", () => {
  const { regions } = labs.bridgeOf(["em0", "em1"]).engine.memory;
  const io = regions[Region.Io]!.base;
  const behind = regions.filter((region) => region.base >= io && region.bytes > 0).map((region) => region.name);
  expect(behind.sort()).toEqual(["Input", "Io", "Order", "Output", "Scratch"]);
});

test("a bridge of two ports with 1,024 mbufs needs at most 4 MiB", () => {
  expect(labs.bridgeOf(["em0", "em1"], { mbufs: 1024 }).engine.memory.total).toBeLessThanOrEqual(4 * MIB);
});

describe("memory that cannot be had", () => {
  test("more than the limit given: the error names both, and nothing was taken", () => {
    let total = 0;
    const make = (memoryLimit: number) => Engine.make(module, CONFIGS["one interface"]!, { memoryLimit, onPlan: (plan) => (total = plan.total) });
    expect(() => make(MIB)).toThrow(EngineError);
    expect(() => make(MIB)).toThrow(`needs ${total} bytes of memory, more than the limit of ${MIB}`);
    expect(() => make(total - 1)).toThrow(EngineError);
    expect(make(total).memory.total).toBe(total);
  });

  test("more than a memory can have", () => {
    const make = () => Engine.make(module, { mbufs: 1_048_576, interfaces: interfaces(1, { mtu: 65_535 }) });
    expect(make).toThrow(EngineError);
    expect(make).toThrow(/needs \d{11} bytes of memory; an engine can have 4294967296/);
  });

  test("boot refuses what the platform does not give, and changes nothing", () => {
    const exports = instantiate(module);
    const words = new Uint32Array(exports.memory.buffer, BOOT, Boot.Count);
    words.fill(1);
    words.set([4_000_000, 2304, 1], Boot.Mbufs); // 9 GB
    expect(exports.plan()).toBeGreaterThan(2n ** 32n);
    const before = new Uint8Array(exports.memory.buffer).slice();
    expect(exports.boot()).toBe(0);
    expect(exports.memory.buffer.byteLength).toBe(before.length);
    expect(new Uint8Array(exports.memory.buffer)).toEqual(before);
  });
});

onEachMachine((machine) => {
  test("the guard words at both ends of a cluster are whole after a run, and a byte written over one is found", () => {
    const lab = machine.bridgeOf(["em0", "em1"], { mbufs: 16 });
    const longest = frame({ dst: BROADCAST, src: station(1), payload: new Uint8Array(1500).fill(255) });
    for (const name of ["em0", "em1", "em0"]) {
      lab.engine.receive(Array.from({ length: 64 }, () => ({ interface: name, data: longest })));
      lab.engine.run();
    }
    lab.engine.take();
    const { exports, memory } = lab.engine;
    expect(exports.brokenGuards()).toBe(0);
    const { base, bytes } = memory.regions[Region.Clusters]!;
    const stride = bytes / (16 + 2 * 64);
    const used = usedMbufs(lab.engine);
    expect(used.length).toBeGreaterThan(1);
    const [first, last] = [base + used[0]! * stride, base + used.at(-1)! * stride];
    const guards = [first, first + 7, first + stride - 8, first + stride - 1, last + stride - 1];
    const all = new Uint8Array(exports.memory.buffer);
    for (const at of guards) {
      all[at]! ^= 1;
      expect(exports.brokenGuards()).toBe(1);
      all[at]! ^= 1;
    }
    all[first + 8]! ^= 1;
    expect(exports.brokenGuards()).toBe(0);
  });
});
