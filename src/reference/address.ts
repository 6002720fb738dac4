/** Questions about the host's own IPv4 addresses. */
import { maskOf, prefixContains, subnetOf } from "../addresses.ts";
import type { Ip, ResolvedPort } from "../types.ts";
import type { Host } from "./host.ts";
import { LIMITED_BROADCAST } from "./ipv4.ts";

export const isOurs = (host: Host, address: Ip): boolean => host.ports.some((port) => hasAddress(port, address));

export const hasAddress = (port: ResolvedPort, address: Ip): boolean => port.ip.some((own) => own.address === address);

export const hasNoAddress = (host: Host): boolean => host.ports.every((port) => port.ip.length === 0);

/** ia_broadaddr. [engine] A /31 or /32 has none (RFC 3021). */
export const isSubnetBroadcast = (port: ResolvedPort, address: Ip): boolean =>
  port.ip.some((own) => own.length <= 30 && address === (own.address | ~maskOf(own.length)) >>> 0);

/** in_broadcast: the old form, host part 0, counts too. */
export const isBroadcast = (port: ResolvedPort, address: Ip): boolean =>
  address === LIMITED_BROADCAST || isSubnetBroadcast(port, address) || port.ip.some((own) => own.length <= 30 && address === subnetOf(own).address);

/** True if it means more than one host, seen from any interface. 0.0.0.0 is the oldest form of "everybody here". */
export const isAnyBroadcast = (host: Host, address: Ip): boolean => address === 0 || host.ports.some((port) => isBroadcast(port, address));

export const isOnSubnetOf = (port: ResolvedPort, address: Ip): boolean => port.ip.some((own) => prefixContains(own, address));

/** The first address of an interface. [engine] An interface that has none borrows the first of the host, as icmp_reflect does. */
export const interfaceAddress = (host: Host, port: number): Ip | undefined =>
  host.ports[port]!.ip[0]?.address ?? host.ports.find((other) => other.ip.length > 0)?.ip[0]?.address;

/** The address of an interface on a neighbour's subnet, else as above. */
export const addressTowards = (host: Host, port: number, neighbour: Ip): Ip | undefined =>
  host.ports[port]!.ip.find((own) => prefixContains(own, neighbour))?.address ?? interfaceAddress(host, port);
