import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import type { QueueResult } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";
import { ownMac } from "../support/lab.ts";
import { LONG } from "../support/long.ts";

// One CPU, one interface, Poisson arrivals, service of 1 us on average, and nothing else that takes time: the port of the packets' thread is a queue of the
// textbook. What it is not would be time that the machine has hidden.

/** Mean service: the preset "unit". */
const SERVICE = 1_000_000;
const SAMPLES = LONG ? 400 : 40;
const PACKETS = 5000;

interface Law {
  name: string;
  law: "constant" | "exponential";
  /** Mean wait in units of the service, Pollaczek and Khinchine. */
  wait: (rho: number) => number;
}
const LAWS: Law[] = [
  { name: "M/D/1", law: "constant", wait: (rho) => rho / (2 * (1 - rho)) },
  { name: "M/M/1", law: "exponential", wait: (rho) => rho / (1 - rho) },
];

const queueOf = (rho: number, law: Law["law"]): Promise<Engine> =>
  makeEngine(
    "virtualRelease",
    {
      mbufs: 4096,
      interfaces: [0, 1].map((i) => ({ name: `em${i}`, mac: ownMac(i), ip: [`10.0.${i}.1/24`], rxRing: 4096, txRing: 4096, queue: 4096 })),
      routes: [{ dst: "20.0.0.0/8", via: "10.0.1.2", if: "em1" }],
      arp: [{ if: "em1", ip: "10.0.1.2", mac: "02:73:00:00:00:01" }],
      sysctl: { "net.inet.ip.forwarding": 1, "net.inet.ip.fastforwarding": 1 },
      virtual: {
        costs: { preset: "unit", set: { Service: { value: SERVICE / 1000, law } } },
        interfaces: { "*": { rate: 0, delay: 0, txDelay: "none", rxBurst: 1 } },
        traffic: [{ if: "em0", arrivals: "poisson", rate: Math.round((rho * 1e12) / SERVICE), dstIp: "20.0.0.1" }],
      },
    },
    { collect: false },
  );

const port = (engine: Engine): QueueResult => engine.results().queues.find(({ name }) => name === "udp_thread 0")!;

const mean = (values: number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

/** Mean waits of many parts of one run, which are long enough to be independent. */
const waitsOf = (engine: Engine, rho: number): number[] => {
  const part = BigInt(Math.round((PACKETS * SERVICE) / rho));
  const read = (): { count: bigint; sum: bigint } => engine.results().places.Port;
  return Array.from({ length: SAMPLES }, () => {
    const before = read();
    engine.run(engine.now + part);
    const after = read();
    return Number(after.sum - before.sum) / Number(after.count - before.count);
  });
};

describe.each(LAWS)("$name", ({ law, wait }) => {
  test.each([0.5, 0.8])("load %f: wait, length and idle time are those of theory", async (rho) => {
    const engine = await queueOf(rho, law);
    const waits = waitsOf(engine, rho);
    const theory = wait(rho) * SERVICE;
    const error = Math.sqrt(mean(waits.map((one) => (one - mean(waits)) ** 2)) / (waits.length - 1));
    expect(error).toBeLessThan(0.05 * theory);
    expect(Math.abs(mean(waits) - theory)).toBeLessThan(3 * error);

    const { latency, places, cpus, elapsed, drops } = engine.results();
    expect(drops).toEqual([]);
    // A packet's way is the wait and the service: no picosecond more.
    expect(latency.all.sum - places.Port.sum).toBe(places.Service.sum);
    if (law === "constant") expect([places.Service.min, places.Service.max]).toEqual([BigInt(SERVICE), BigInt(SERVICE)]);
    // Little, and that Poisson arrivals see what is true on average of all times.
    const { puts, waitless, meanLength } = port(engine);
    const rate = Number(puts) / Number(elapsed);
    expect(meanLength / (rate * mean(waits))).toBeCloseTo(1, 1.7);
    expect(Number(waitless) / Number(puts)).toBeCloseTo(1 - rho, 1.5);
    const busy = Number(cpus[0]!.Protocol) / Number(elapsed);
    expect(busy).toBeCloseTo(rho, 1.7);
    expect(cpus[0]!.Protocol + cpus[0]!.Idle).toBe(elapsed);
  });
});
