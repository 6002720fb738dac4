// A look-aside in front of a bridge's address table: lines of four addresses, of which one is picked by arithmetic. It holds a part of the table, decides
// nothing, and saves a known station the hash of 2008 and the walk through its bucket.
//
//   line    | address 8 | entry, port 4 | second 4 | three more of the same |        64 bytes
//
// An own address of the bridge or of a member is never in it, nor is a group: whoever is found here is a station.

import { Region } from "../abi";
import { Ifnet } from "../kern/ifnet";
import { base } from "../memory/arena";
import { isGroupMac } from "../memory/bytes";
import { LINE_BYTES, LINE_SHIFT, lineNumber, PLACE_SHIFT, placeOf } from "../memory/line";
import { Member } from "./bridge_member";
import { Bridge } from "./bridge_table";

@unmanaged
export class Station {
  mac: u64; // as loaded from the wire
  place: u32; // number of its entry, below 2^24, and port, as one: 0 = the slot is empty
  second: u32; // time_second when its entry was refreshed from here; 0 = not yet

  get index(): u32 {
    return this.place >> 8;
  }

  get port(): u32 {
    return this.place & 0xff;
  }
}

/** Lines for a bridge with room for so many addresses: a power of two, for one and a half to three addresses each. */
function lines(maxaddr: u32): u32 {
  return max(2, 1 << (32 - clz(maxaddr / 3)));
}

/** Bytes for bridges with room for so many addresses in all: rounding up doubles a number at most. */
export function bridgeCacheBytes(bridges: u32, addresses: u32): u64 {
  return (<u64>(2 * bridges + 2 * (addresses / 3))) << LINE_SHIFT;
}

/** Gives the bridge its lines, from `first` on. */
export function initBridgeCache(bridge: Bridge, first: u32): void {
  const count = lines(bridge.room);
  bridge.cacheFirst = first;
  bridge.cacheEnd = first + count;
  bridge.cacheShift = 64 - ctz(count);
}

/** The line of an address. */
function lineOf(bridge: Bridge, mac: u64): usize {
  return base(Region.BridgeCache) + ((<usize>bridge.cacheFirst + lineNumber(mac, bridge.cacheShift)) << LINE_SHIFT);
}

/** The slot of an address, or null if it is not here; it may be in the table all the same. */
export function stationOf(bridge: Bridge, mac: u64): Station | null {
  const slot = changetype<Station>(placeOf(lineOf(bridge, mac), mac));
  return slot.mac == mac && slot.place ? slot : null;
}

/** Puts an address of the table into its line, in place of another one if that is full. */
export function remember(bridge: Bridge, mac: u64, index: u32, port: u32): void {
  if (!mac || isGroupMac(mac) || isOwn(bridge, mac)) return; // 0 is no station, and the mark of an empty slot
  let slot = stationOf(bridge, mac);
  if (!slot) {
    const line = lineOf(bridge, mac);
    slot = changetype<Station>(line + ((<usize>index & 3) << PLACE_SHIFT));
    for (let at = line; at < line + LINE_BYTES; at += offsetof<Station>()) if (!changetype<Station>(at).place) slot = changetype<Station>(at);
  }
  slot.mac = mac;
  slot.place = (index << 8) | port;
  slot.second = 0;
}

/** Takes an address out that has moved or gone. */
export function forget(bridge: Bridge, mac: u64): void {
  const slot = stationOf(bridge, mac);
  if (!slot) return;
  slot.mac = 0;
  slot.place = 0;
}

function isOwn(bridge: Bridge, mac: u64): bool {
  if (mac == Ifnet.at(bridge.port).mac) return true;
  for (let i: u32 = 0; i < bridge.members; i++) {
    const member = Member.at(bridge.firstMember + i);
    if (!member.isSpan && Ifnet.at(member.port).mac == mac) return true;
  }
  return false;
}
