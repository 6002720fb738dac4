import { readFile } from "node:fs/promises";
import { resolveConfig } from "../config/index.ts";
import { ConfigError } from "../errors.ts";
import type { EngineConfig, ResolvedConfig } from "../types.ts";
import { Exit, Failure, systemReason } from "./exit.ts";
import { findSyntaxFault } from "./json_syntax.ts";

/** What the command line changes in a configuration. */
export interface Overrides {
  /** `--set`: knobs and their values as they were typed, in order. */
  set: readonly { name: string; value: string }[];
  cpus: number | undefined;
}

export interface Loaded {
  given: EngineConfig;
  resolved: ResolvedConfig;
}

/** Reads a configuration and applies the overrides. Each error says which of them is at fault. */
export const loadConfig = async (file: string, overrides: Overrides): Promise<Loaded> => {
  let loaded = check(parseJson(await readText(file), file), file);
  const { cpus, set } = overrides;
  if (cpus !== undefined) loaded = check({ ...loaded.given, cpus }, `--cpus ${cpus}`);
  for (const { name, value } of set) {
    const sysctl = { ...loaded.given.sysctl, [name]: /^-?\d+$/.test(value) ? Number(value) : value };
    loaded = check({ ...loaded.given, sysctl }, `--set ${name}=${value}`);
  }
  return loaded;
};

const readText = async (file: string): Promise<string> => {
  const text = await readFile(file, "utf8").catch((error) => {
    throw new Failure(Exit.Usage, `${file}: ${systemReason(error)}`);
  });
  // The byte order mark that some editors write is no JSON.
  return text.startsWith("\ufeff") ? text.slice(1) : text;
};

/** @throws Failure with line and column, both from 1 */
export const parseJson = (text: string, file: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    const fault = findSyntaxFault(text);
    if (fault === undefined) throw error;
    const before = text.slice(0, fault.at);
    const line = before.split("\n").length;
    const column = fault.at - before.lastIndexOf("\n");
    const found = fault.at === text.length ? "the end of the file" : JSON.stringify(String.fromCodePoint(text.codePointAt(fault.at)!));
    throw new Failure(Exit.Usage, `${file}:${line}:${column}: expected ${fault.expected}, but got ${found}`);
  }
};

const check = (given: unknown, where: string): Loaded => {
  try {
    return { resolved: resolveConfig(given), given: given as EngineConfig };
  } catch (error) {
    if (error instanceof ConfigError) throw new Failure(Exit.Usage, `${where}: ${error.message}`);
    throw error;
  }
};
