/** `--at TIME:route=add DST [GATEWAY] IF` and `--at TIME:route=delete DST`, as route(8) has them. */
import { formatPrefix, parseIp, subnetOf } from "../../addresses.ts";
import { parseDestination } from "../../config/find.ts";
import { ConfigError } from "../../errors.ts";
import { knownWord } from "../../suggest.ts";
import type { IpPrefix, ResolvedConfig } from "../../types.ts";
import { Exit, Failure } from "../exit.ts";
import type { Change } from "./arguments.ts";
import type { Action } from "./changes.ts";
import { wrong } from "./wrong_change.ts";

/** @throws Failure */
export const routeChange = (change: Change, config: ResolvedConfig): Action => {
  const [verb, dst, ...rest] = wordsOf(change);
  if (verb === "delete" && dst !== undefined && rest.length === 0) {
    destination(change, dst);
    return { apply: (engine) => void engine.deleteRoute(dst), unless: "there is no such route" };
  }
  const name = rest.pop();
  if (verb !== "add" || dst === undefined || name === undefined || rest.length > 1)
    throw wrong(change, "add DST [GATEWAY] INTERFACE, or delete DST", change.value);
  destination(change, dst);
  const names = config.ports.map((port) => port.name);
  if (!names.includes(name)) throw wrong(change, knownWord("an interface, vlan or bridge at the end", name, names), name);
  const [via] = rest;
  if (via !== undefined && parseIp(via) === undefined) throw wrong(change, 'a gateway like "192.0.2.1"', via);
  const route = { dst, if: name, ...(via !== undefined && { via }) };
  return { apply: (engine) => engine.setRoute(route), unless: "there is this route already" };
};

/** Whether the table has room for what is added to it, one change after the other. @throws Failure */
export const checkRouteCount = (changes: readonly Change[], config: ResolvedConfig): void => {
  const connected = config.ports.flatMap(({ ip }) => ip.map(subnetOf));
  const known = new Set([...connected, ...config.routes.map(({ dst }) => dst)].map(formatPrefix));
  for (const change of changes.filter(({ what }) => what === "route")) {
    const [verb, dst] = wordsOf(change);
    const prefix = formatPrefix(destination(change, dst!));
    if (verb === "add") known.add(prefix);
    else known.delete(prefix);
    if (known.size > config.limits.routes)
      throw new Failure(
        Exit.Usage,
        `--at ${change.text}: expected at most ${config.limits.routes} routes together, the limit of the table (limits.routes)`,
      );
  }
};

const wordsOf = ({ value }: Change): string[] => value.split(/ +/);

const destination = (change: Change, text: string): IpPrefix => {
  try {
    return parseDestination(text);
  } catch (error) {
    if (error instanceof ConfigError) throw wrong(change, error.expected, text);
    throw error;
  }
};
