// Where the best route of each address stands: three levels by its bits.
//
//   root    65,536 entries by the upper 16 bits: best route of 0 to 16 bits, and a node if there are longer ones
//   node    256 entries by the next 8 bits: best route of 17 to 24 bits, and a flag if there are longer ones
//   tail    a record per /24 with longer routes: how many of each length from 25 to 32
//   hash    every route and tail by (prefix, length): route_table.ts

import { Region } from "../abi";
import { base } from "../memory/arena";
import { maskOf } from "../wire/ipv4";
import { find, freeRecord, Route, TAIL, TailCounts, table, takeRecord } from "./route_table";

const NODE_BYTES: usize = 256 * 4 + 16;
/** Entry of a node: route in bits 0-21, length less 16 in bits 22-25, tail flag in bit 31. */
export const ROUTE_MASK: u32 = 0x3f_ffff;
const LENGTH_SHIFT: u32 = 22;
export const TAIL_FLAG: u32 = 0x8000_0000;

export function routeNodes(limit: u32): u32 {
  return min(limit, 65536);
}
export const ROUTE_NODE_BYTES: u64 = NODE_BYTES;

export function nodeAt(node: u32): usize {
  return base(Region.RouteNodes) + <usize>(node - 1) * NODE_BYTES;
}

/** Writes a new route over the entries that it is the best of. */
export function placeRoute(index: u32, prefix: u32, length: u32): void {
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

/** Puts what is now the best in the place of a route that has gone. */
export function displaceRoute(index: u32, prefix: u32, length: u32): void {
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
