/** The system that runs: a configuration or a made-up one, with what the command line changes in it. */
import { existsSync } from "node:fs";
import { COST_BY_NAME, COST_PRESETS, COSTS, type CostPreset } from "../../costs.ts";
import { knownWord, meant } from "../../suggest.ts";
import type { CostsConfig, EngineConfig, FaultConfig, VirtualConfig, WireConfig } from "../../types.ts";
import { check, type Loaded, overridden, readConfig } from "../config_file.ts";
import { Exit, Failure } from "../exit.ts";
import type { Io } from "../io.ts";
import type { CostSetting } from "./arguments.ts";
import { captureTraffic, sizesOf } from "./captures.ts";
import { type FaultSetting, faultMessage } from "./faults.ts";
import { madeUp } from "./made_up.ts";
import type { MadeUp, MoreTraffic, Options } from "./options.ts";
import { optionOf } from "./refusals.ts";

/** @throws Failure */
export const openSystem = async (options: Options, io: Io): Promise<Loaded> => {
  const { config, set, cpus, costs, cost, lock, link, work, polling, seed, fault } = options;
  const name = config ?? `--as ${options.madeUp.as}`;
  const system = await withSizes(options, io);
  const base = config === undefined ? madeUp(system) : await readConfig(config);
  let { given } = start(name, base, config === undefined ? system : undefined, cpus);
  const apply = (option: string, changed: EngineConfig): void => {
    check(changed, ({ expected, received }) => `${option}: expected ${expected}, but got ${received}`);
    given = changed;
  };
  if (seed !== undefined) given = { ...given, seed };
  if (costs !== undefined) apply(`--costs ${costs}`, withCosts(given, await readCosts(costs)));
  for (const one of cost) apply(`--cost ${one.name}=${one.ns}`, withCost(given, one));
  if (lock !== undefined) apply(`--lock ${lock}`, withVirtual(given, { lock }));
  if (link !== undefined) apply(`--link ${link}`, withWire(given, { rate: link }));
  if (polling) apply("--polling", withWire(given, { polling }));
  const faults = given.virtual?.faults?.length ?? 0;
  for (const [i, one] of fault.entries()) {
    const changed = withFault(given, one);
    check(changed, ({ message }) => `--fault ${one.text}: ${faultMessage(message, fault.slice(0, i + 1), faults)}`);
    given = changed;
  }
  for (const one of work) {
    const changed = withVirtual(given, { work: [...(given.virtual?.work ?? []), one] });
    check(changed, ({ message }) => `--work ${one.name}: ${message.replace(/^virtual\.work\[\d+\](?:\.|: )/, "")}`);
    given = changed;
  }
  for (const capture of options.captures) {
    const traffic = [...(given.virtual?.traffic ?? []), await captureTraffic(capture, io)];
    apply(`--traffic-capture ${capture.text}`, withVirtual(given, { traffic }));
  }
  const loaded = overridden(name, given, { set, cpus: undefined });
  const { traffic = [], work: threads = [], closed = [], tcp = [] } = loaded.resolved.virtual ?? {};
  if (traffic.length + threads.length + closed.length + tcp.length === 0)
    throw new Failure(Exit.Usage, `${name}: virtual.traffic: expected traffic of at least one interface, as nothing arrives otherwise`);
  return loaded;
};

/** The system as it is before it is changed. `system`: what it was made of, if it was made up. @throws Failure */
const start = (name: string, base: EngineConfig, system: MadeUp | undefined, cpus: number | undefined): Loaded => {
  try {
    return overridden(name, base, { set: [], cpus });
  } catch (error) {
    if (system) refuseTraffic(system);
    throw error;
  }
};

/** Options that only the configuration which they make can refuse are refused by their own names. @throws Failure */
const refuseTraffic = (system: MadeUp): void => {
  const more: MoreTraffic = {};
  for (const [name, value] of Object.entries(system.more ?? {})) {
    if (value === undefined) continue;
    Object.assign(more, { [name]: value });
    check(madeUp({ ...system, more }), ({ expected, received }) => `${optionOf(name)}: expected ${expected}, but got ${received}`);
  }
};

const withSizes = async ({ madeUp: system, sizesFile }: Options, io: Io): Promise<MadeUp> =>
  sizesFile === undefined ? system : { ...system, more: { ...system.more, sizes: await sizesOf(sizesFile, io) } };

/** The files that a run reads. */
export const readBy = ({ config, costs, captures, sizesFile }: Options): (string | undefined)[] => [
  config,
  isPreset(costs) ? undefined : costs,
  ...captures.map(({ file }) => file),
  sizesFile,
];

const isPreset = (name: string | undefined): name is CostPreset => (COST_PRESETS as readonly (string | undefined)[]).includes(name);

/** A preset, or what a file has in place of it. */
const readCosts = async (name: string): Promise<CostsConfig> => {
  if (isPreset(name)) return { preset: name };
  // What looks like a file is looked for: that there is none is for the operating system to say.
  if (/^[\w-]+$/.test(name) && !existsSync(name))
    throw new Failure(
      Exit.Usage,
      `--costs: expected ${knownWord("a file that exists or a preset", name, COST_PRESETS)}, but got ${JSON.stringify(name)}`,
    );
  const costs: unknown = await readConfig(name);
  if (typeof costs !== "object" || costs === null || Array.isArray(costs))
    throw new Failure(Exit.Usage, `${name}: expected an object with costs (\`set\`), but got ${JSON.stringify(costs).slice(0, 60)}`);
  return { set: {}, ...costs };
};

const withVirtual = (given: EngineConfig, more: VirtualConfig): EngineConfig => ({ ...given, virtual: { ...given.virtual, ...more } });

const withCosts = (given: EngineConfig, more: CostsConfig): EngineConfig => withVirtual(given, { costs: { ...given.virtual?.costs, ...more } });

const withCost = (given: EngineConfig, { name, ns, exponential }: CostSetting): EngineConfig => {
  if (!COST_BY_NAME.has(name)) {
    const known = COSTS.map((cost) => cost.name);
    const expected = meant("the name of a cost", name, known);
    throw new Failure(Exit.Usage, `--cost: expected ${expected}, but got ${JSON.stringify(name)}; \`netisr costs\` lists them`);
  }
  const value = exponential ? { value: Number(ns), law: "exponential" as const } : Number(ns);
  return withCosts(given, { set: { ...given.virtual?.costs?.set, [name]: value } });
};

const withFault = (given: EngineConfig, { entry }: FaultSetting): EngineConfig =>
  withVirtual(given, { faults: [...(given.virtual?.faults ?? []), entry as unknown as FaultConfig] });

/** The same for every interface, whatever the configuration says of some. */
const withWire = (given: EngineConfig, more: WireConfig): EngineConfig => {
  const said = Object.entries(given.virtual?.interfaces ?? {}).map(([name, wire]) => [name, { ...wire, ...more }]);
  return withVirtual(given, { interfaces: { "*": more, ...Object.fromEntries(said) } });
};
