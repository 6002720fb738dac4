/** Random IP options (RFC 791 3.1), good and bad. */
import { put32 } from "../../src/reference/bytes.ts";
import type { Ip } from "../../src/types.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

const RECORD_ROUTE = 7;
const TIMESTAMP = 68;
const LOOSE = 131;
const STRICT = 137;
const ROUTER_ALERT = 148;

/** Up to 40 bytes, in whole words. */
export function ipOptions(r: Random, world: World): Uint8Array {
  const options = Array.from({ length: r.pick([1, 1, 1, 2, 3]) }, () => option(r, world)).flat();
  const end = r.rarely(8, (options.length + 3) & ~3, [options.length & ~3]);
  const result = new Uint8Array(Math.min(40, end));
  if (r.percent(20)) result.fill(1);
  result.set(options.slice(0, result.length));
  return result;
}

function option(r: Random, world: World): number[] {
  const bytes = r.weighted<() => number[]>([
    [4, () => route(r, world, RECORD_ROUTE)],
    [3, () => route(r, world, LOOSE)],
    [3, () => route(r, world, STRICT)],
    [5, () => timestamp(r, world)],
    [1, () => [ROUTER_ALERT, 4, 0, 0]],
    [1, () => [1]],
    [1, () => [130, 3, r.below(256)]],
    [1, () => [0]],
    [1, () => [r.below(256), r.below(12), r.below(256)]],
  ])();
  if (r.percent(10) && bytes.length > 1) bytes[r.from(1, Math.min(3, bytes.length - 1))] = r.below(44);
  return bytes;
}

function route(r: Random, world: World, type: number): number[] {
  const slots = Array.from({ length: r.from(type === RECORD_ROUTE ? 0 : 1, 4) }, () => (type === RECORD_ROUTE ? 0 : hop(r, world)));
  const pointer = 4 + 4 * r.below(slots.length + 1);
  return [type, 3 + 4 * slots.length, r.percent(60) ? 4 : pointer, ...slots.flatMap(octets)];
}

function timestamp(r: Random, world: World): number[] {
  const kind = r.pick([0, 1, 3, 3, r.below(16)]);
  const size = kind === 0 ? 4 : 8;
  const slots = Array.from({ length: r.from(0, size === 4 ? 6 : 3) }, () => (size === 4 ? [0, 0, 0, 0] : [...octets(hop(r, world)), 0, 0, 0, 0]));
  const pointer = 5 + size * r.below(slots.length + 1);
  return [TIMESTAMP, 4 + size * slots.length, r.percent(60) ? 5 : pointer, kind | (r.pick([0, 0, 14, 15]) << 4), ...slots.flat()];
}

function hop(r: Random, world: World): Ip {
  return r.pick([r.pick(world.stations).ip, r.pick(world.remote), ...world.ownIps, ...world.gateways]);
}

function octets(ip: Ip): number[] {
  const bytes = new Uint8Array(4);
  put32(bytes, 0, ip);
  return [...bytes];
}
