import { readFile } from "node:fs/promises";
import { resolveConfig } from "../config/index.ts";
import { ConfigError } from "../errors.ts";
import { KNOB_BY_NAME, knobInfo } from "../knobs.ts";
import { meant } from "../suggest.ts";
import type { EngineConfig, ResolvedConfig } from "../types.ts";
import { Exit, Failure, systemReason } from "./exit.ts";
import { parseJson } from "./parse_json.ts";

/** What the command line changes in a configuration. */
export interface Overrides {
  /** `--set`: knobs and their values as they were typed, in order. */
  set: readonly { name: string; value: string }[];
  cpus: number | undefined;
}

export interface Loaded {
  /** What messages call it: the file. */
  name: string;
  given: EngineConfig;
  resolved: ResolvedConfig;
}

/** Reads a configuration and applies the overrides. Each error says which of them is at fault. */
export const loadConfig = async (file: string, overrides: Overrides): Promise<Loaded> => overridden(file, await readConfig(file), overrides);

/** A configuration that is not checked yet. @throws Failure */
export const readConfig = async (file: string): Promise<EngineConfig> => parseJson(await readText(file), file) as EngineConfig;

/** A configuration with the overrides applied. @throws Failure */
export const overridden = (name: string, config: EngineConfig, { cpus, set }: Overrides): Loaded => {
  let given = config;
  let resolved = check(given, ({ message }) => `${name}: ${message}`);
  if (cpus !== undefined) {
    given = { ...given, cpus };
    resolved = check(given, ({ message }) => `--cpus ${cpus}: ${message}`);
  }
  for (const setting of set) {
    given = withKnob(given, setting);
    resolved = check(given, ({ expected, received }) => `--set ${setting.name}: expected ${expected}, but got ${received}`);
  }
  return { name, given, resolved };
};

const withKnob = (given: EngineConfig, { name, value }: { name: string; value: string }): EngineConfig => {
  if (!knobInfo(name)) {
    const expected = meant("the name of a knob", name, [...KNOB_BY_NAME.keys()]);
    throw new Failure(Exit.Usage, `--set: expected ${expected}, but got ${JSON.stringify(name)}; \`netisr knobs\` lists them`);
  }
  // What is no number is left for the check to refuse.
  const number = /^-?\d+$/.test(value) ? Number(value) : value;
  return { ...given, sysctl: { ...given.sysctl, [name]: number as number } };
};

const readText = async (file: string): Promise<string> => {
  const text = await readFile(file, "utf8").catch((error) => {
    throw new Failure(Exit.Usage, `${file}: ${systemReason(error)}`);
  });
  // The byte order mark that some editors write is no JSON.
  return text.startsWith("\ufeff") ? text.slice(1) : text;
};

/** @throws Failure with the line that `explain` makes */
export const check = (given: unknown, explain: (error: ConfigError) => string): ResolvedConfig => {
  try {
    return resolveConfig(given);
  } catch (error) {
    if (error instanceof ConfigError) throw new Failure(Exit.Usage, explain(error));
    throw error;
  }
};
