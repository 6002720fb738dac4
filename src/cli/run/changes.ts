/** Changes while a run goes on: `--at`. */
import { whyNotPolled } from "../../engine/control.ts";
import type { Engine } from "../../engine.ts";
import { KNOB_BY_NAME, knobInfo, pollingKnobOf } from "../../knobs.ts";
import { knownWord } from "../../suggest.ts";
import type { ResolvedConfig } from "../../types.ts";
import type { Change } from "./arguments.ts";
import { portChange, whyPollingStays } from "./change_port.ts";
import { checkRouteCount, routeChange } from "./change_route.ts";
import { unpolled } from "./unpolled.ts";
import { wrong } from "./wrong_change.ts";

export const CHANGE_HELP = `Changes: --at TIME:WHAT=VALUE, as ifconfig(8), route(8) and sysctl(8) would make them:
  KNOB=N                         a knob (netisr knobs)
  IF=up, IF=down                 an interface, vlan or bridge
  IF=carrier, IF=-carrier        its cable, plugged in or out
  IF=polling, IF=-polling        an interface; polling=on, polling=off: all of them
  BRIDGE=deletem IF              takes a member out of its bridge; BRIDGE=addm IF puts it back
  BRIDGE=maxaddr N               the limit of its table
  route=add DST [GATEWAY] IF     DST is a prefix, or default; route=delete DST`;

export interface CheckedChange extends Change {
  apply(engine: Engine): void;
  /** If that changes nothing, why. */
  unless: string;
  /** Once it is made: what of it could not be. */
  lacks?: (engine: Engine) => string | undefined;
}

export type Action = Pick<CheckedChange, "apply" | "unless" | "lacks">;

/** In the order of their times; of one time as they were given. @throws Failure */
export const checkChanges = (changes: readonly Change[], config: ResolvedConfig): CheckedChange[] => {
  const checked = changes.map((one) => ({ ...one, ...checkChange(one, config) }));
  checked.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  checkRouteCount(checked, config);
  return checked;
};

const checkChange = (change: Change, config: ResolvedConfig): Action => {
  const { what } = change;
  const one = pollingKnobOf(what);
  if (one && one.cpu >= config.cpus) throw wrong(change, `a CPU from 0 to ${config.cpus - 1}`, what);
  if (knobInfo(what)) return knobChange(change);
  const port = config.ports.find(({ name }) => name === what);
  if (port) return portChange(change, port, config);
  if (what === "route") return routeChange(change, config);
  if (what === "polling") return pollingChange(change, config);
  const names = what.includes(".") ? [...KNOB_BY_NAME.keys()] : [...config.ports.map(({ name }) => name), "route", "polling"];
  throw wrong(change, knownWord("a knob, an interface, vlan or bridge, route, or polling", what, names), what);
};

const knobChange = (change: Change): Action => {
  const { what, value } = change;
  const { min, max } = knobInfo(what)!;
  const to = /^-?\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
  if (!(to >= min && to <= max)) throw wrong(change, `an integer from ${min} to ${max}`, value);
  return { apply: (engine) => engine.setKnob(what, to), unless: `it is ${to} already` };
};

/** Of all interfaces that can be polled. */
const pollingChange = (change: Change, config: ResolvedConfig): Action => {
  const { value } = change;
  if (value !== "on" && value !== "off") throw wrong(change, "on or off", value);
  const on = value === "on";
  const names = config.ports.filter((port) => port.kind === "interface" && whyNotPolled(config, port) === undefined).map(({ name }) => name);
  const apply: Action["apply"] = (engine) => {
    for (const name of names) engine.setPolling(name, on);
  };
  return { apply, unless: whyPollingStays(on), ...(on && { lacks: unpolled }) };
};
