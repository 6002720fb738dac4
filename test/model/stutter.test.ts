/**
 * The path under the stutter machine, which refuses locks and IPIs by seed and lets CPUs take turns by it. Two things are compared, each over random hosts
 * and seeds:
 *
 * - One CPU, burst 1: all bytes of each interface, in order and with their times, all counts and tables are those of the instant machine. ARP is asked
 *   for, tables get old, knobs change.
 * - Four CPUs, bursts of up to 24 frames that arrive at once: each flow (see `flowOf`) leaves by each interface with the bytes and in the order of the instant
 *   machine. These hosts are settled, as otherwise the order between flows would decide what is learned and asked; identification and checksum of what
 *   the host itself makes are not compared, since one counter serves all CPUs.
 *
 * After every run no packet is lost (Engine.run throws), every lock is free, every thread at rest, no cluster overrun, and no mbuf held but by ARP.
 */
import { describe, expect, test } from "vitest";
import { Counter } from "../../assembly/abi.ts";
import type { Engine } from "../../src/engine.ts";
import type { Departure } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { KINDS } from "./configurations.ts";
import { scenario } from "./generate.ts";
import { difference, type Observation, observe, runScenario } from "./observe.ts";
import { runBatches, type Settled, settledCase } from "./settled.ts";

const isLong = process.env.NETISR_LONG === "1";
const HOSTS = isLong ? 102 : 18;
const SEEDS = isLong ? 20 : 4;
const FRAMES = 60;
const CPUS = 4;

/** Second byte of the MAC addresses of interfaces and bridges, but of no station. */
const HOST_MACS = 0;

const hosts = Array.from({ length: HOSTS }, (_, host) => host);
const seeds = Array.from({ length: SEEDS }, (_, seed) => seed + 1);

/** What must hold of any engine that has nothing left to do. `held`: packets that wait for ARP. */
function expectAtRest({ exports, config }: Engine, held: number, where: string): void {
  const threads = Array.from({ length: config.cpus * 4 + 2 + config.ports.length }, (_, thread) => thread);
  const locks = Array.from({ length: 1 + 2 * config.ports.length }, (_, lock) => lock);
  expect(
    threads.filter((thread) => exports.threadBusy(thread)),
    `busy threads, ${where}`,
  ).toEqual([]);
  expect(
    locks.filter((lock) => exports.lockOwner(lock)),
    `owned locks, ${where}`,
  ).toEqual([]);
  expect(exports.brokenGuards(), `broken guards, ${where}`).toBe(0);
  expect(exports.mbufsInUse(), `mbufs in use, ${where}`).toBe(held);
}

describe("with one CPU and burst 1 the stutter machine cannot be told from the instant machine", () => {
  const reached = { fragments: 0, misses: 0, errors: 0 };

  test.each(KINDS)("on a random %s", async (kind) => {
    for (const host of hosts.filter((one) => KINDS[one % KINDS.length] === kind)) {
      const one = scenario(host, FRAMES, {}, kind);
      const wanted = await instantAnswer(one);
      for (const seed of seeds) {
        const where = `scenario ${host}, ${kind}, stutter seed ${seed}`;
        const engine = await makeEngine("stutter", { ...one.config, seed }, { burst: 1 });
        runScenario(engine, one);
        expect(difference(observe(engine, []), wanted), where).toBeUndefined();
        expectAtRest(engine, wanted.counts.queued!, where);
        engine.dispose();
      }
    }
  });

  async function instantAnswer(one: ReturnType<typeof scenario>): Promise<Observation> {
    const engine = await makeEngine("release", one.config, { burst: 1 });
    runScenario(engine, one);
    const { stats } = engine.counters();
    reached.fragments += stats[Counter[Counter.ips_ofragments]!]!;
    reached.misses += stats[Counter[Counter.arps_requests_sent]!]!;
    reached.errors += stats[Counter[Counter.icps_error]!]!;
    const observed = observe(engine, []);
    engine.dispose();
    return observed;
  }

  test("the hosts cut packets, ask for addresses and send ICMP errors", () => {
    for (const [what, count] of Object.entries(reached)) expect(count, what).toBeGreaterThan(HOSTS / 3);
  });
});

describe(`with ${CPUS} CPUs every flow leaves as from the instant machine`, () => {
  test.each(KINDS)("on a random %s", async (kind) => {
    for (const host of hosts.filter((one) => KINDS[one % KINDS.length] === kind)) {
      const one = await settledCase(host, CPUS, kind);
      const calm = await makeEngine("release", one.config, { burst: 1 });
      const wanted = flows(one, runBatches(calm, one.batches));
      const counts = endCounts(calm);
      calm.dispose();
      for (const seed of seeds) {
        const where = `settled case ${host}, ${kind}, stutter seed ${seed}`;
        const engine = await makeEngine("stutter", { ...one.config, seed }, { burst: 24 });
        expect(difference(flows(one, runBatches(engine, one.batches)), wanted), where).toBeUndefined();
        expect(difference(endCounts(engine), counts), where).toBeUndefined();
        expectAtRest(engine, 0, where);
        engine.dispose();
      }
    }
  });
});

function endCounts(engine: Engine): unknown {
  const { drops, paths, conservation } = engine.counters();
  const { Fastforwarded, Forwarded, ...rest } = paths;
  return { drops, paths: { ...rest, routed: Fastforwarded! + Forwarded! }, conservation };
}

/** By the flow that came and the flow that left because of it, the frames in their order. A copy for the bridge and an answer may overtake each other. */
function flows({ batches }: Settled, departures: readonly Departure[]): Record<string, string[]> {
  const arrivals = batches.flat();
  const result: Record<string, string[]> = {};
  for (const departure of departures) {
    const arrival = arrivals[departure.cause]!;
    const key = `${flowOf(arrival.interface, arrival.data)} -> ${departure.path} ${flowOf(departure.port, departure.data)}`;
    result[key] ??= [];
    result[key].push(comparable(departure));
  }
  return result;
}

/**
 * Frames whose order must be kept: same interface, Ethernet header and tag, and if it is IP the same addresses, ports and protocol, fragments and packets
 * with options apart (they have threads of their own).
 */
function flowOf(port: number, frame: Uint8Array): string {
  const hex = (from: number, to: number) => Buffer.from(frame.subarray(from, to)).toString("hex");
  const ip = hex(12, 14) === "8100" ? 18 : 14;
  if (hex(ip - 2, ip) !== "0800" || frame.length < ip + 20) return `${port} ${hex(0, ip)}`;
  const isFragment = ((frame[ip + 6]! << 8) | frame[ip + 7]!) & 0x3fff;
  const transport = ip + (frame[ip]! & 15) * 4;
  return `${port} ${hex(0, ip + 1)} ${isFragment ? "fragment" : hex(transport, transport + 4)} ${hex(ip + 9, ip + 10)} ${hex(ip + 12, ip + 20)}`;
}

/** The bytes; of an IP packet that the host made (a span port's copy of it too), without identification and header checksum. */
function comparable({ path, data }: Departure): string {
  const copy = data.slice();
  const ip = copy[12] === 0x81 && copy[13] === 0 ? 18 : 14;
  const isOwn = path === "Originated" || (path === "Bridged" && copy[7] === HOST_MACS);
  if (isOwn && copy[ip - 2] === 8 && copy[ip - 1] === 0) for (const at of [4, 5, 10, 11]) copy[ip + at] = 0;
  return Buffer.from(copy).toString("hex");
}
