// Routes and the longest prefix match. The kernel's radix tree gives the same answers; this one has bounded steps and a size known beforehand: route_trie.ts.
//
// One table for all CPUs: it changes only between two steps, and carries no counters. [engine: the kernel has a copy per CPU]

import { Boot, Region, RTF_GATEWAY, RTF_UP } from "../abi";
import { base, boot } from "../memory/arena";
import { maskOf } from "../wire/ipv4";
import { find, freeRecord, moveOn, Route, TAIL, TailCounts, table, takeRecord } from "./route_table";
import { displaceRoute, nodeAt, placeRoute, ROUTE_MASK, TAIL_FLAG } from "./route_trie";

/** Routes in the table. */
export function routeCount(): u32 {
  return table().count;
}

/** The best route to an address; 0 = none. */
export function rtlookup(dst: u32): u32 {
  const entry = load<u64>(base(Region.RouteRoot) + ((<usize>(dst >> 16)) << 3));
  const node = <u32>(entry >> 40);
  if (node) {
    const slot = load<u32>(nodeAt(node) + ((<usize>((dst >> 8) & 255)) << 2));
    if (slot & TAIL_FLAG) {
      const longer = lookupTail(dst);
      if (longer) return longer;
    }
    if (slot & ROUTE_MASK) return slot & ROUTE_MASK;
  }
  return <u32>entry;
}

/** The first half of a look-up: where the best route of up to 24 bits stands in a node; 0: there is no node. */
export function rtplace(dst: u32): usize {
  const node = <u32>(load<u64>(base(Region.RouteRoot) + ((<usize>(dst >> 16)) << 3)) >> 40);
  return node ? nodeAt(node) + ((<usize>((dst >> 8) & 255)) << 2) : 0;
}

/** The second half, but for longer routes. */
export function rtat(place: usize): u32 {
  return load<u32>(place) & ROUTE_MASK;
}

function lookupTail(dst: u32): u32 {
  const counts = TailCounts.of(find(dst & 0xffff_ff00, TAIL));
  for (let length: u32 = 32; length > 24; length--) {
    if (!load<u16>(counts.at(length))) continue;
    const index = find(dst & maskOf(length), length);
    if (index) return index;
  }
  return 0;
}

/** Adds or replaces a route. False: the table is full. `prefix` has no bits beyond `length`. */
export function rtadd(prefix: u32, length: u32, gateway: u32, flags: u32, port: u32): bool {
  let index = find(prefix, length);
  if (!index) {
    if (table().count == boot(Boot.Routes)) return false;
    table().count++;
    index = takeRecord(prefix, length);
    placeRoute(index, prefix, length);
  }
  const route = Route.at(index);
  route.gateway = gateway;
  route.flags = <u8>(flags | RTF_UP);
  route.port = <u16>port;
  moveOn(route);
  return true;
}

/** The route to exactly this prefix: 1 + its port in bits 0 to 15, RTF_GATEWAY from bit 16 on, its gateway from bit 32 on; 0: there is none. */
export function rtexact(prefix: u32, length: u32): u64 {
  const index = find(prefix, length);
  if (!index) return 0;
  const route = Route.at(index);
  return <u64>(1 + (<u32>route.port | ((<u32>route.flags & RTF_GATEWAY) << 16))) | ((<u64>route.gateway) << 32);
}

/** Removes a route. False: there is none of exactly this prefix. */
export function rtdelete(prefix: u32, length: u32): bool {
  const index = find(prefix, length);
  if (!index) return false;
  table().count--;
  freeRecord(index);
  displaceRoute(index, prefix, length);
  return true;
}
