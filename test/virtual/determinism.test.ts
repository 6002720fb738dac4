/**
 * The same configuration and seed do the same, to the picosecond and the byte: determinism.json has the sums of loaded systems over a grid, each of
 * steps, counters, results and what was sent, and a fingerprint of the state. Here they are computed anew, and a sample of them in other ways. A change that is meant:
 * `npm run golden:virtual`, and its reason goes into the changelog. Other JavaScript engines: `npm run determinism:elsewhere`.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { Region } from "../../assembly/abi.ts";
import { Engine } from "../../src/engine.ts";
import type { EngineConfig, EngineOptions } from "../../src/types.ts";
import { loadEngine } from "../../src/wasm/load_node.ts";
import { Random } from "../model/random.ts";
import { nameOf, systemOf } from "../support/busy_systems.ts";
import { builds } from "../support/engines.ts";
import { brokenIdentities } from "../support/identities.ts";
import { LONG } from "../support/long.ts";
import { bundleForNode } from "./bundle.ts";
import { atOnce, type Drive, equalSlices, inSlices, measured, run, STORED, sumOf } from "./trajectory.ts";

const stored = JSON.parse(readFileSync(new URL("determinism.json", import.meta.url), "utf8")) as Record<string, string>;
const release = await loadEngine(builds.virtualRelease);
const traced = await loadEngine(builds.tracedRelease);
const debug = await loadEngine(builds.virtual);
const make = (config: EngineConfig, options: EngineOptions): Engine => Engine.make(options.trace ? traced : release, config, options);

/** Of the points in the sample; a prime, so that all values of all settings are in it. */
const STEP = LONG ? 1 : 29;
const sample = STORED.filter((_, index) => index % STEP === 0);

test(`all ${STORED.length} sums are those that are kept`, async () => {
  expect(Object.keys(stored).length).toBeGreaterThanOrEqual(200);
  expect(new Set(Object.values(stored)).size).toBe(STORED.length);
  const sums: Record<string, string> = {};
  for (const point of STORED) {
    const system = systemOf(point);
    const engine = make(system.config, {});
    atOnce(engine, system);
    if (LONG) expect(brokenIdentities(engine), nameOf(point)).toEqual([]);
    sums[nameOf(point)] = await sumOf(engine);
    engine.dispose();
  }
  expect(sums).toEqual(stored);
}, 300_000);

test("the twentieth engine of a process does what the first one did", async () => {
  const [point] = sample;
  for (let time = 0; time < 20; time++) expect(await run(make, point!), `time ${time}`).toBe(stored[nameOf(point!)]);
});

/** A snapshot is taken after half of the load, and gone back to when the engine has come to the end. */
const twice: Drive = (engine, { arrivals, end }) => {
  const half = arrivals.length >> 1;
  engine.receive(arrivals.slice(0, half));
  engine.run(arrivals[half]?.time ?? end / 2n);
  const snapshot = engine.snapshot();
  const sent = engine.take();
  const on = () => {
    engine.receive(arrivals.slice(half));
    engine.run(end);
  };
  on();
  engine.restore(snapshot);
  on();
  const all = [...sent, ...engine.take()];
  engine.take = () => all;
};

/** The second half is done by another engine. */
const elsewhere: Drive = (engine, system) => {
  const { arrivals, end, config } = system;
  const half = arrivals.length >> 1;
  const first = make(config, {});
  first.receive(arrivals.slice(0, half));
  first.run(arrivals[half]?.time ?? end / 2n);
  const sent = first.take();
  engine.restore(first.snapshot());
  first.dispose();
  engine.receive(arrivals.slice(half));
  engine.run(end);
  const all = [...sent, ...engine.take()];
  engine.take = () => all;
};

const untraced: Drive = (engine, system) => {
  engine.setTrace(undefined);
  atOnce(engine, system);
};

const atRandom: Drive = inSlices((end) => {
  const random = new Random(Number(end % 1_000_003n));
  return Array.from({ length: 60 }, () => (end * BigInt(random.below(1_000_000))) / 1_000_000n).sort((a, b) => (a < b ? -1 : 1));
});

describe("a run is the same", () => {
  test.each<[how: string, drive: Drive, options?: EngineOptions]>([
    ["in 1,000 calls", equalSlices(1000)],
    ["in calls that end at any time", atRandom],
    ["with a snapshot that is gone back to", twice],
    ["if another engine goes on from a snapshot", elsewhere],
    ["with records of all drops", atOnce, { drops: true }],
    ["with a trace that is switched off", untraced, { trace: {} }],
    ["with a trace of every tenth packet", atOnce, { trace: { every: 10 } }],
    ["with a trace of everything, which does not fit into its ring", atOnce, { trace: { records: 1000 } }],
  ])("%s", async (_, drive, options = {}) => {
    for (const point of sample) expect(await run(make, point, drive, options), nameOf(point)).toBe(stored[nameOf(point)]);
  });

  test("on the build with assertions, but for where things lie in memory", async () => {
    const seen = (sum: string) => sum.split(" ")[0];
    for (const point of sample) {
      const sum = await run((config, options) => Engine.make(debug, config, options), point);
      expect(seen(sum), nameOf(point)).toBe(seen(stored[nameOf(point)]!));
    }
  });

  test("if nobody collects what is sent, but for which departure is shown next", () => {
    for (const point of sample) {
      const system = systemOf(point);
      const engines = [make(system.config, {}), make(system.config, { collect: false })];
      for (const engine of engines) atOnce(engine, system);
      const [collecting, other] = engines.map((engine) => ({ text: measured(engine), regions: regionsOf(engine) }));
      expect(other!.text, nameOf(point)).toBe(collecting!.text);
      expect(Object.keys(other!.regions).filter((name) => !collecting!.regions[name]!.equals(other!.regions[name]!))).toEqual([]);
      for (const engine of engines) engine.dispose();
    }
  });

  const ours = Object.fromEntries(sample.map((point) => [nameOf(point), stored[nameOf(point)]]));

  test("in a process of its own", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [await bundleForNode(), `${STEP}`]);
    expect(JSON.parse(stdout)).toEqual(ours);
  });

  test("in a thread", async () => {
    const worker = new Worker(await bundleForNode(), { workerData: STEP });
    const sums = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
    await worker.terminate();
    expect(sums).toEqual(ours);
  });
});

/** Bytes of the kernel's regions but for those that say which frame the host is shown next, and when. */
function regionsOf({ exports }: Engine): Record<string, Buffer> {
  const regions = Array.from({ length: Region.Io }, (_, region) => region).filter((region) => region !== Region.Wires && region !== Region.Events);
  const bytes = (region: number) => Buffer.from(exports.memory.buffer, exports.regionBase(region) >>> 0, exports.regionBytes(region) >>> 0);
  return Object.fromEntries(regions.map((region) => [Region[region], bytes(region)]));
}
