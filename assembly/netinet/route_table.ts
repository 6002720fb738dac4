// Records of routes, found by exact prefix. A tail record counts the routes longer than 24 bits under one /24. Open addressing; removal shifts back.
//
//   Region.Routes   | Table 32 | a Route for each record from 1 on | counts of the tails, likewise |
//
// The counts lie apart, as few records have any: four routes share a line of the cache.

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

  static at(index: u32): Route {
    return changetype<Route>(routes + <usize>index * offsetof<Route>());
  }
}

/** Route 0, which means "none", lies in the second half of it. */
@unmanaged
class Table {
  used: u32; // records ever taken
  free: u32; // list through `prefix`
  nodes: u32; // nodes ever taken
  nodeFree: u32; // 1 + first free node; the list goes through the first word
  count: u32; // routes
  changes: u32; // of a route's generation
}

const TABLE_BYTES: usize = 32;
if (offsetof<Table>() > TABLE_BYTES || offsetof<Route>() != TABLE_BYTES >> 1) ERROR("Table takes the places of two routes");

/** Of a tail: how many routes it has of 25 to 32 bits, 16 bits each. */
@unmanaged
export class TailCounts {
  low: u64;
  high: u64;

  static of(tail: u32): TailCounts {
    return changetype<TailCounts>(counts + <usize>tail * offsetof<TailCounts>());
  }

  /** Where the number of those of a length stands. */
  at(length: u32): usize {
    return changetype<usize>(this) + ((<usize>(length - 25)) << 1);
  }
}

let routes: usize = 0;
let counts: usize = 0;
let hash: usize = 0;
let hashMask: u32 = 0;

/** Records for a number of routes: the routes, a tail for each, and record 0. */
function routeRecords(limit: u32): u32 {
  return 2 * limit + 1;
}
/** Bytes of Region.Routes. */
export function routeBytes(limit: u32): u64 {
  return <u64>TABLE_BYTES + <u64>routeRecords(limit) * (offsetof<Route>() + offsetof<TailCounts>());
}

/** Slots of the hash: at most half full. */
export function routeSlots(limit: u32): u32 {
  return 1 << (33 - clz(2 * limit));
}

export function attachRouteTable(): void {
  routes = base(Region.Routes) + TABLE_BYTES - offsetof<Route>();
  counts = routes + <usize>routeRecords(boot(Boot.Routes)) * offsetof<Route>();
  hash = base(Region.RouteHash);
  hashMask = routeSlots(boot(Boot.Routes)) - 1;
}

export function table(): Table {
  return changetype<Table>(base(Region.Routes));
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
  if (length == TAIL) clearCounts(index);
  let slot = slotOf(prefix, length);
  while (load<u32>(hashAt(slot))) slot++;
  store<u32>(hashAt(slot), index);
  return index;
}

function clearCounts(tail: u32): void {
  const own = TailCounts.of(tail);
  own.low = 0;
  own.high = 0;
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
