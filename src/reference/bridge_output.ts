/** How a bridge sends: to one member, to all, to the span ports; and what the host itself sends through it. After bridge_broadcast and bridge_output. */
import { Drop, Path } from "../../assembly/abi.ts";
import type { ResolvedMember } from "../types.ts";
import { getMac } from "./bytes.ts";
import type { Bridge, Done, Host, Packet } from "./host.ts";
import { transmit } from "./transmit.ts";

/** Every running span port gets a copy of what the bridge sees. */
export function span(host: Host, bridge: Bridge, packet: Packet): void {
  for (const { port } of bridge.spans) {
    if (!host.ports[port]!.up) continue;
    host.tally.cloned++;
    host.pend(() => bridgeEnqueue(host, port, { ...packet, path: Path.Bridged }));
  }
}

/** bridge_enqueue: the port is chosen, and the frame leaves unless that is a vlan whose parent is down. */
export const bridgeEnqueue = (host: Host, port: number, packet: Packet): Done => transmit(host, port, packet, Drop.BridgePortDown);

/**
 * Gives a frame to every member that may send it, but the one it came from, in the order of the members. [engine] The kernel keeps the original for
 * the last list member and frees it if that one may not send; here n copies always count as n-1 clones, and none as a drop.
 */
export function flood(host: Host, bridge: Bridge, packet: Packet, from: number | undefined, give: (port: number) => void): Done {
  const targets = bridge.members.filter((member) => member.port !== from && mayFlood(host, member, packet.group));
  if (targets.length === 0) return host.drop(Drop.BridgeNoPort);
  host.tally.cloned += targets.length - 1;
  for (const { port } of targets) give(port);
}

function mayFlood(host: Host, member: ResolvedMember, group: boolean): boolean {
  if (member.stp === "blocking" || member.stp === "disabled") return false;
  return (member.discover || group) && host.ports[member.port]!.up;
}

/** Why a frame for a known address cannot leave by the port where that address is. */
export function refusal(host: Host, bridge: Bridge, out: number): Drop | undefined {
  if (!host.ports[out]!.up) return Drop.BridgePortDown;
  const member = bridge.members.find((one) => one.port === out)!;
  return member.stp === "blocking" || member.stp === "disabled" ? Drop.BridgePortState : undefined;
}

/**
 * Output of the host's own or a routed packet on the bridge (bridge_start) or on a member (bridge_output). The copies leave without messages, behind
 * what is under way already, and nothing is learned. [engine] Span ports get a copy; the rules for members are those of bridge_broadcast and bridge_forward.
 */
export function bridgeOutput(host: Host, bridge: Bridge, packet: Packet): Done {
  span(host, bridge, packet);
  const out = packet.group ? undefined : bridge.table.lookup(getMac(packet.frame, 0));
  if (out === undefined) return flood(host, bridge, packet, undefined, (port) => host.pend(() => bridgeEnqueue(host, port, packet)));
  const reason = refusal(host, bridge, out);
  if (reason !== undefined) return host.drop(reason);
  bridgeEnqueue(host, out, packet);
}
