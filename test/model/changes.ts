/** What an administrator may do to a running host, done to engine and reference alike. */
import { parseIp, parsePrefix } from "../../src/addresses.ts";
import type { Engine } from "../../src/engine.ts";
import { KNOBS } from "../../src/knobs.ts";
import type { Reference } from "../../src/reference/index.ts";
import type { EngineConfig, IpPrefix } from "../../src/types.ts";
import type { Random } from "./random.ts";

export type Change =
  | { kind: "knob"; name: string; value: number }
  | { kind: "route"; dst: string; via?: string; if: string }
  | { kind: "unroute"; dst: string }
  | { kind: "limit"; bridge: string; max: number }
  | { kind: "power"; name: string; up: boolean };

export function randomChange(r: Random, config: EngineConfig): Change {
  const routes = config.routes ?? [];
  const bridges = config.bridges ?? [];
  const kind = r.pick(["knob", "knob", "power", ...(routes.length > 0 ? ["route", "unroute"] : []), ...(bridges.length > 0 ? ["limit"] : [])]);
  if (kind === "limit") return limitChange(r, bridges);
  if (kind === "unroute") return { kind, dst: r.pick(routes).dst };
  if (kind === "route") return { ...r.pick(routes), dst: r.pick(routes).dst, if: r.pick(routes).if!, kind };
  if (kind === "power") return { kind, name: r.pick([...config.interfaces, ...config.vlans!, ...bridges]).name, up: r.percent(60) };
  return knobChange(r);
}

function limitChange(r: Random, bridges: NonNullable<EngineConfig["bridges"]>): Change {
  const bridge = r.pick(bridges);
  return { kind: "limit", bridge: bridge.name, max: r.from(1, bridge.maxaddr!) };
}

function knobChange(r: Random): Change {
  const { name, unit, min, max } = r.pick(Object.values(KNOBS));
  if (unit === "switch") return { kind: "knob", name, value: r.below(2) };
  if (unit === "mode") return { kind: "knob", name, value: r.from(min, 3) };
  return { kind: "knob", name, value: Math.min(max, Math.max(min, r.pick([1, 2, 20, 200]))) };
}

const prefixOf = (dst: string): IpPrefix => (dst === "default" ? { address: 0, length: 0 } : parsePrefix(dst)!);

export function changeEngine(engine: Engine, change: Change): void {
  if (change.kind === "knob") engine.setKnob(change.name, change.value);
  else if (change.kind === "power") engine.setInterfaceUp(change.name, change.up);
  else if (change.kind === "limit") engine.setMaxaddr(change.bridge, change.max);
  else if (change.kind === "unroute") engine.deleteRoute(change.dst);
  else engine.setRoute({ dst: change.dst, if: change.if, ...(change.via === undefined ? {} : { via: change.via }) });
}

/** `portOf` finds a port by its name. */
export function changeReference(reference: Reference, change: Change, portOf: (name: string) => number): void {
  if (change.kind === "knob") reference.setKnob(change.name, change.value);
  else if (change.kind === "power") reference.setInterfaceUp(portOf(change.name), change.up);
  else if (change.kind === "limit") reference.setBridgeLimit(portOf(change.bridge), change.max);
  else if (change.kind === "unroute") reference.deleteRoute(prefixOf(change.dst));
  else {
    const via = change.via === undefined ? undefined : parseIp(change.via);
    reference.setRoute({ dst: prefixOf(change.dst), via, port: portOf(change.if) });
  }
}
