/** ip_output: what happens to a datagram once its route is known. */
import { Drop, Path } from "../../assembly/abi.ts";
import type { Ip } from "../types.ts";
import { isBroadcast } from "./address.ts";
import { arpOutput, arpRefusal } from "./arp.ts";
import { get16 } from "./bytes.ts";
import type { Host } from "./host.ts";
import { fragment } from "./ip_fragment.ts";
import { AT_FRAGMENT, destination, IP_DF, sumHeader, totalLength } from "./ipv4.ts";
import type { Route } from "./route.ts";

/**
 * Sends the datagram, in fragments if it must be. The reason if it cannot be sent; it is the caller's then. [engine] Of several reasons the first
 * in this order counts, and a datagram is refused as a whole before it is cut: broadcast not permitted, too long, interface down, no address of the hop.
 */
export function ipOutput(host: Host, route: Route, ip: Uint8Array, path: Path.Forwarded | Path.Originated): Drop | undefined {
  const ifp = host.ports[route.port]!;
  const hop = route.via ?? destination(ip);
  if (isBroadcast(ifp, destination(ip))) return Drop.NotPermitted;
  const fits = totalLength(ip) <= ifp.mtu;
  if (!fits && get16(ip, AT_FRAGMENT) & IP_DF) return Drop.NeedFragment;
  if (!ifp.up) return Drop.InterfaceDown;
  const refusal = arpRefusal(host, ifp.index, hop);
  if (refusal !== undefined) return refusal;
  if (fits) {
    sumHeader(ip);
    arpOutput(host, ifp.index, hop, ip, path, path === Path.Originated);
    return undefined;
  }
  const fragments = fragment(ip, ifp.mtu);
  host.tally.cloned += fragments.length - 1;
  for (const piece of fragments) sendFragment(host, ifp.index, hop, piece, path);
  return undefined;
}

/** Each is resolved by itself: the first may use up the last try, and the next ones find the host down. */
function sendFragment(host: Host, port: number, hop: Ip, piece: Uint8Array, path: Path): void {
  const refusal = arpRefusal(host, port, hop);
  if (refusal === undefined) arpOutput(host, port, hop, piece, path, true);
  else host.drop(refusal);
}
