/** A random system with a random fault, and all that must be right about it, in words of what is wrong. Works outside of a test, too. */
import { Engine } from "../../src/engine.ts";
import { faultLines } from "../../src/report/fault_lines.ts";
import { count } from "../../src/report/numbers.ts";
import type { EngineConfig, FaultConfig } from "../../src/types.ts";
import { Random } from "../model/random.ts";
import { type BusySystem, nameOf, type Point, pointsOf, systemOf } from "../support/busy_systems.ts";
import { type Company, inCompany } from "../support/company.ts";
import { ownMac, station } from "../support/frames.ts";
import { brokenIdentities, unrest } from "../support/identities.ts";
import { ipFrame } from "../support/packets.ts";
import { FAULT_KINDS, type FaultKind, randomFault, suits } from "../support/random_faults.ts";
import { atOnce, type Drive, inSlices, seenSum, sumOf } from "./trajectory.ts";

const POINTS = pointsOf(1);

export interface FaultCase extends BusySystem {
  name: string;
  point: Point;
  fault: FaultConfig;
  company: Company;
}

export interface Modules {
  debug: WebAssembly.Module;
  release: WebAssembly.Module;
}

export interface Outcome {
  wrong: string[];
  struck: boolean;
}

export const faultCase = (kind: FaultKind, seed: number): FaultCase => {
  const random = new Random(seed * 16 + FAULT_KINDS.indexOf(kind));
  const choice = POINTS.filter((one) => (one.cpus <= 8 || seed % 10 === 0) && suits(kind, one));
  const point = { ...random.pick(choice), seed };
  const { config, ...rest } = systemOf(point);
  const fault = randomFault(kind, random, rest.end, point);
  const interfaces = random.percent(30) ? { "*": { livelockLimit: 20_000 } } : {};
  const faulty: EngineConfig = { ...config, virtual: { ...config.virtual, interfaces, faults: [fault] } };
  const full = inCompany(faulty, random, rest.end, fault);
  return { ...rest, ...full, point, fault, name: `seed ${seed}: ${JSON.stringify(fault)}; ${nameOf(point)}; ${full.company}` };
};

/** Runs a case on both builds, in parts, and from seed to seed with a snapshot. */
export const checkCase = async (one: FaultCase, { debug, release }: Modules): Promise<Outcome> => {
  const asserted = await onDebug(one, debug);
  const sumBy = async (drive: Drive, of: typeof sumOf): Promise<string> => {
    const engine = Engine.make(release, one.config);
    drive(engine, one);
    const sum = await of(engine);
    engine.dispose();
    return sum;
  };
  const parts = sliced(one.point.seed);
  const wrong = [...asserted.wrong];
  if ((await sumBy(parts, seenSum)) !== asserted.seen) wrong.push("another run in parts, on the build without assertions");
  if (one.point.seed % 4 === 0) {
    const sum = await sumBy(atOnce, sumOf);
    if ((await sumBy(parts, sumOf)) !== sum) wrong.push("another state in parts");
    if ((await sumBy(twice, sumOf)) !== sum) wrong.push("another state after a snapshot was gone back to");
  }
  return { wrong: wrong.map((what) => `${one.name}: ${what}`), struck: asserted.struck };
};

/** All of the load, and until nothing is left to do; then a packet more. */
const onDebug = async (one: FaultCase, debug: WebAssembly.Module): Promise<Outcome & { seen: string }> => {
  const { config, arrivals, end, point, fault } = one;
  const engine = Engine.make(debug, config, { drops: point.seed % 2 === 0 });
  const half = arrivals.length >> 1;
  engine.receive(arrivals.slice(0, half));
  engine.run(arrivals[half]?.time ?? end / 2n);
  const wrong = point.seed % 3 === 0 ? brokenIdentities(engine) : [];
  engine.receive(arrivals.slice(half));
  engine.run(end);
  if (point.seed % 3 === 1) wrong.push(...brokenIdentities(engine));
  const seen = await seenSum(engine);
  engine.run();
  wrong.push(...brokenIdentities(engine), ...unrest(engine));
  const { faults } = engine.results();
  const named = `faults: ${fault.kind} ${faults[0]!.what} ${count(faults[0]!.struck)} `;
  if (!faultLines(faults).join(" ").includes(named)) wrong.push(`the report does not say "${named}"`);
  if (!carriesAgain(engine, point)) wrong.push("carries nothing when the fault is over");
  engine.dispose();
  return { wrong, seen, struck: faults[0]!.struck > 0n };
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

/** Runs that end at any time. */
const sliced = (seed: number): Drive =>
  inSlices((end) => {
    const random = new Random(seed);
    return Array.from({ length: 25 }, () => (end * BigInt(random.below(1_000_000))) / 1_000_000n).sort((a, b) => (a < b ? -1 : 1));
  });

/** A snapshot in the middle of the fault is gone back to. */
const twice: Drive = (engine, { arrivals, end }) => {
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
