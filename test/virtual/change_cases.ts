/** Random systems under load on which things are changed while they run, often several before the first has come through. Works outside of a test, too. */
import { Engine } from "../../src/engine.ts";
import type { EngineConfig, RunOptions } from "../../src/types.ts";
import { Random } from "../model/random.ts";
import { type BusySystem, nameOf, type Point, pointsOf, systemOf } from "../support/busy_systems.ts";
import { inCompany } from "../support/company.ts";
import { brokenIdentities, unrest } from "../support/identities.ts";
import { FAULT_KINDS, randomFault, suits } from "../support/random_faults.ts";
import type { Modules } from "./fault_cases.ts";
import { measured } from "./trajectory.ts";

const POINTS = pointsOf(1);
const FRAMES = 1500;
const NEVER = "packets >= 100000000";
const KNOBS = {
  "net.netisr.mpsafe_thread": 3,
  "net.inet.tcp.mpsafe_thread": 3,
  "net.netisr.mpsafe_lazy": 2,
  "kern.intr_mpsafe": 2,
  "net.inet.ip.fastforwarding": 2,
};

type Change = (engine: Engine) => void;

export interface ChangeCase extends BusySystem {
  name: string;
  changes: { time: bigint; apply: Change }[];
  /** Other times at which a run may be cut. */
  cuts: bigint[];
}

const portsOf = ({ interfaces }: EngineConfig): string[] => interfaces.map(({ name }) => name);

const randomChange = (random: Random, config: EngineConfig): [string, Change] => {
  const port = random.pick(portsOf(config));
  const on = random.percent(50);
  const network = `20.${random.below(4)}.0.0/16`;
  const knob = random.pick(Object.keys(KNOBS) as (keyof typeof KNOBS)[]);
  const value = random.below(KNOBS[knob]);
  const choices: (readonly [number, readonly [string, Change]])[] = [
    [3, [`${knob}=${value}`, (engine) => engine.setKnob(knob, value)]],
    [3, [`${port} ${on ? "up" : "down"}`, (engine) => engine.setInterfaceUp(port, on)]],
    [2, [`${port} carrier ${on}`, (engine) => engine.setCarrier(port, on)]],
    [config.virtual?.interfaces?.[port]?.vacation ? 0 : 2, [`${port} polling ${on}`, (engine) => void engine.setPolling(port, on)]],
    [1, [`delete ${network}`, (engine) => void engine.deleteRoute(network)]],
    [1, [`${network} by ${port}`, (engine) => engine.setRoute({ dst: network, if: port })]],
  ];
  for (const { name, members } of config.bridges ?? []) {
    const member = random.pick(members).if;
    const most = random.from(1, 200);
    choices.push(
      [4, [`${name} without ${member}`, (engine) => void engine.removeMember(name, member)]],
      [4, [`${name} with ${member}`, (engine) => void engine.restoreMember(name, member)]],
      [1, [`${name} maxaddr ${most}`, (engine) => engine.setMaxaddr(name, Math.min(most, engine.config.bridges[0]!.maxaddr))]],
    );
  }
  return random.weighted(choices) as [string, Change];
};

/** Some systems have short rings and queues; half of them a fault, and something beside their packets. */
const troubled = (random: Random, config: EngineConfig, end: bigint, point: Point): { config: EngineConfig; text: string } => {
  const tight = random.percent(30);
  const interfaces = tight ? config.interfaces.map((port) => ({ ...port, rxRing: random.from(2, 16), queue: random.from(1, 4) })) : config.interfaces;
  const given = { ...config, interfaces };
  if (random.percent(50)) return { config: given, text: tight ? "tight" : "" };
  const kind = random.pick(FAULT_KINDS.filter((one) => suits(one, point)));
  const fault = randomFault(kind, random, end, point);
  const { company, config: full } = inCompany(given, random, end, fault);
  return { config: { ...full, virtual: { ...full.virtual, faults: [fault] } }, text: `${tight ? "tight, " : ""}${kind}, ${company}` };
};

const inOrder = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

