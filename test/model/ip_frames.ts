/** Random IPv4 packets in their frames. */

import { maskOf } from "../../src/addresses.ts";
import { put16, put32 } from "../../src/reference/bytes.ts";
import type { Ip, Mac } from "../../src/types.ts";
import { ipOptions } from "./ip_options_bytes.ts";
import type { Random } from "./random.ts";
import { transport } from "./transport.ts";
import { etherFrame, padded, seal } from "./wire.ts";
import type { Station, World } from "./world.ts";

const DF = 0x4000;
const MF = 0x2000;
const SPECIAL = [0, 0xffffffff, 0xe0000001, 0xe0000005, 0xef010203, 0x7f000001, 0xf0000001, 0x00000001] as const;

/** A packet from `sender` to a link address. */
export function ipFrame(r: Random, world: World, sender: Station, dmac: Mac): Uint8Array {
  const dst = destination(r, world, sender);
  const src = r.rarely(7, sender.ip, [...SPECIAL, ...world.ownIps, ...broadcasts(sender), r.pick(world.remote)]);
  const options = r.percent(18) ? ipOptions(r, world) : new Uint8Array(0);
  const protocol = r.weighted([
    [5, 17],
    [4, 6],
    [4, 1],
    [1, r.pick([2, 47, 255, 0])],
  ]);
  const payload = transport(r, protocol);
  const ip = packet(src, dst, protocol, options, payload);
  decorate(r, ip, 20 + options.length);
  const frame = etherFrame(dmac, sender.mac, 0x0800, ip);
  return r.weighted([
    [5, frame],
    [5, padded(frame)],
    [1, padded(frame, r.from(1, 30))],
  ]);
}

function packet(src: Ip, dst: Ip, protocol: number, options: Uint8Array, payload: Uint8Array): Uint8Array {
  const header = 20 + options.length;
  const ip = new Uint8Array(header + payload.length);
  ip[0] = 0x40 | (header / 4);
  put16(ip, 2, ip.length);
  ip[8] = 64;
  ip[9] = protocol;
  put32(ip, 12, src);
  put32(ip, 16, dst);
  ip.set(options, 20);
  ip.set(payload, header);
  return ip;
}

/** TTL, TOS, id, fragment fields and, last, the checksum; some of them wrong. */
function decorate(r: Random, ip: Uint8Array, header: number): void {
  ip[1] = r.rarely(20, 0, [0x10, 0xb8, 0xff]);
  put16(ip, 4, r.word() & 0xffff);
  ip[8] = r.rarely(20, 64, [0, 1, 2, 3, 255]);
  put16(
    ip,
    6,
    r.weighted([
      [18, 0],
      [3, DF],
      [1, MF],
      [1, r.pick([1, 185, 0x1fff])],
      [1, MF | r.pick([3, 185])],
      [1, DF | MF],
      [1, 0x8000],
    ]),
  );
  if (r.percent(3)) put16(ip, 2, r.pick([0, 19, header, header + 7, ip.length - 1, ip.length + 1, 0xffff]));
  if (r.percent(2)) ip[0] = r.pick([0x65, 0x55, 0x44, 0x40, 0x4f]);
  seal(ip, 0, Math.min((ip[0]! & 15) * 4, ip.length) & ~1, 10);
  if (r.percent(3)) ip[r.pick([10, 11])]! ^= 1 << r.below(8);
  else if (r.percent(2)) put16(ip, 10, r.pick([0, 0xffff]));
}

function destination(r: Random, world: World, sender: Station): Ip {
  return r.weighted<() => Ip>([
    [8, () => r.pick(world.stations).ip],
    [8, () => r.pick(world.remote)],
    [4, () => (world.ownIps.length > 0 ? r.pick(world.ownIps) : sender.ip)],
    [2, () => r.pick(broadcasts(r.pick(world.stations)))],
    [1, () => r.pick(SPECIAL)],
    [1, () => (world.gateways.length > 0 ? r.pick(world.gateways) : r.word())],
  ])();
}

/** All-ones and all-zeros addresses of the sender's subnets. */
function broadcasts(sender: Station): Ip[] {
  const own = sender.port.ip.flatMap(({ address, length }) => [(address | ~maskOf(length)) >>> 0, (address & maskOf(length)) >>> 0]);
  return own.length > 0 ? own : [0xffffffff];
}
