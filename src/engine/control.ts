/** What can be changed between two runs: checks of the values, then the engine is told. */
import { parseIp } from "../addresses.ts";
import { findBridge, findInterface, findPort, parseDestination } from "../config/find.ts";
import { ConfigError } from "../errors.ts";
import { checkKeys } from "../given.ts";
import { KNOB_BY_NAME, knobInfo, pollingKnobOf } from "../knobs.ts";
import { knownWord, oneOf } from "../suggest.ts";
import type { RouteConfig } from "../types/config.ts";
import type { ResolvedConfig, ResolvedPort, ResolvedRoute } from "../types/resolved.ts";
import { ISR_BY_NAME, writeSysctl } from "../wasm/attach.ts";
import { type EngineExports, isVirtual } from "../wasm/exports.ts";
import { checkSwitch } from "./options.ts";

export const readKnob = (config: ResolvedConfig, name: string): number => {
  if (typeof name !== "string") throw new ConfigError("sysctl", `a knob, ${oneOf([...KNOB_BY_NAME.keys()])}`, name);
  const one = pollingKnobOf(name);
  if (!(one ? one.cpu < config.cpus : KNOB_BY_NAME.has(name)))
    throw new ConfigError(`sysctl["${name}"]`, knownWord("a knob", name, [...KNOB_BY_NAME.keys()]), name);
  return config.sysctl[name] ?? config.sysctl[one!.all]!;
};

/** Settings of single CPUs that one of all CPUs replaces. */
export const replacedBy = ({ sysctl }: ResolvedConfig, name: string): string[] =>
  Object.keys(sysctl).filter((other) => pollingKnobOf(other)?.all === name);

export const writeKnob = (exports: EngineExports, config: ResolvedConfig, name: string, value: number): void => {
  readKnob(config, name);
  const { min, max } = knobInfo(name)!;
  if (!Number.isInteger(value) || value < min || value > max) throw new ConfigError(`sysctl["${name}"]`, `an integer from ${min} to ${max}`, value);
  for (const other of replacedBy(config, name)) delete config.sysctl[other];
  config.sysctl[name] = value;
  writeSysctl(exports, name, value);
};

/** @returns false if it is so already, or the CPU cannot poll. @throws ConfigError */
export const writePolling = (exports: EngineExports, config: ResolvedConfig, name: string, on: boolean): boolean => {
  const port = findInterface(config, name);
  checkSwitch("polling", on);
  if (!isVirtual(exports)) throw new ConfigError("polling", 'false, as only the machine "virtual" has a timer that polls', on);
  const why = on ? whyNotPolled(config, port) : undefined;
  if (why !== undefined) throw new ConfigError("polling", `false, as ${why}`, on);
  return exports.setPolling(port.index, on ? 1 : 0) !== 0;
};

/** What speaks against polling an interface. */
export const whyNotPolled = ({ virtual }: ResolvedConfig, { index, name }: ResolvedPort): string | undefined => {
  const wire = virtual?.wires.find(({ port }) => port === index);
  if (wire?.vacation.ps) return `${name} has a \`vacation\``;
  if (wire && wire.rings.length > 0) return `${name} has several rings, each with an interrupt of its own`;
  return undefined;
};

const ROUTE_KEYS = ["dst", "via", "if"] as const satisfies readonly (keyof RouteConfig)[];

/** @throws ConfigError */
export const resolveRoute = (config: ResolvedConfig, route: RouteConfig & { if: string }): ResolvedRoute => {
  checkKeys(route, "route", "a known key", ROUTE_KEYS);
  const via = typeof route.via === "string" ? parseIp(route.via) : undefined;
  if (route.via !== undefined && via === undefined) throw new ConfigError("via", 'an IPv4 address like "192.0.2.1"', route.via);
  return { dst: parseDestination(route.dst), via, port: findPort(config, route.if).index };
};

export const writeMaxaddr = (exports: EngineExports, config: ResolvedConfig, bridge: string, maxaddr: number): void => {
  const number = findBridge(config, bridge);
  const most = config.bridges[number]!.maxaddr;
  if (!Number.isInteger(maxaddr) || maxaddr < 1 || maxaddr > most) throw new ConfigError("maxaddr", `an integer from 1 to ${most}`, maxaddr);
  exports.bridgeSetMaxaddr(number, maxaddr);
};

/** A protocol, and what is called for its packets or its scheduled work. @throws ConfigError */
export const checkHandler = (name: string, what: "handler" | "work", value: unknown): void => {
  if (typeof name !== "string") throw new ConfigError("name", `a protocol, ${oneOf(Object.keys(ISR_BY_NAME))}`, name);
  if (!Object.hasOwn(ISR_BY_NAME, name)) throw new ConfigError("name", knownWord("a protocol", name, Object.keys(ISR_BY_NAME)), name);
  if (typeof value !== "function") throw new ConfigError(what, "a function", value);
};

/** @throws ConfigError */
export const checkCpu = ({ cpus }: ResolvedConfig, cpu: number): void => {
  if (!Number.isInteger(cpu) || cpu < 0 || cpu >= cpus) throw new ConfigError("cpu", `an integer from 0 to ${cpus - 1}`, cpu);
};
