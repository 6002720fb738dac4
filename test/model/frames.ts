/** Random frames that a host can make something of, and random damage to them. */
import type { Mac } from "../../src/types.ts";
import { arpFrame } from "./arp_frames.ts";
import { ipFrame } from "./ip_frames.ts";
import type { Random } from "./random.ts";
import { etherFrame, withTag } from "./wire.ts";
import type { Station, World } from "./world.ts";

export interface Frame {
  interface: number;
  data: Uint8Array;
}

const BROADCAST: Mac = 0xffffffffffffn;
const STP_GROUP: Mac = 0x0180c2000000n;
const OTHER_TYPES = [0x88b5, 0x86dd, 0x8137, 0x809b, 0x80f3, 0x8847, 0x8848, 0x0600, 0x8863, 60, 46, 8, 0] as const;

export function randomFrame(r: Random, world: World): Frame {
  const sender = r.pick(world.stations);
  const speaksIp = world.ownIps.length > 0;
  const frame = r.weighted<(r: Random, world: World, sender: Station) => Uint8Array>([
    [speaksIp ? 12 : 4, (...args) => ipFrame(...args, linkDestination(...args))],
    [speaksIp ? 4 : 1, arpFrame],
    [speaksIp ? 2 : 6, otherFrame],
  ])(r, world, sender);
  if (world.honest) return cut(r, { interface: sender.interface, data: sender.tag === undefined ? frame : withTag(frame, sender.tag) });
  return damaged(r, world, {
    interface: r.rarely(
      8,
      sender.interface,
      world.config.ports.filter(isWire).map(({ index }) => index),
    ),
    data: tagged(r, sender, frame),
  });
}

const isWire = ({ kind }: { kind: string }): boolean => kind === "interface";

/** Mostly the address of the port that the sender talks to; on a bridge often another station's. */
function linkDestination(r: Random, world: World, sender: Station): Mac {
  const own = sender.port.mac !== 0n ? sender.port.mac : world.ownMacs[0]!;
  const routes = sender.port.ip.length > 0;
  return r.weighted<Mac>([
    [routes ? 20 : 2, own],
    [routes ? 2 : 12, r.pick(world.stations).mac],
    [2, r.pick(world.ownMacs)],
    [2, BROADCAST],
    [1, 0x01005e000000n + BigInt(r.below(300))],
    [1, 0x02ff00000000n + BigInt(r.below(4))],
    [1, STP_GROUP],
  ]);
}

/** A type that is neither IP nor ARP, or an 802.3 length. */
function otherFrame(r: Random, world: World, sender: Station): Uint8Array {
  const payload = Uint8Array.from({ length: r.from(0, 100) }, () => r.below(256));
  payload.set(
    r.pick([[], [0xff, 0xff], [0xaa, 0xaa, 3, 8, 0, 7, 0x80, 0x9b], [0xaa, 0xaa, 3, 0, 0, 0, 0x80, 0xf3], [0x42, 0x42, 3]]).slice(0, payload.length),
  );
  const src = r.rarely(world.honest ? 0 : 10, sender.mac, [0n, BROADCAST, ...world.ownMacs, ...world.stations.map(({ mac }) => mac)]);
  return etherFrame(linkDestination(r, world, sender), src, r.pick(OTHER_TYPES), payload);
}

function tagged(r: Random, sender: Station, frame: Uint8Array): Uint8Array {
  const own = sender.tag === undefined ? frame : withTag(frame, sender.tag | r.rarely(20, 0, [0x6000, 0x1000]));
  return r.percent(4) ? withTag(own, r.pick([0, 10, 11, 12, 13, 0x200a])) : own;
}

/** Most frames stay as they are. */
function damaged(r: Random, world: World, frame: Frame): Frame {
  if (!r.percent(8)) return frame;
  if (r.percent(50)) return cut(r, frame, 100);
  const copy = frame.data.slice();
  if (r.percent(50)) for (let n = r.from(1, 4); n > 0; n--) copy[r.below(Math.min(copy.length, 60))] = r.below(256);
  else copy.set(macBytes(r.pick([...world.ownMacs, 0n, BROADCAST])), 6);
  return { ...frame, data: copy };
}

/** Now and then a frame ends early, or something stands behind it. */
function cut(r: Random, frame: Frame, chance = 4): Frame {
  if (!r.percent(chance)) return frame;
  const { data } = frame;
  if (r.percent(50)) return { ...frame, data: data.slice(0, r.below(data.length + 1)) };
  return { ...frame, data: Uint8Array.from([...data, ...new Array<number>(r.from(1, 40)).fill(r.below(256))]) };
}

const macBytes = (mac: Mac): number[] => [40n, 32n, 24n, 16n, 8n, 0n].map((shift) => Number((mac >> shift) & 255n));
