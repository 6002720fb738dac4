import { describe, expect, test } from "vitest";
import { bridgeWorkload } from "../../../bench/support/bridge_workload.ts";
import { checkSample } from "../../../bench/support/checks.ts";
import type { Workload } from "../../../bench/support/contestant.ts";
import { EngineContestant } from "../../../bench/support/engine_contestant.ts";
import { addressIn, drawPrefixes, matcherOf } from "../../../bench/support/prefixes.ts";
import { framesOf } from "../../../bench/support/records.ts";
import { ReferenceContestant } from "../../../bench/support/reference_contestant.ts";
import { routerWorkload } from "../../../bench/support/router_workload.ts";
import { workloads } from "../../../bench/support/workloads.ts";
import { maskOf, prefixContains } from "../../../src/addresses.ts";
import { Random } from "../../model/random.ts";
import { macText, source } from "../../support/frames.ts";
import { readIp } from "../../support/packets.ts";

const perPort = (workload: Workload): number[] => {
  const counts = [0, 0, 0, 0];
  for (const { port } of framesOf(workload.input)) counts[port]!++;
  return counts;
};

const small = {
  bridge: bridgeWorkload({ stations: 64, frames: 512 }),
  fastforward: routerWorkload({ name: "ff", routes: 100, tuples: 256, fastforward: true, frames: 512, hitRate: { from: 0.999, to: 1 }, loops: true }),
  slow: routerWorkload({ name: "slow", routes: 100, fastforward: false, frames: 512 }),
  misses: routerWorkload({ name: "misses", routes: 100, tuples: 512, roundRobin: true, fastforward: true, frames: 512 }),
};

describe.each(Object.entries(small))("%s", (_name, workload) => {
  test("has whole 60-byte frames, as many by each port as by the others", () => {
    const frames = framesOf(workload.input);
    expect(frames).toHaveLength(workload.frames);
    expect(new Set(frames.map(({ data }) => data.length))).toEqual(new Set([60]));
    expect(frames.every(({ data }) => readIp(data).checksumIsRight)).toBe(true);
    expect(perPort(workload)).toEqual([128, 128, 128, 128]);
  });

  test("engine and reference do all of its work and send the same bytes", async () => {
    const digests: string[] = [];
    for (const contestant of [new EngineContestant({ name: "engine" }), new ReferenceContestant()]) {
      await contestant.prepare(workload);
      digests.push(await contestant.digest());
      const sample = await contestant.sample(3);
      expect(sample.forwarded).toBe(3 * workload.frames);
      checkSample(contestant.name, workload, 3, sample);
      await contestant.close();
    }
    expect(digests[0]).toMatch(/^[0-9a-f]{8}$/);
    expect(digests[1]).toBe(digests[0]);
  });
});

test("the same workload is made each time", () => {
  expect(bridgeWorkload({ stations: 64, frames: 512 })).toEqual(small.bridge);
  expect(routerWorkload({ name: "slow", routes: 100, fastforward: false, frames: 512 })).toEqual(small.slow);
});

test("every station of the bridge speaks once before, behind its own port", () => {
  const learned = framesOf(small.bridge.learn);
  expect(new Set(learned.map(({ data }) => source(data))).size).toBe(64);
  const portOf = new Map(learned.map(({ data, port }) => [source(data), port]));
  for (const { data, port } of framesOf(small.bridge.input)) {
    expect(portOf.get(source(data))).toBe(port);
    expect(portOf.get(macText(data, 0))).not.toBe(port);
  }
});

test("frames repeat after the number of different ones", () => {
  const { input } = bridgeWorkload({ stations: 64, frames: 64, distinct: 16, inFlight: 16 });
  const frames = framesOf(input).map(({ data, port }) => `${port} ${data}`);
  expect(new Set(frames).size).toBe(16);
  expect(frames.slice(16, 32)).toEqual(frames.slice(0, 16));
});

test("flows of the misses come round in turn, more than the cache has room for", () => {
  const keys = framesOf(small.misses.input).map(({ data }) => {
    const { dst, src, tos } = readIp(data);
    return `${dst} ${src} ${tos}`;
  });
  expect(new Set(keys).size).toBe(512);
});

test("the routes that loops get are those of the configuration", () => {
  const { config, system } = small.fastforward;
  expect(system!.routes).toHaveLength(96); // and four to the ports' own subnets
  expect(config.limits!.routes).toBe(100);
  expect(config.routes!.map((route) => route.if)).toEqual(system!.routes.map((route) => `em${route.port}`));
  expect(small.slow.system).toBeUndefined();
});

test("prefixes are different, and the longest one that contains an address is found", () => {
  const random = new Random(5);
  const prefixes = drawPrefixes(random, 2000);
  expect(new Set(prefixes.map(({ address, length }) => `${address}/${length}`)).size).toBe(2000);
  for (let length = 4; length < 32; length += 3) prefixes.push({ address: (prefixes[0]!.address & maskOf(length)) >>> 0, length }); // one in the other
  const match = matcherOf(prefixes);
  for (let i = 0; i < 300; i++) {
    const address = i % 3 ? addressIn(random, random.pick(i % 3 === 1 ? prefixes : prefixes.slice(2000))) : random.word();
    const containing = prefixes.filter((prefix) => prefixContains(prefix, address));
    const longest = Math.max(...containing.map(({ length }) => length));
    const found = match(address);
    if (containing.length === 0) expect(found).toBe(-1);
    else expect(prefixes[found]).toEqual(containing.find(({ length }) => length === longest));
  }
});

test("captures are looped with exact times", () => {
  const workload = workloads(undefined).get("capture: bridge")!();
  const frames = framesOf(workload.input);
  expect(frames.length).toBe(workload.frames);
  expect(frames.length).toBeGreaterThanOrEqual(4096);
  const loop = frames.findIndex(({ data, port }, i) => i > 0 && port === frames[0]!.port && `${data}` === `${frames[0]!.data}`);
  expect(loop).toBeGreaterThan(100);
  const period = frames[loop]!.time - frames[0]!.time;
  expect(frames[2 * loop]!.time - frames[loop]!.time).toBe(period);
  expect(workload.span).toBe(period * BigInt(frames.length / loop));
  expect(frames.every(({ time }, i) => i === 0 || time >= frames[i - 1]!.time)).toBe(true);
});

test("larger captures are asked for only where their folder is known", () => {
  const names = (oracle: string | undefined) => [...workloads(oracle).keys()];
  expect(names(undefined)).toContain("capture: router");
  expect(names("/nowhere").length).toBeGreaterThan(names(undefined).length);
});
