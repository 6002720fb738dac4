/** Which CPU and which thread a datagram belongs to. After sys/netinet/ip_demux.c. */
import { Drop, ThreadKind } from "../../assembly/abi.ts";
import type { Ip } from "../types.ts";
import { get16 } from "./bytes.ts";
import {
  AT_DST,
  AT_PROTOCOL,
  AT_SRC,
  destination,
  fragmentOffset,
  headerLength,
  IP_HEADER,
  IPPROTO_TCP,
  IPPROTO_UDP,
  isFragment,
  isMulticast,
  totalLength,
} from "./ipv4.ts";
import { toeplitz } from "./toeplitz.ts";

/** A protocol thread. */
export interface ThreadId {
  kind: ThreadKind.Netisr | ThreadKind.Tcp | ThreadKind.Udp;
  cpu: number;
}

export const NETISR0: ThreadId = { kind: ThreadKind.Netisr, cpu: 0 };

/** ip_lengthcheck. `ip` is all that followed the Ethernet header, padding included. Undefined = the lengths are sound. */
export function ipLengthcheck(ip: Uint8Array): Drop | undefined {
  if (ip.length < IP_HEADER) return Drop.IpTooShort;
  const header = headerLength(ip);
  if (header < IP_HEADER || ip.length < header) return Drop.IpBadHeaderLength;
  const total = totalLength(ip);
  if (ip.length < total) return Drop.IpTooShort;
  if (fragmentOffset(ip) !== 0) return total < header ? Drop.IpBadLength : undefined;
  if (ip[AT_PROTOCOL] === IPPROTO_TCP) return tcpLengthcheck(ip, header, total);
  if (ip[AT_PROTOCOL] === IPPROTO_UDP) return total < header + 8 ? Drop.UdpTooShort : undefined;
  return total < header ? Drop.IpBadLength : undefined;
}

function tcpLengthcheck(ip: Uint8Array, header: number, total: number): Drop | undefined {
  if (total < header + 20) return Drop.TcpTooShort;
  const tcpHeader = (ip[header + 12]! >> 4) * 4;
  return tcpHeader < 20 || header + tcpHeader > total ? Drop.TcpBadOffset : undefined;
}

export interface MportOptions {
  cpus: number;
  /** True for a broadcast address of the receiving interface. */
  isBroadcast?: (address: Ip) => boolean;
  /** `options RSS`: the seeds of the Toeplitz key. */
  rss?: { seed0: number; seed1: number } | undefined;
}

/** ip_mport, for a datagram that passed ip_lengthcheck. */
export function ipMport(ip: Uint8Array, options: MportOptions): ThreadId {
  if (isFragment(ip)) return NETISR0;
  const protocol = ip[AT_PROTOCOL];
  if (protocol !== IPPROTO_TCP && protocol !== IPPROTO_UDP) return NETISR0;
  const kind = protocol === IPPROTO_TCP ? ThreadKind.Tcp : ThreadKind.Udp;
  const mask = ncpus2(options.cpus) - 1;
  if (options.rss) return { kind, cpu: rssHash(ip, options.rss) & mask };
  const group = isMulticast(destination(ip)) || options.isBroadcast?.(destination(ip));
  return { kind, cpu: kind === ThreadKind.Udp && group ? 0 : inpMportHash(ip) & mask };
}

/** The largest power of two that is not above the number of CPUs. */
export const ncpus2 = (cpus: number): number => 1 << (31 - Math.clz32(cpus));

/** INP_MPORT_HASH: the last octets of the addresses and the low bytes of the ports, XORed. The same in both directions of a flow. */
export function inpMportHash(ip: Uint8Array): number {
  const ports = headerLength(ip);
  return ip[AT_SRC + 3]! ^ ip[AT_DST + 3]! ^ (get16(ip, ports) & 0xff) ^ (get16(ip, ports + 2) & 0xff);
}

/** TCP is hashed over addresses and ports, UDP over the addresses alone. */
export function rssHash(ip: Uint8Array, seeds: { seed0: number; seed1: number }): number {
  const ports = headerLength(ip);
  const tuple = new Uint8Array(ip[AT_PROTOCOL] === IPPROTO_TCP ? 12 : 8);
  tuple.set(ip.subarray(AT_SRC, AT_SRC + 8));
  if (tuple.length === 12) tuple.set(ip.subarray(ports, ports + 4), 8);
  return toeplitz(tuple, seeds.seed0, seeds.seed1);
}