export const changeCase = (seed: number): ChangeCase => {
  const random = new Random(seed);
  const point = { ...random.pick(POINTS.filter(({ cpus }) => cpus <= 8 || seed % 10 === 0)), frames: FRAMES, seed };
  const busy = systemOf(point);
  const { config, text: trouble } = troubled(random, busy.config, busy.end, point);
  const system = { ...busy, config };
  const timeIn = (share: number): bigint => (system.end * BigInt(random.below(1_000_000 * share))) / 1_000_000n;
  const texts: string[] = [];
  const changes: ChangeCase["changes"] = [];
  let time = timeIn(0.3);
  for (let n = random.from(6, 14); n > 0; n--) {
    const [text, apply] = randomChange(random, system.config);
    changes.push({ time, apply });
    texts.push(text);
    time += random.percent(60) ? timeIn(0.01) : timeIn(0.2);
  }
  const [, end] = [time, system.end].sort(inOrder) as [bigint, bigint];
  const cuts = Array.from({ length: 25 }, () => timeIn(1)).sort(inOrder);
  return { ...system, end, changes, cuts, name: `seed ${seed}: ${texts.join(", ")}; ${trouble}; ${nameOf(point)}` };
};

/** Runs all of it, in pieces that end at `cuts`, too. */
const drive = (engine: Engine, { changes, end }: ChangeCase, cuts: readonly bigint[] = [], options?: RunOptions): void => {
  const from = engine.now;
  for (const until of [...new Set([...changes.map(({ time }) => time), ...cuts, end])].sort(inOrder)) {
    if (until < from || (until === from && from > 0n)) continue;
    if (options) engine.run(until, options);
    else engine.run(until);
    for (const { time, apply } of changes) if (time === until) apply(engine);
  }
};

const printOf = (engine: Engine): string => `${measured(engine)} ${engine.fingerprint()}`;

const start = (module: WebAssembly.Module, { config, arrivals }: ChangeCase): Engine => {
  const engine = Engine.make(module, config, { collect: false });
  engine.receive(arrivals);
  return engine;
};

/** So many times as long as it has run a system may take to come to rest. */
const PATIENCE = 20n;

/** Everything is switched on again, and nothing comes any more. */
const toRest = (engine: Engine, { config }: ChangeCase): string[] => {
  for (const port of portsOf(config)) {
    engine.setPolling(port, false);
    engine.setCarrier(port, true);
    engine.setInterfaceUp(port, true);
  }
  // Users and connections try for ever to reach who is gone.
  if (engine.run(engine.now * PATIENCE) !== "idle") return brokenIdentities(engine);
  // What was on its way to an interface that went down lies in its queue until another frame goes there.
  return [...brokenIdentities(engine), ...unrest(engine).filter((what) => !/output \w+ is empty$/.test(what))];
};

/** What is wrong, in words: on the build with assertions, and of runs that are cut, asked to stop, or gone back in. */
export const checkChanges = (one: ChangeCase, { debug, release }: Modules): string[] => {
  const wrong: string[] = [];
  const asserted = start(debug, one);
  drive(asserted, one);
  const seen = measured(asserted);
  wrong.push(...brokenIdentities(asserted), ...toRest(asserted, one));
  asserted.dispose();

  const whole = start(release, one);
  drive(whole, one);
  const print = printOf(whole);
  if (!print.startsWith(seen)) wrong.push("the build without assertions differs");
  whole.dispose();

  const cut = start(release, one);
  drive(cut, one, one.cuts, { stop: [NEVER] });
  if (printOf(cut) !== print) wrong.push("in pieces it differs");
  cut.dispose();

  const twice = start(release, one);
  const { time } = one.changes[one.changes.length >> 1]!;
  drive(twice, { ...one, changes: one.changes.filter((change) => change.time <= time), end: time });
  const snapshot = twice.snapshot();
  drive(twice, one);
  if (printOf(twice) !== print) wrong.push("it differs when it is read in the middle");
  twice.restore(snapshot);
  drive(twice, one);
  if (printOf(twice) !== print) wrong.push("it differs after a snapshot was gone back to");
  twice.dispose();
  return wrong.map((what) => `${one.name}: ${what}`);
};
