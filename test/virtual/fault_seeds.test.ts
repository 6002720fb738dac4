/**
 * Every kind of fault on random systems under load: nothing traps (the build with assertions), every packet is accounted for and every identity holds while
 * the fault is there and after it, the report names it, a run does not depend on how it is split or on a snapshot that is gone back to, and when the fault is
 * over the system comes to rest and carries packets as before.
 */
import { describe, expect, test } from "vitest";
import { Engine } from "../../src/engine.ts";
import { faultLines } from "../../src/report/fault_lines.ts";
import type { EngineConfig } from "../../src/types.ts";
import { loadEngine } from "../../src/wasm/load_node.ts";
import { Random } from "../model/random.ts";
import { type BusySystem, nameOf, type Point, pointsOf, systemOf } from "../support/busy_systems.ts";
import { builds } from "../support/engines.ts";
import { ownMac, station } from "../support/frames.ts";
import { brokenIdentities, unrest } from "../support/identities.ts";
import { LONG } from "../support/long.ts";
import { ipFrame } from "../support/packets.ts";
import { FAULT_KINDS, type FaultKind, randomFault, suits } from "../support/random_faults.ts";
import { atOnce, inSlices, sumOf } from "./trajectory.ts";

const SEEDS = LONG ? 1000 : 20;
const debug = await loadEngine(builds.virtual);
const release = await loadEngine(builds.virtualRelease);
const points = pointsOf(1);

interface Case extends BusySystem {
  name: string;
  point: Point;
}

const caseOf = (kind: FaultKind, seed: number): Case => {
  const random = new Random(seed * 16 + FAULT_KINDS.indexOf(kind));
  const choice = points.filter((one) => one.cpus <= 8 || seed % 10 === 0).filter((one) => suits(kind, one));
  const point = { ...random.pick(choice), seed };
  const { config, ...rest } = systemOf(point);
  const fault = randomFault(kind, random, rest.end, point);
  const interfaces = random.percent(30) ? { "*": { livelockLimit: 20_000 } } : {};
  const full: EngineConfig = { ...config, virtual: { ...config.virtual, interfaces, faults: [fault] } };
  return { ...rest, config: full, point, name: `seed ${seed}: ${JSON.stringify(fault)}; ${nameOf(point)}` };
};

/** Half of the load, all of it, and until nothing is left to do. @returns how often the fault struck */
const withAssertions = (one: Case): bigint => {
  const { config, arrivals, end, name, point } = one;
  const engine = Engine.make(debug, config, { drops: point.seed % 2 === 0 });
  const half = arrivals.length >> 1;
  engine.receive(arrivals.slice(0, half));
  engine.run(arrivals[half]?.time ?? end / 2n);
  expect(brokenIdentities(engine), `${name}: half of it`).toEqual([]);
  engine.receive(arrivals.slice(half));
  engine.run(end);
  expect(brokenIdentities(engine), `${name}: under load`).toEqual([]);
  engine.run();
  expect([...brokenIdentities(engine), ...unrest(engine)], `${name}: at rest`).toEqual([]);
  const { faults } = engine.results();
  expect(faultLines(faults).join(" "), name).toContain(`faults: ${config.virtual!.faults![0]!.kind} ${faults[0]!.what} `);
  expect(carriesAgain(engine, point), `${name}: carries packets again`).toBe(true);
  engine.dispose();
  return faults[0]!.struck;
};

/** A packet from em0's side to em1's gets there. */
const carriesAgain = (engine: Engine, { kind }: Point): boolean => {
  engine.take();
  const bridged = kind === "bridge";
  const data = ipFrame({ dst: bridged ? station(1001) : ownMac(0), src: station(bridged ? 1 : 0) }, { dst: "20.1.0.9" });
  engine.receive([{ interface: "em0", data, time: engine.now }]);
  engine.run();
  return engine.take().some((sent) => sent.interface === "em1");
};

const sumBy = async (one: Case, drive: (engine: Engine, system: BusySystem) => void): Promise<string> => {
  const engine = Engine.make(release, one.config);
  drive(engine, one);
  const sum = await sumOf(engine);
  engine.dispose();
  return sum;
};

/** Ends of runs at random. */
const sliced = (seed: number) =>
  inSlices((end) => {
    const random = new Random(seed);
    return Array.from({ length: 25 }, () => (end * BigInt(random.below(1_000_000))) / 1_000_000n).sort((a, b) => (a < b ? -1 : 1));
  });

/** A snapshot in the middle of the fault is gone back to. */
const twice = (engine: Engine, { arrivals, end }: BusySystem): void => {
  const middle = end / 3n;
  const first = arrivals.filter(({ time }) => time! <= middle);
  engine.receive(first);
  engine.run(middle);
  const sent = engine.take();
  const snapshot = engine.snapshot();
  const on = () => {
    engine.receive(arrivals.slice(first.length));
    engine.run(end);
  };
  on();
  engine.restore(snapshot);
  on();
  const all = [...sent, ...engine.take()];
  engine.take = () => all;
};

describe.each(FAULT_KINDS)("%s", (kind) => {
  const seeds = Array.from({ length: SEEDS }, (_, seed) => seed + 1);

  test(`${SEEDS} systems: accounted for, named, and over when it is over`, () => {
    let struck = 0;
    for (const seed of seeds) struck += withAssertions(caseOf(kind, seed)) > 0n ? 1 : 0;
    expect(struck, "systems that were struck").toBeGreaterThan(SEEDS / 2);
  }, 300_000);

  test(`${SEEDS} systems: the same in parts, and from a snapshot on`, async () => {
    for (const seed of seeds) {
      const one = caseOf(kind, seed);
      const sum = await sumBy(one, atOnce);
      expect(await sumBy(one, sliced(seed)), `${one.name}: in parts`).toBe(sum);
      if (seed % 4 === 0) expect(await sumBy(one, twice), `${one.name}: from a snapshot`).toBe(sum);
    }
  }, 300_000);
});
