// The address table of a bridge. After sys/net/bridge/if_bridge.c 1.42: 1,024 buckets by Jenkins' mix, each in descending address order; a limit that
// nothing is evicted for; ageing by a sweep. One list over all entries, newest first, serves the sweep and the trim.

import { Counter, Region } from "../abi";
import { timeSecond } from "../kern/kernel";
import { base } from "../memory/arena";
import { count } from "../stats/counters";
import { forget, remember, Station } from "./bridge_cache";

const BRIDGE_RTHASH_SIZE: u32 = 1024;

/** bridge_rtnode. Numbers of entries count from 1 within the bridge; 0 = none. */
@unmanaged
export class BridgeEntry {
  mac: u64; // in wire order, as a number: first byte highest
  bucketNext: u32;
  next: u32;
  previous: u32;
  expire: u32; // time_second; 0 = static, or never
  port: u32;
  isStatic: u32;
}

@unmanaged
export class Bridge {
  port: u32; // the bridge as an interface
  firstMember: u32;
  members: u32;
  firstEntry: u32; // of its own in the region of entries
  maxaddr: u32; // sc_brtmax
  timeout: u32; // seconds, 0 = no ageing
  key: u32;
  count: u32; // sc_brtcnt
  head: u32; // newest entry
  free: u32; // through `next`
  number: u32;
  room: u32; // entries that there is memory for
  spans: u32; // members that are span ports
  cacheFirst: u32; // first line of its look-aside
  cacheEnd: u32;
  cacheShift: u32; // 64 less the binary logarithm of their number

  static at(number: u32): Bridge {
    return changetype<Bridge>(base(Region.Bridges) + <usize>number * offsetof<Bridge>());
  }

  entry(index: u32): BridgeEntry {
    return changetype<BridgeEntry>(base(Region.BridgeEntries) + <usize>(this.firstEntry + index - 1) * offsetof<BridgeEntry>());
  }

  bucket(hash: u32): usize {
    return base(Region.BridgeBuckets) + ((<usize>((this.number << 10) + hash)) << 2);
  }
}

/** Lists all entries as free, the first on top. */
export function initBridgeEntries(bridge: Bridge, room: u32): void {
  bridge.room = room;
  for (let index = room; index > 0; index--) {
    bridge.entry(index).next = bridge.free;
    bridge.free = index;
  }
}

/** bridge_rthash: Jenkins' mix of the address, given as loaded from the wire. */
export function bridgeRthash(mac: u64, key: u32): u32 {
  const low = <u32>mac;
  let a: u32 = 0x9e37_79b9 + low;
  let b: u32 = 0x9e37_79b9 + <u32>(mac >> 32);
  let c = key;
  a = (a - b - c) ^ (c >> 13);
  b = (b - c - a) ^ (a << 8);
  c = (c - a - b) ^ (b >> 13);
  a = (a - b - c) ^ (c >> 12);
  b = (b - c - a) ^ (a << 16);
  c = (c - a - b) ^ (b >> 5);
  a = (a - b - c) ^ (c >> 3);
  b = (b - c - a) ^ (a << 10);
  c = (c - a - b) ^ (b >> 15);
  return c & (BRIDGE_RTHASH_SIZE - 1);
}

/** The order of addresses in a bucket: as their bytes compare. */
function wireOrder(mac: u64): u64 {
  return bswap<u64>(mac) >> 16;
}

/** bridge_rtlookup: the entry of an address, 0 = unknown. Old entries count until the sweep finds them. */
export function bridgeRtlookup(bridge: Bridge, mac: u64): u32 {
  const wanted = wireOrder(mac);
  for (let index = load<u32>(bridge.bucket(bridgeRthash(mac, bridge.key))); index; ) {
    const entry = bridge.entry(index);
    if (entry.mac == wanted) {
      remember(bridge, mac, index, entry.port);
      return index;
    }
    if (entry.mac < wanted) return 0;
    index = entry.bucketNext;
  }
  return 0;
}

/** bridge_rtupdate for a received frame: learns, refreshes or moves a dynamic address. At the limit a new one is not learned. */
export function bridgeRtupdate(bridge: Bridge, mac: u64, port: u32, cpu: u32): void {
  let index = bridgeRtlookup(bridge, mac);
  if (!index) {
    if (bridge.count >= bridge.maxaddr) {
      count(cpu, Counter.brc_full);
      return;
    }
    index = insert(bridge, mac);
    bridge.entry(index).port = port;
    count(cpu, Counter.brc_learned);
  }
  const entry = bridge.entry(index);
  if (entry.isStatic) return;
  if (entry.port != port) {
    entry.port = port;
    forget(bridge, mac);
    count(cpu, Counter.brc_moved);
  }
  refresh(bridge, entry);
}

/** bridge_rtupdate for a known station that has not moved: the same all through a second. */
export function bridgeRtrefresh(bridge: Bridge, station: Station): void {
  const now = timeSecond();
  if (station.second == now) return;
  station.second = now;
  const entry = bridge.entry(station.index);
  if (!entry.isStatic) refresh(bridge, entry);
}

function refresh(bridge: Bridge, entry: BridgeEntry): void {
  const expire = bridge.timeout ? timeSecond() + bridge.timeout : 0;
  if (entry.expire != expire) entry.expire = expire;
}

/** Adds a static address. False: the table is full. */
export function bridgeRtstatic(bridge: Bridge, mac: u64, port: u32): bool {
  let index = bridgeRtlookup(bridge, mac);
  if (!index) {
    if (bridge.count >= bridge.maxaddr) return false;
    index = insert(bridge, mac);
  }
  const entry = bridge.entry(index);
  forget(bridge, mac);
  entry.port = port;
  entry.expire = 0;
  entry.isStatic = 1;
  return true;
}

/** bridge_rtnode_insert. The caller has seen that the table is not full. */
function insert(bridge: Bridge, mac: u64): u32 {
  const index = bridge.free;
  const entry = bridge.entry(index);
  bridge.free = entry.next;
  entry.mac = wireOrder(mac);
  entry.isStatic = 0;
  let link = bridge.bucket(bridgeRthash(mac, bridge.key));
  for (let at = load<u32>(link); at && bridge.entry(at).mac > entry.mac; at = load<u32>(link))
    link = changetype<usize>(bridge.entry(at)) + offsetof<BridgeEntry>("bucketNext");
  entry.bucketNext = load<u32>(link);
  store<u32>(link, index);
  entry.previous = 0;
  entry.next = bridge.head;
  if (bridge.head) bridge.entry(bridge.head).previous = index;
  bridge.head = index;
  bridge.count++;
  return index;
}

/** bridge_rtnode_destroy. */
export function bridgeRtdestroy(bridge: Bridge, index: u32): void {
  const entry = bridge.entry(index);
  const mac = bswap<u64>(entry.mac << 16);
  forget(bridge, mac);
  let link = bridge.bucket(bridgeRthash(mac, bridge.key));
  for (let at = load<u32>(link); at != index; at = load<u32>(link)) link = changetype<usize>(bridge.entry(at)) + offsetof<BridgeEntry>("bucketNext");
  store<u32>(link, entry.bucketNext);
  if (entry.previous) bridge.entry(entry.previous).next = entry.next;
  else bridge.head = entry.next;
  if (entry.next) bridge.entry(entry.next).previous = entry.previous;
  entry.next = bridge.free;
  bridge.free = index;
  bridge.count--;
}
