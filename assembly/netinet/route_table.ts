// Records of routes, found by exact prefix. A tail record counts the routes longer than 24 bits under one /24. Open addressing; removal shifts back.

import { Boot, Region } from "../abi";
import { base, boot } from "../memory/arena";

/** `length` of a tail record. */
export const TAIL: u32 = 33;

@unmanaged
export class Route {
  prefix: u32;
  length: u8; // TAIL: not a route
  flags: u8; // RTF_*
  port: u16;
  gateway: u32; // if RTF_GATEWAY
  generation: u32; // changes with every replacement or removal, so that a flow notices
  counts: u64; // tail: routes of 25 to 32 bits, 16 bits each
  countsRest: u64;

  static at(index: u32): Route {
    return changetype<Route>(routes + <usize>index * offsetof<Route>());
  }
}

/** Lies in place of route 0, which means "none". */
@unmanaged
export class Table {
  used: u32; // records ever taken
  free: u32; // list through `prefix`
  nodes: u32; // nodes ever taken
  nodeFree: u32; // 1 + first free node; the list goes through the first word
  count: u32; // routes
  changes: u32; // of a route's generation
}

let routes: usize = 0;
let hash: usize = 0;
let hashMask: u32 = 0;

/** Records for a number of routes: the routes, a tail for each, and record 0. */
export function routeRecords(limit: u32): u32 {
  return 2 * limit + 1;
}
/** Slots of the hash: at most half full. */
export function routeSlots(limit: u32): u32 {
  return 1 << (33 - clz(2 * limit));
}

export function attachRouteTable(): void {
  routes = base(Region.Routes);
  hash = base(Region.RouteHash);
  hashMask = routeSlots(boot(Boot.Routes)) - 1;
}

export function table(): Table {
  return changetype<Table>(routes);
}

function slotOf(prefix: u32, length: u32): u32 {
  const mixed = (prefix ^ (length * 0x85eb_ca6b)) * 0x9e37_79b1;
  return (mixed ^ (mixed >> 15)) & hashMask;
}

function hashAt(slot: u32): usize {
  return hash + ((<usize>(slot & hashMask)) << 2);
}

/** Record of exactly this prefix; 0 = none. */
export function find(prefix: u32, length: u32): u32 {
  let slot = slotOf(prefix, length);
  while (true) {
    const index = load<u32>(hashAt(slot++));
    if (!index) return 0;
    const route = Route.at(index);
    if (route.prefix == prefix && route.length == length) return index;
  }
}

/** A record for a prefix that has none yet. */
export function takeRecord(prefix: u32, length: u32): u32 {
  const t = table();
  let index = t.free;
  if (index) t.free = Route.at(index).prefix;
  else index = ++t.used;
  const route = Route.at(index);
  route.prefix = prefix;
  route.length = <u8>length;
  route.counts = 0;
  route.countsRest = 0;
  let slot = slotOf(prefix, length);
  while (load<u32>(hashAt(slot))) slot++;
  store<u32>(hashAt(slot), index);
  return index;
}

/** Lets whoever noted a route see that it is another one now. */
export function moveOn(route: Route): void {
  route.generation++;
  table().changes++;
}

/** Gives a record back. Its generation moves on. */
export function freeRecord(index: u32): void {
  const route = Route.at(index);
  let hole = slotOf(route.prefix, route.length);
  while (load<u32>(hashAt(hole)) != index) hole++;
  for (let next = hole + 1; ; next++) {
    const moved = load<u32>(hashAt(next));
    if (!moved) break;
    const home = slotOf(Route.at(moved).prefix, Route.at(moved).length);
    if (((next - home) & hashMask) < ((next - hole) & hashMask)) continue;
    store<u32>(hashAt(hole), moved);
    hole = next;
  }
  store<u32>(hashAt(hole), 0);
  route.flags = 0;
  moveOn(route);
  route.prefix = table().free;
  table().free = index;
}
