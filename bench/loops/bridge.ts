/**
 * Learning bridge: all interfaces are members, no spanning tree, no spans, no station of its own. After assembly/ether/bridge.ts and bridge_table.ts.
 *
 * The table: entries of four words, found by a multiplication and probed in a row, at most a quarter full. Word 0: bytes 0 and 1 of the address; word 1:
 * bytes 2 to 5; word 2: 1 + number of the port, 0 = free; word 3: expire. The members' own addresses stand in it too, with OWN for the port: so one look-up
 * says that a frame is from or for one of them.
 */

import type { Kernel } from "./kernel.ts";
import { At, Drop, K, Knob, Mbuf, Mix, Path, Place, Port, Port64, Size, Stat, unsupported } from "./layout.ts";
import { type Memory, portAt } from "./memory.ts";
import type { Router } from "./router.ts";

const OWN = 0x100;
/** The rest of 01:80:c2:00:00:00, as loaded. */
const BSTP_REST = 0x0000_00c2;

/** Words that the table takes. */
export const bridgeTableWords = (maxaddr: number): number => 4 * entriesFor(maxaddr) + 16;
const entriesFor = (maxaddr: number): number => 2 ** Math.ceil(Math.log2(4 * Math.max(16, maxaddr)));

export interface Bridge {
  /** The bridge as an interface. */
  bifp: number;
  /** Where its table lies, for the loop's own look-ups. */
  table: number;
  mask: number;
  shift: number;
  /** A source that is new, has moved, or is a member's own; `entry` is its place. */
  learnOther(entry: number, front: number, rest: number, number: number): void;
  /** A group frame, under the serializer, which it leaves. */
  group(t: number, m: number): void;
  /** A frame for `number` that does not go on to that port: unknown (below 0), a member's own address, or the port that it came by. */
  notForwarded(m: number, number: number): void;
  addresses(): number;
}

export const makeBridge = (memory: Memory, kernel: Kernel, router: Router): Bridge => {
  const { u16, i32, f64, interfaces, system } = memory;
  const entries = entriesFor(system.maxaddr);
  const table = memory.take(4 * entries);
  const mask = (entries - 1) << 2;
  const shift = 32 - Math.log2(entries) - 2;
  const bifp = portAt(interfaces);
  const { maxaddr } = system;
  let addresses = 0;

  const find = (front: number, rest: number): number => {
    let at = (Math.imul(rest ^ Math.imul(front, Mix.B), Mix.A) >>> shift) & mask;
    while (i32[table + at + 2] && (i32[table + at + 1] !== rest || i32[table + at] !== front)) at = (at + 4) & mask;
    return table + at;
  };

  for (const { mac } of system.ports) {
    const entry = find(mac[0]! | (mac[1]! << 8), mac[2]! | (mac[3]! << 8) | (mac[4]! << 16) | (mac[5]! << 24));
    i32[entry] = mac[0]! | (mac[1]! << 8);
    i32[entry + 1] = mac[2]! | (mac[3]! << 8) | (mac[4]! << 16) | (mac[5]! << 24);
    i32[entry + 2] = 1 + OWN;
  }

  /** A source that is new, has moved, or is a member's own. */
  const learnOther = (entry: number, front: number, rest: number, number: number): void => {
    if (i32[entry + 2] === 1 + OWN) unsupported("a frame from a member's own address");
    if (i32[entry + 2]) kernel.count(Stat.BrcMoved);
    else {
      if (addresses >= maxaddr) {
        kernel.count(Stat.BrcFull);
        return;
      }
      addresses++;
      kernel.count(Stat.BrcLearned);
      i32[entry] = front;
      i32[entry + 1] = rest;
    }
    i32[entry + 2] = 1 + number;
    i32[entry + 3] = i32[K.Second]! + Size.Timeout;
  };

  const enqueueFlood = (m: number, port: number): void => {
    i32[m + Mbuf.Outif] = port;
    i32[m + Mbuf.Dispatch] = Place.BridgeEnqueue;
    i32[m + Mbuf.Flags] = i32[Knob.EnqueueMpsafe] ? 1 : 0;
    i32[m + Mbuf.Thread] = At.Threads;
    kernel.putport(m, At.Threads);
  };

  /** bridge_broadcast: a message for every other member, the last with the original. */
  const broadcast = (m: number): void => {
    kernel.count(Stat.BrcFlooded);
    let last = 0;
    for (let i = 0; i < interfaces; i++) {
      if (portAt(i) === i32[m + Mbuf.Rcvif]) continue;
      if (last) enqueueFlood(kernel.mCopy(m), last);
      last = portAt(i);
    }
    if (!last) unsupported("a bridge with one port");
    enqueueFlood(m, last);
  };

  const notForwarded = (m: number, number: number): void => {
    if (number < 0) broadcast(m);
    else if (number < Size.NoPort) kernel.drop(m, Drop.SamePort);
    else unsupported("a frame for a member's own address");
  };

  /** bridge_forward of a group frame. */
  const forwardGroup = (m: number): void => {
    const data = i32[m + Mbuf.Data]!;
    const from = u16[(data >> 1) + 3]!;
    const fromRest = i32[(data >> 2) + 2]!;
    const number = i32[i32[m + Mbuf.Rcvif]! + Port.Index]!;
    f64[(bifp >> 1) + Port64.Ipackets]!++;
    f64[(bifp >> 1) + Port64.Ibytes]! += i32[m + Mbuf.Len]!;
    i32[m + Mbuf.Path] = Path.Bridged;
    if (!(from & 1) && (from | fromRest) !== 0) {
      const entry = find(from, fromRest);
      if (i32[entry + 2] === 1 + number) i32[entry + 3] = i32[K.Second]! + Size.Timeout;
      else learnOther(entry, from, fromRest, number);
    }
    f64[(bifp >> 1) + Port64.Imcasts]!++;
    broadcast(m);
  };

  /** A group frame: a copy for the other ports, one for the bridge itself, the original for the interface. */
  const group = (t: number, m: number): void => {
    const data = i32[m + Mbuf.Data]!;
    if (u16[data >> 1] === 0x8001 && u16[(data >> 1) + 1] === BSTP_REST && u16[(data >> 1) + 2] === 0) unsupported("the spanning tree's group");
    forwardGroup(kernel.mCopy(m));
    const own = kernel.mCopy(m);
    i32[bifp + Port.SerializerOwner] = 0;
    i32[own + Mbuf.Rcvif] = bifp;
    f64[(bifp >> 1) + Port64.Ipackets]!++;
    f64[(bifp >> 1) + Port64.Imcasts]!++;
    f64[(bifp >> 1) + Port64.Ibytes]! += i32[own + Mbuf.Len]!;
    i32[own + Mbuf.Dispatch] = Place.EtherInputOncpu; // for the thread that the original was for
    i32[own + Mbuf.Flags] = i32[Knob.InputMpsafe] ? 1 : 0;
    kernel.putport(own, i32[own + Mbuf.Thread]!);
    router.demux(t, m);
  };

  return { bifp, table, mask, shift, learnOther, group, notForwarded, addresses: () => addresses };
};
