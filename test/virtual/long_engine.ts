/**
 * One engine and many packets, in a process of its own, whose memory is nobody else's: prints what long_run.test.ts looks at. Argument: JSON of LongRun.
 */
import { machineConfig } from "../../bench/support/machine_systems.ts";
import type { Engine } from "../../src/engine.ts";
import type { EngineConfig, Results } from "../../src/types.ts";
import { makeEngine } from "../support/engines.ts";

export interface LongRun {
  packets: number;
  bytes: number;
  /** Packets per virtual second, few enough that none is lost. */
  rate: number;
}

/** Sums as text, since JSON has no big integers. */
export interface LongOutcome {
  /** Measured: seconds of the host. */
  seconds: number;
  /** After each tenth of the packets: bytes of the process, and of the engine's memory. */
  resident: number[];
  memory: number[];
  conservation: { received: number; forwarded: number; dropped: number; queued: number; holds: boolean };
  generated: [frames: string, bytes: string];
  ports: { ipackets: number; ibytes: number; opackets: number; obytes: number }[];
  hits: number;
  misses: number;
  elapsed: string;
  cpus: string[];
  queues: { name: string; puts: string; takes: string; length: string; integral: string; stays: string }[];
  latency: { count: string; buckets: string };
  places: { name: string; count: string }[];
  locks: { name: string; gets: string; holds: string }[];
  brokenGuards: number;
}

/** Picoseconds: a tenth of a virtual second. */
const SLICE = 100_000_000_000n;
const PARTS = 10;

const configOf = ({ packets, bytes, rate }: LongRun): EngineConfig => {
  const { virtual, ...system } = machineConfig({ cpus: 1, path: "fastforward", mode: 1 });
  const traffic = virtual!.traffic!.map((entry) => ({ ...entry, arrivals: "poisson" as const, choice: "lot" as const, rate, bytes, count: packets }));
  return { ...system, virtual: { ...virtual, traffic } };
};

const runAll = (engine: Engine, packets: number, atPart: () => void): void => {
  for (let part = 1; part <= PARTS; part++) {
    while (engine.sample().generated < (packets * part) / PARTS) engine.run(engine.now + SLICE);
    atPart();
  }
  engine.run(); // until the last of them has left
};

const sum = (values: Iterable<bigint>): string => `${[...values].reduce((total, one) => total + one, 0n)}`;

const simulated = (engine: Engine, { elapsed, cpus, queues, latency, places, locks, traffic }: Results) => {
  const { conservation, ports, stats } = engine.counters();
  const { frames, bytes } = traffic[0]!.generated;
  return {
    conservation,
    generated: [`${frames}`, `${bytes}`] as [string, string],
    ports: ports.map(({ counters: c }) => ({ ipackets: c.if_ipackets!, ibytes: c.if_ibytes!, opackets: c.if_opackets!, obytes: c.if_obytes! })),
    hits: stats.ipf_hits!,
    misses: stats.ipf_misses!,
    elapsed: `${elapsed}`,
    cpus: cpus.map((classes) => sum(Object.values(classes))),
    queues: queues.map(({ name, puts, takes, length, integral, stays }) => ({
      name,
      puts: `${puts}`,
      takes: `${takes}`,
      length: `${length}`,
      integral: `${integral}`,
      stays: `${stays}`,
    })),
    latency: { count: `${latency.all.count}`, buckets: sum(latency.all.buckets) },
    places: Object.entries(places).map(([name, { count }]) => ({ name, count: `${count}` })),
    locks: locks.map(({ name, gets, holdTimes }) => ({ name, gets: `${gets}`, holds: `${holdTimes.count}` })),
    brokenGuards: engine.exports.brokenGuards(),
  };
};

const given = JSON.parse(process.argv[2]!) as LongRun;
const engine = await makeEngine("virtualRelease", configOf(given), { collect: false });
const resident: number[] = [];
const memory: number[] = [];
const start = process.hrtime.bigint();
runAll(engine, given.packets, () => {
  globalThis.gc?.();
  resident.push(process.memoryUsage.rss());
  memory.push(engine.exports.memory.buffer.byteLength);
});
const seconds = Number(process.hrtime.bigint() - start) / 1e9;
const outcome: LongOutcome = { seconds, resident, memory, ...simulated(engine, engine.results()) };
process.stdout.write(JSON.stringify(outcome));
