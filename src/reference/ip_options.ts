/** IP options of a datagram that arrived. After ip_dooptions of sys/netinet/ip_input.c; RFC 791 3.1. */
import { Drop, Knob } from "../../assembly/abi.ts";
import type { Ip } from "../types.ts";
import { interfaceAddress, isOnSubnetOf, isOurs } from "./address.ts";
import { get32, put32 } from "./bytes.ts";
import type { Host } from "./host.ts";
import { ICMP_PARAMPROB, ICMP_UNREACH, UNREACH_HOST, UNREACH_SRCFAIL } from "./icmp_types.ts";
import { AT_DST, destination, headerLength, IP_HEADER } from "./ipv4.ts";

export const OPTION_END = 0;
export const OPTION_NOP = 1;
const OPTION_RECORD_ROUTE = 7;
const OPTION_TIMESTAMP = 68;
export const OPTION_LOOSE = 131;
export const OPTION_STRICT = 137;

/** Lowest and next byte of the timestamp option's flags: what is recorded, and how often there was no room. */
const TIME_ONLY = 0;
const TIME_AND_ADDRESS = 1;
const TIME_PRESPECIFIED = 3;

/** What the datagram is refused for. `pointer`: byte of the header, for a parameter problem. */
export interface OptionFault {
  drop: Drop;
  type: number;
  code: number;
  pointer: number;
}

/** Fault, or: `forward` = a source route was followed, so the datagram is to be forwarded whatever its new destination. */
export type OptionResult = { fault: OptionFault } | { forward: boolean };

const bad = (pointer: number): OptionResult => ({ fault: { drop: Drop.IpBadOption, type: ICMP_PARAMPROB, code: 0, pointer } });
const sourceRouteFailed: OptionResult = { fault: { drop: Drop.SourceRoute, type: ICMP_UNREACH, code: UNREACH_SRCFAIL, pointer: 0 } };
const noRoute: OptionResult = { fault: { drop: Drop.NoRoute, type: ICMP_UNREACH, code: UNREACH_HOST, pointer: 0 } };
const fine: OptionResult = { forward: false };

/** Works through the options in place. The header checksum is not right afterwards. */
export function processOptions(host: Host, ip: Uint8Array): OptionResult {
  const end = headerLength(ip);
  let forward = false;
  let length = 1;
  for (let at = IP_HEADER; at < end && ip[at] !== OPTION_END; at += length) {
    length = 1;
    if (ip[at] === OPTION_NOP) continue;
    if (at + 1 >= end) return bad(at + 1);
    length = ip[at + 1]!;
    if (length < 2 || at + length > end) return bad(at + 1);
    const result = processOption(host, ip, at, length);
    if ("fault" in result) return result;
    forward ||= result.forward;
  }
  return { forward };
}

function processOption(host: Host, ip: Uint8Array, at: number, length: number): OptionResult {
  switch (ip[at]) {
    case OPTION_LOOSE:
    case OPTION_STRICT:
      return sourceRoute(host, ip, at, length);
    case OPTION_RECORD_ROUTE:
      return recordRoute(host, ip, at, length);
    case OPTION_TIMESTAMP:
      return timestamp(host, ip, at, length);
    default:
      return fine;
  }
}

/** The address that we write down: the destination if it is ours, else that of the interface by which the datagram will leave. */
function recordedAddress(host: Host, dst: Ip): Ip | undefined {
  if (isOurs(host, dst)) return dst;
  const route = host.routes.lookup(dst);
  return route && interfaceAddress(host, route.port);
}

function recordRoute(host: Host, ip: Uint8Array, at: number, length: number): OptionResult {
  if (length < 3) return bad(at + 1);
  const pointer = ip[at + 2]!;
  if (pointer < 4) return bad(at + 2);
  if (pointer + 3 > length) return fine;
  const address = recordedAddress(host, destination(ip));
  if (address === undefined) return noRoute;
  put32(ip, at + pointer - 1, address);
  ip[at + 2] = pointer + 4;
  return fine;
}

/** [engine] A next address that is our own again counts as a route that cannot be followed; a strict one must be on a subnet of the way out. */
function sourceRoute(host: Host, ip: Uint8Array, at: number, length: number): OptionResult {
  if (length < 3) return bad(at + 1);
  const pointer = ip[at + 2]!;
  if (pointer < 4) return bad(at + 2);
  const strict = ip[at] === OPTION_STRICT;
  if (host.knob(Knob.IpSourceroute) === 0) return sourceRouteFailed;
  if (!isOurs(host, destination(ip))) return strict ? sourceRouteFailed : fine;
  if (pointer + 3 > length) return fine;
  const next = get32(ip, at + pointer - 1);
  const route = isOurs(host, next) ? undefined : host.routes.lookup(next);
  const address = route && interfaceAddress(host, route.port);
  if (address === undefined || (strict && !isOnSubnetOf(host.ports[route!.port]!, next))) return sourceRouteFailed;
  put32(ip, AT_DST, next);
  put32(ip, at + pointer - 1, address);
  ip[at + 2] = pointer + 4;
  return { forward: true };
}

function timestamp(host: Host, ip: Uint8Array, at: number, length: number): OptionResult {
  if (length < 4 || length > 40) return bad(at + 1);
  let pointer = ip[at + 2]!;
  if (pointer < 5) return bad(at + 2);
  const kind = ip[at + 3]! & 15;
  if (pointer + 3 > length) return countOverflow(ip, at);
  if (kind !== TIME_ONLY) {
    if (kind !== TIME_AND_ADDRESS && kind !== TIME_PRESPECIFIED) return bad(at + 3);
    if (pointer + 7 > length) return bad(at + 2);
    if (kind === TIME_PRESPECIFIED && !isOurs(host, get32(ip, at + pointer - 1))) return fine;
    const address = kind === TIME_PRESPECIFIED ? get32(ip, at + pointer - 1) : recordedAddress(host, destination(ip));
    if (address === undefined) return fine;
    put32(ip, at + pointer - 1, address);
    pointer += 4;
  }
  put32(ip, at + pointer - 1, host.milliseconds);
  ip[at + 2] = pointer + 4;
  return fine;
}

function countOverflow(ip: Uint8Array, at: number): OptionResult {
  if (ip[at + 3]! >= 0xf0) return bad(at + 3);
  ip[at + 3]! += 0x10;
  return fine;
}
