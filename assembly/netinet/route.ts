// Routes and the longest prefix match. The kernel's radix tree gives the same answers; this one has bounded steps and a size known beforehand:
//
//   root    65,536 entries by the upper 16 bits: best route of 0 to 16 bits, and a node if there are longer ones
//   node    256 entries by the next 8 bits: best route of 17 to 24 bits, and a flag if there are longer ones
//   tail    a record per /24 with longer routes: how many of each length from 25 to 32
//   hash    every route and tail by (prefix, length)
//
// One table for all CPUs: it changes only between two steps, and carries no counters. [engine: the kernel has a copy per CPU]

import { Boot, Region, RTF_GATEWAY, RTF_UP } from "../abi";
import { base, boot } from "../memory/arena";
import { maskOf } from "../wire/ipv4";
import { attachRouteTable, find, freeRecord, moveOn, Route, TAIL, TailCounts, table, takeRecord } from "./route_table";

const NODE_BYTES: usize = 256 * 4 + 16;
/** Entry of a node: route in bits 0-21, length less 16 in bits 22-25, tail flag in bit 31. */
const ROUTE_MASK: u32 = 0x3f_ffff;
const LENGTH_SHIFT: u32 = 22;
const TAIL_FLAG: u32 = 0x8000_0000;

export function routeNodes(limit: u32): u32 {
  return min(limit, 65536);
}
export const ROUTE_NODE_BYTES: u64 = NODE_BYTES;

export function attachRoutes(): void {
  attachRouteTable();
}

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

function nodeAt(node: u32): usize {
  return base(Region.RouteNodes) + <usize>(node - 1) * NODE_BYTES;
}

/** Adds or replaces a route. False: the table is full. `prefix` has no bits beyond `length`. */
export function rtadd(prefix: u32, length: u32, gateway: u32, flags: u32, port: u32): bool {
  let index = find(prefix, length);
  if (!index) {
    if (table().count == boot(Boot.Routes)) return false;
    table().count++;
    index = takeRecord(prefix, length);
    place(index, prefix, length);
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
  displace(index, prefix, length);
  return true;
}

function place(index: u32, prefix: u32, length: u32): void {
  if (length <= 16) {
    fillRoot(prefix, length, index, length);
    return;
  }
  const node = ensureNode(prefix);
  if (length <= 24) {
    fillNode(node, prefix, length, index, length);
    return;
  }
  let tail = find(prefix & 0xffff_ff00, TAIL);
  if (!tail) tail = takeRecord(prefix & 0xffff_ff00, TAIL);
  const count = TailCounts.of(tail).at(length);
  store<u16>(count, load<u16>(count) + 1);
  const slot = node + ((<usize>((prefix >> 8) & 255)) << 2);
  store<u32>(slot, load<u32>(slot) | TAIL_FLAG);
}

function displace(index: u32, prefix: u32, length: u32): void {
  if (length <= 16) {
    const next = nextBest(prefix, length, 0);
    fillRoot(prefix, length, next, next ? Route.at(next).length : 0, index);
    return;
  }
  const node = nodeAt(<u32>(load<u64>(base(Region.RouteRoot) + ((<usize>(prefix >> 16)) << 3)) >> 40));
  if (length <= 24) {
    const next = nextBest(prefix, length, 17);
    fillNode(node, prefix, length, next, next ? Route.at(next).length : 16, index);
  } else {
    const tail = find(prefix & 0xffff_ff00, TAIL);
    const counts = TailCounts.of(tail);
    const count = counts.at(length);
    store<u16>(count, load<u16>(count) - 1);
    if (!(counts.low | counts.high)) {
      freeRecord(tail);
      const slot = node + ((<usize>((prefix >> 8) & 255)) << 2);
      store<u32>(slot, load<u32>(slot) & ~TAIL_FLAG);
    }
  }
  releaseNode(prefix, node);
}

/** The longest shorter route that covers a prefix and lives on the same level. */
function nextBest(prefix: u32, length: u32, shortest: u32): u32 {
  for (let shorter: i32 = length - 1; shorter >= <i32>shortest; shorter--) {
    const index = find(prefix & maskOf(shorter), shorter);
    if (index) return index;
  }
  return 0;
}

/** Writes a route over the entries of a prefix that hold nothing longer; with `only`, over those that hold that route. */
function fillRoot(prefix: u32, length: u32, index: u32, newLength: u32, only: u32 = 0): void {
  const first = prefix >> 16;
  for (let i: u32 = 0, n: u32 = 1 << (16 - length); i < n; i++) {
    const at = base(Region.RouteRoot) + ((<usize>(first + i)) << 3);
    const entry = load<u64>(at);
    const mine = only ? <u32>entry == only : <u32>((entry >> 32) & 255) <= length;
    if (mine) store<u64>(at, (entry & ~0xff_ffff_ffff) | ((<u64>newLength) << 32) | index);
  }
}

function fillNode(node: usize, prefix: u32, length: u32, index: u32, newLength: u32, only: u32 = 0): void {
  const first = (prefix >> 8) & 255;
  for (let i: u32 = 0, n: u32 = 1 << (24 - length); i < n; i++) {
    const at = node + ((<usize>(first + i)) << 2);
    const slot = load<u32>(at);
    const mine = only ? (slot & ROUTE_MASK) == only : ((slot >> LENGTH_SHIFT) & 15) + 16 <= length;
    if (mine) store<u32>(at, (slot & TAIL_FLAG) | ((newLength - 16) << LENGTH_SHIFT) | index);
  }
}

/** The node under a prefix's upper 16 bits, with one more route counted in it. */
function ensureNode(prefix: u32): usize {
  const at = base(Region.RouteRoot) + ((<usize>(prefix >> 16)) << 3);
  const entry = load<u64>(at);
  let node = <u32>(entry >> 40);
  if (!node) {
    const t = table();
    node = t.nodeFree;
    if (node) t.nodeFree = load<u32>(nodeAt(node));
    else node = ++t.nodes;
    memory.fill(nodeAt(node), 0, NODE_BYTES);
    store<u64>(at, entry | ((<u64>node) << 40));
  }
  const count = nodeAt(node) + 1024;
  store<u32>(count, load<u32>(count) + 1);
  return nodeAt(node);
}

function releaseNode(prefix: u32, node: usize): void {
  const left = load<u32>(node, 1024) - 1;
  store<u32>(node, left, 1024);
  if (left) return;
  const at = base(Region.RouteRoot) + ((<usize>(prefix >> 16)) << 3);
  const entry = load<u64>(at);
  store<u64>(at, entry & 0xff_ffff_ffff);
  store<u32>(node, table().nodeFree);
  table().nodeFree = <u32>(entry >> 40);
}
