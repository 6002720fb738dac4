/** ip_output: what happens to a datagram once its route is known. */
import { Drop, type Path } from "../../assembly/abi.ts";
import type { Ip } from "../types.ts";
import { isBroadcast } from "./address.ts";
import { arpOutput, arpRefusal } from "./arp.ts";
import { get16 } from "./bytes.ts";
import type { Done, Host } from "./host.ts";
import { fragment } from "./ip_fragment.ts";
import { AT_FRAGMENT, destination, IP_DF, sumHeader, totalLength } from "./ipv4.ts";
import type { Route } from "./route.ts";

/** `refused`: the reason why it cannot be sent; the datagram is the caller's then. `send`: it can be sent now, which is the caller's to do. */
export interface Output {
  refused?: Drop;
  send?: (() => void) | undefined;
}

/**
 * Sends the datagram, or holds it, or cuts it. [engine] Of several reasons against it the first in this order counts, and it is refused as a whole before
 * it is cut: broadcast not permitted, too long, interface down, no address of the hop. What can leave at once leaves before anything that it gives rise
 * to; fragments, and what the host itself makes, wait their turn.
 */
export function ipOutput(host: Host, route: Route, ip: Uint8Array, path: Path): Output {
  const ifp = host.ports[route.port]!;
  const hop = route.via ?? destination(ip);
  if (isBroadcast(ifp, destination(ip))) return { refused: Drop.NotPermitted };
  const fits = totalLength(ip) <= ifp.mtu;
  if (!fits && get16(ip, AT_FRAGMENT) & IP_DF) return { refused: Drop.NeedFragment };
  if (!ifp.up) return { refused: Drop.InterfaceDown };
  const refused = arpRefusal(host, ifp.index, hop);
  if (refused !== undefined) return { refused };
  if (fits) {
    sumHeader(ip);
    return { send: arpOutput(host, ifp.index, hop, ip, path) };
  }
  const fragments = fragment(ip, ifp.mtu);
  host.tally.cloned += fragments.length - 1;
  for (const piece of fragments) sendFragment(host, ifp.index, hop, piece, path);
  return {};
}

/** Each is resolved by itself: the first may use up the last try, and the next ones find the host down. */
function sendFragment(host: Host, port: number, hop: Ip, piece: Uint8Array, path: Path): Done {
  const refusal = arpRefusal(host, port, hop);
  if (refusal !== undefined) return host.drop(refusal);
  const send = arpOutput(host, port, hop, piece, path);
  if (send) host.pend(send);
}
