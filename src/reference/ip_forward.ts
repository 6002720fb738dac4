/** ip_forward of sys/netinet/ip_input.c: the slow path of a datagram for another host. */
import { Drop, Knob, Path } from "../../assembly/abi.ts";
import type { Ip, ResolvedPort } from "../types.ts";
import { isOnSubnetOf } from "./address.ts";
import type { Done, Host } from "./host.ts";
import { icmpError, type Received } from "./icmp.ts";
import { ICMP_REDIRECT, ICMP_TIMXCEED, ICMP_UNREACH, REDIRECT_HOST, UNREACH_HOST, UNREACH_NEEDFRAG } from "./icmp_types.ts";
import { ipflowCreate } from "./ip_flow.ts";
import { ipOutput } from "./ip_output.ts";
import { AT_PROTOCOL, AT_TOS, AT_TTL, canForward, destination, IPPROTO_ICMP, source } from "./ipv4.ts";
import type { Route } from "./route.ts";

/** `sourceRouted`: the destination came from a source route option. */
export function ipForward(host: Host, ip: Uint8Array, received: Received, rcvif: ResolvedPort, sourceRouted: boolean): Done {
  const dst = destination(ip);
  if (received.group || !canForward(dst)) return host.drop(Drop.CannotForward);
  if (ip[AT_TTL]! <= 1) {
    host.drop(Drop.TtlExceeded);
    return icmpError(host, received, ICMP_TIMXCEED, 0);
  }
  const route = host.routes.lookup(dst);
  if (!route) {
    host.drop(Drop.NoRoute);
    return icmpError(host, received, ICMP_UNREACH, UNREACH_HOST);
  }
  const redirect = !sourceRouted && needsRedirect(host, route, rcvif, source(ip));
  const key = { src: source(ip), dst, tos: ip[AT_TOS]! };
  const protocol = ip[AT_PROTOCOL];
  ip[AT_TTL]!--;
  const output = ipOutput(host, route, ip, Path.Forwarded);
  if (output.refused !== undefined) return failed(host, received, route, output.refused);
  if (redirect) icmpError(host, received, ICMP_REDIRECT, REDIRECT_HOST, route.via ?? dst);
  else if (protocol !== IPPROTO_ICMP) ipflowCreate(host, route, key);
  output.send?.();
}

/** The sender could have used our gateway itself. [engine] Its subnet may be that of any address of the interface. */
function needsRedirect(host: Host, route: Route, rcvif: ResolvedPort, src: Ip): boolean {
  const isDefault = route.dst.address === 0;
  return host.knob(Knob.IpRedirect) !== 0 && route.port === rcvif.index && !isDefault && isOnSubnetOf(rcvif, src);
}

/** What ip_output refused. A broadcast (EACCES) is refused in silence, and so is what arpresolve frees. [engine] An interface that is down is a host that cannot be reached. */
function failed(host: Host, received: Received, route: Route, reason: Drop): Done {
  host.drop(reason);
  if (reason === Drop.NeedFragment) return icmpError(host, received, ICMP_UNREACH, UNREACH_NEEDFRAG, host.ports[route.port]!.mtu);
  if (reason === Drop.InterfaceDown || reason === Drop.HostDown) icmpError(host, received, ICMP_UNREACH, UNREACH_HOST);
}
