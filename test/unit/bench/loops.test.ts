/** The hand-written loops do the engine's work: the same frames, and the same counts of everything that the engine counts. */
import { afterEach, describe, expect, test } from "vitest";
import type { Counts } from "../../../bench/loops/counts.ts";
import { JavaScriptContestant } from "../../../bench/loops/javascript.ts";
import { noCompiler } from "../../../bench/native/build.ts";
import { NativeContestant } from "../../../bench/native/native.ts";
import { bridgeWorkload } from "../../../bench/support/bridge_workload.ts";
import type { Contestant, Workload } from "../../../bench/support/contestant.ts";
import { Digest } from "../../../bench/support/digest.ts";
import { feed } from "../../../bench/support/engine_contestant.ts";
import { BURST } from "../../../bench/support/ports.ts";
import { framesOf, recordsOf } from "../../../bench/support/records.ts";
import { routerWorkload } from "../../../bench/support/router_workload.ts";
import { makeEngine } from "../../support/engines.ts";
import { countsOf } from "./loops_counts.ts";

type Loop = Contestant & { counters(): Counts | Promise<Counts> };

const noC = noCompiler();
if (noC) console.log(`the C loop is not tested: ${noC}`);
const LOOPS: { name: string; make: () => Loop; absent: boolean }[] = [
  { name: "JavaScript", make: () => new JavaScriptContestant(), absent: false },
  { name: "C", make: () => new NativeContestant(), absent: noC !== undefined },
];

/** What the engine sends in a round after the learn phase, and what it has counted by then. */
const engineOn = async ({ config, learn, input }: Workload): Promise<{ digest: string; counts: Counts }> => {
  const limits = { ...config.limits, input: 1 << 20, output: 1 << 20 };
  const engine = await makeEngine("release", { ...config, limits }, { burst: BURST });
  feed(engine, learn);
  engine.take();
  feed(engine, input);
  const digest = new Digest();
  for (const { port, data } of engine.take()) digest.frame(port, data);
  return { digest: digest.text, counts: countsOf(engine) };
};

const sorted = (counts: Counts): [string, number][] => [...counts].sort(([a], [b]) => (a < b ? -1 : 1));

/** Stations of which some are not known: they send nothing before, so that frames for them are flooded until they do. */
const floods = (): Workload => {
  const workload = bridgeWorkload({ stations: 256, frames: 2048 });
  const frames = framesOf(workload.learn);
  return { ...workload, name: "floods", learn: recordsOf(frames.slice(0, frames.length / 2)) };
};

/** Stations that have gone to another port: moved addresses, and frames back to where they came from. */
const movers = (): Workload => {
  const workload = bridgeWorkload({ stations: 64, frames: 2048 });
  const frames = framesOf(workload.input).map(({ data, port }, i) => ({ data, port: i % 5 === 0 ? (port + 1) % 4 : port }));
  return { ...workload, name: "movers", input: recordsOf(frames) };
};

/** More stations than the table takes. */
const crowd = (): Workload => {
  const workload = bridgeWorkload({ stations: 256, frames: 2048 });
  const { config, system } = workload;
  const bridges = config.bridges!.map((bridge) => ({ ...bridge, maxaddr: 200 }));
  return { ...workload, name: "crowd", config: { ...config, bridges }, system: { ...system!, maxaddr: 200 } };
};

const router = (name: string, tuples: number, roundRobin = false): Workload =>
  routerWorkload({ name, routes: 1000, tuples, roundRobin, fastforward: true, loops: true });

const WORKLOADS: (() => Workload)[] = [
  () => bridgeWorkload({ stations: 1024 }),
  floods,
  movers,
  crowd,
  () => router("fastforward", 256),
  () => router("flows that replace each other", 400),
  () => router("flow misses", 1024, true),
];

describe.each(LOOPS.filter(({ absent }) => !absent))("the $name loop", ({ make }) => {
  let loop: Loop | undefined;
  afterEach(() => loop?.close());

  test.each(WORKLOADS.map((workload) => ({ workload: workload() })))("gives the engine's frames and counts: $workload.name", async ({ workload }) => {
    const engine = await engineOn(workload);
    loop = make();
    await loop.prepare(workload);
    expect(await loop.digest()).toBe(engine.digest);
    expect(sorted(await loop.counters())).toEqual(sorted(engine.counts));
  });

  test("a sample counts what it has sent, and leaves the next round as it was", async () => {
    const workload = router("fastforward", 256);
    loop = make();
    await loop.prepare(workload);
    const before = await loop.digest();
    const { packets, forwarded, flooded, hits, bytes, nanoseconds } = await loop.sample(3);
    expect({ packets, forwarded, flooded, hits, bytes }).toEqual({
      packets: 12_288,
      forwarded: 12_288,
      flooded: 0,
      hits: 12_288,
      bytes: 12_288 * 60,
    });
    expect(nanoseconds).toBeGreaterThan(0);
    expect(await loop.digest()).toBe(before);
  });

  test.each([
    { what: "a bad header checksum on a new flow", at: 24, xor: 1, message: "a bad IPv4 packet" },
    { what: "another station's frame", at: 0, xor: 4, message: "another station's frame" },
    { what: "an EtherType that it does not know", at: 12, xor: 1, message: "an EtherType" },
  ])("$what gives no answer", async ({ at, xor, message }) => {
    const workload = router("fastforward", 256);
    const frames = framesOf(workload.learn).map(({ data, port }) => ({ data: data.slice(), port }));
    frames[7]!.data[at]! ^= xor;
    loop = make();
    await expect(loop.prepare({ ...workload, learn: recordsOf(frames) })).rejects.toThrow(message);
    loop = undefined;
  });
});
