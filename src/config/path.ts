import { ConfigError } from "../errors.ts";

/** Keys and indices from the root of the configuration down. Good for the call that it is handed to: who hands it on puts another key at its end. */
export type Path = readonly (string | number)[];

const PLAIN_KEY = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
/** A key comes from the configuration and may have any length. */
const MAX_KEY = 60;

const step = (key: string | number): string => {
  if (typeof key === "number") return `[${key}]`;
  const shown = key.length > MAX_KEY ? `${key.slice(0, MAX_KEY)}...` : key;
  return PLAIN_KEY.test(shown) ? `.${shown}` : `[${JSON.stringify(shown)}]`;
};

/** As an expression would reach it: `bridges[0].members[1].if`, `sysctl["net.inet.ip.forwarding"]`. */
export const formatPath = (path: Path): string => (path.length === 0 ? "configuration" : path.map(step).join("").replace(/^\./, ""));

/** Ends the reading of the configuration at its first fault. */
export function refuse(path: Path, expected: string, received: unknown): never {
  throw new ConfigError(formatPath(path), expected, received);
}
