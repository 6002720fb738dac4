/** ICMP that the host sends: errors about datagrams, and answers. After sys/netinet/ip_icmp.c; RFC 792, RFC 1122 3.2.2, RFC 1812 4.3. */
import { Knob, Path } from "../../assembly/abi.ts";
import type { Ip } from "../types.ts";
import { addressTowards, interfaceAddress, isAnyBroadcast, isOurs } from "./address.ts";
import { checksum, put16, put32 } from "./bytes.ts";
import type { Done, Host } from "./host.ts";
import { ICMP_PARAMPROB, isInformation } from "./icmp_types.ts";
import { ipOutput } from "./ip_output.ts";
import {
  AT_DST,
  AT_FRAGMENT,
  AT_ID,
  AT_LENGTH,
  AT_PROTOCOL,
  AT_SRC,
  AT_TOS,
  AT_TTL,
  canForward,
  destination,
  fragmentOffset,
  headerLength,
  IP_HEADER,
  IPPROTO_ICMP,
  isMulticast,
  source,
} from "./ipv4.ts";

/** A datagram as it arrived, for the rules of what an error may be about and for quoting. */
export interface Received {
  ip: Uint8Array;
  /** It came in a broadcast or multicast frame. */
  group: boolean;
}

const ICMP_TTL = 255;
const ICMP_HEADER = 8;
/** Bytes that an error quotes beyond the IP header. */
const QUOTED = 8;

/**
 * icmp_error. `value` fills the second word: gateway, next-hop MTU, or the pointer of a parameter problem. Nothing is sent if the rules forbid it,
 * if there is no way back, or if the second's allowance for this type is used up.
 */
export function icmpError(host: Host, about: Received, type: number, code: number, value = 0): Done {
  if (!mayBeComplainedAbout(host, about)) return;
  const way = wayBack(host, source(about.ip), destination(about.ip), (port) => interfaceAddress(host, port));
  if (!way || !withinLimit(host, type)) return;
  const quoted = about.ip.subarray(0, headerLength(about.ip) + QUOTED);
  const ip = new Uint8Array(IP_HEADER + ICMP_HEADER + quoted.length);
  ip[0] = 0x45;
  ip[AT_TOS] = host.knob(Knob.IcmpErrorTos);
  put16(ip, AT_LENGTH, ip.length);
  put16(ip, AT_ID, host.ipId++ & 0xffff);
  ip[AT_TTL] = ICMP_TTL;
  ip[AT_PROTOCOL] = IPPROTO_ICMP;
  put32(ip, AT_SRC, way.from);
  put32(ip, AT_DST, source(about.ip));
  ip[IP_HEADER] = type;
  ip[IP_HEADER + 1] = code;
  put32(ip, IP_HEADER + 4, type === ICMP_PARAMPROB ? value << 24 : value);
  ip.set(quoted, IP_HEADER + ICMP_HEADER);
  send(host, ip, way);
}

/** RFC 1812 4.3.2.7. */
function mayBeComplainedAbout(host: Host, about: Received): boolean {
  const { ip, group } = about;
  const dst = destination(ip);
  if (group || isMulticast(dst) || isAnyBroadcast(host, dst) || fragmentOffset(ip) !== 0 || !isOneHost(host, source(ip))) return false;
  const icmp = headerLength(ip);
  const isError = ip[AT_PROTOCOL] === IPPROTO_ICMP && ip.length >= icmp + ICMP_HEADER && !isInformation(ip[icmp]!);
  return !isError;
}

const isOneHost = (host: Host, address: Ip): boolean => canForward(address) && !isAnyBroadcast(host, address);

/** icmplim of each type in each whole second of engine time; 0 = no limit. */
function withinLimit(host: Host, type: number): boolean {
  if (host.icmpSecond !== host.seconds) {
    host.icmpSecond = host.seconds;
    host.icmpSent.clear();
  }
  const limit = host.knob(Knob.IcmpLimit);
  if (limit === 0) return true;
  const sent = host.icmpSent.get(type) ?? 0;
  if (sent >= limit) return false;
  host.icmpSent.set(type, sent + 1);
  return true;
}

/**
 * The answer to a query: `ip` with its ICMP type already changed. It keeps id, TOS and options; the ICMP checksum, the addresses, the time to live and the
 * fragment field are new. `asked` is the destination that the query came with.
 */
export function icmpReflect(host: Host, ip: Uint8Array, asked: Ip, rcvif: number): Done {
  const from = addressTowards(host, rcvif, source(ip));
  const way = canForward(source(ip)) ? wayBack(host, source(ip), asked, () => from) : undefined;
  if (!way) return;
  put16(ip, AT_FRAGMENT, 0);
  put32(ip, AT_DST, source(ip));
  put32(ip, AT_SRC, way.from);
  ip[AT_TTL] = ICMP_TTL;
  send(host, ip, way);
}

type Way = NonNullable<ReturnType<typeof wayBack>>;

/**
 * Route to the source of a datagram, and the address to answer from: the one that was asked if it is ours, else an error's is that of the interface which
 * leads back, and an answer's that of the interface which was asked, as in icmp_reflect (`otherwise`; it gets the port of the route). [engine] The host sends nothing to itself, and counts nothing that has no way out.
 */
function wayBack(host: Host, to: Ip, asked: Ip, otherwise: (port: number) => Ip | undefined) {
  const route = isOurs(host, to) ? undefined : host.routes.lookup(to);
  const from = route && (isOurs(host, asked) ? asked : otherwise(route.port));
  return route && from !== undefined ? { route, from } : undefined;
}

function send(host: Host, ip: Uint8Array, way: Way): Done {
  const icmp = headerLength(ip);
  put16(ip, icmp + 2, 0);
  put16(ip, icmp + 2, checksum(ip, icmp, ip.length));
  host.tally.generated++;
  const output = ipOutput(host, way.route, ip, Path.Originated);
  if (output.refused !== undefined) host.drop(output.refused);
  if (output.send) host.pend(output.send);
}
