/** Looks names up in a resolved configuration, for requests to a running engine. Unknown ones are refused with the names that there are. */
import { parsePrefix, subnetOf } from "../addresses.ts";
import { ConfigError } from "../errors.ts";
import type { IpPrefix, ResolvedConfig, ResolvedPort } from "../types.ts";

/** A port by name or index. */
export const findPort = (config: ResolvedConfig, name: string | number): ResolvedPort => {
  const port = typeof name === "number" ? config.ports[name] : config.ports.find((candidate) => candidate.name === name);
  if (!port) throw new ConfigError("interface", `one of ${config.ports.map((candidate) => candidate.name).join(", ")}`, name);
  return port;
};

/** A port that has a wire. */
export const findInterface = (config: ResolvedConfig, name: string | number): ResolvedPort => {
  const port = findPort(config, name);
  if (port.kind !== "interface") throw new ConfigError("interface", "an interface; vlans and bridges receive through theirs", name);
  return port;
};

/** The number of a bridge among the bridges. */
export const findBridge = (config: ResolvedConfig, name: string): number => {
  const names = config.bridges.map((bridge) => config.ports[bridge.port]!.name);
  const number = names.indexOf(name);
  if (number < 0) throw new ConfigError("bridge", names.length ? `one of ${names.join(", ")}` : "a bridge; this configuration has none", name);
  return number;
};

/** A destination as routes write it. */
export const parseDestination = (text: string): IpPrefix => {
  const prefix = text === "default" ? { address: 0, length: 0 } : typeof text === "string" ? parsePrefix(text) : undefined;
  if (!prefix) throw new ConfigError("dst", 'a prefix like "192.0.2.0/24", or "default"', text);
  return subnetOf(prefix);
};
