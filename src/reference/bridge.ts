/** The learning bridge: bridge_input and bridge_forward of sys/net/bridge/if_bridge.c, step by step. */
import { Drop, Knob, Path, ThreadKind } from "../../assembly/abi.ts";
import type { Mac, ResolvedMember } from "../types.ts";
import { bridgeEnqueue, flood, refusal, span } from "./bridge_output.ts";
import { getMac } from "./bytes.ts";
import { etherInput } from "./ether_input.ts";
import { STP_GROUP } from "./ethernet.ts";
import type { Bridge, Done, Host, Packet } from "./host.ts";

const isClosed = (member: ResolvedMember) => member.stp === "blocking" || member.stp === "listening" || member.stp === "disabled";

/** bridge_input. `local` processes the frame on the interface that received it. */
export function bridgeInput(host: Host, bridge: Bridge, packet: Packet, local: () => void): Done {
  if (!bridge.port.up) return void local();
  if (bridge.port.monitor) return host.drop(Drop.Monitor);
  const member = bridge.members.find((one) => one.port === packet.rcvif)!;
  const dst = getMac(packet.frame, 0);
  if (dst === bridge.port.mac && bridge.port.mac !== 0n) return inputForBridge(host, bridge, member, packet);
  span(host, bridge, packet);
  if (packet.group) return groupInput(host, bridge, member, packet, dst, local);
  if (isClosed(member)) return void local();
  const own = ownAddress(host, bridge, packet);
  if (own === "source") return host.drop(Drop.BridgeOwnSource);
  if (own === undefined) return bridgeForward(host, bridge, member, packet);
  if (own.learning) learnSource(host, bridge, packet);
  if (own.port === packet.rcvif) return void local();
  etherInput(host, own.port, { ...packet, reinjected: true });
}

/** [engine] The source is learned as for a member's address if the bridge's address is also a member's and the port is open. */
function inputForBridge(host: Host, bridge: Bridge, from: ResolvedMember, packet: Packet): Done {
  const twin = bridge.members.find((member) => host.ports[member.port]!.mac === bridge.port.mac);
  if (twin?.learning && !isClosed(from)) learnSource(host, bridge, packet);
  etherInput(host, bridge.port.index, packet);
}

/** The member whose address is the destination; "source" if an earlier or the same member's is the source. */
function ownAddress(host: Host, bridge: Bridge, packet: Packet): ResolvedMember | "source" | undefined {
  const dst = getMac(packet.frame, 0);
  const src = getMac(packet.frame, 6);
  for (const member of bridge.members) {
    const own: Mac = host.ports[member.port]!.mac;
    if (dst === own) return member;
    if (src === own) return "source";
  }
  return undefined;
}

function groupInput(host: Host, bridge: Bridge, member: ResolvedMember, packet: Packet, dst: Mac, local: () => void): Done {
  if (dst === STP_GROUP) return host.deliver();
  if (isClosed(member)) return void local();
  host.tally.cloned += 2;
  bridgeForward(host, bridge, member, { ...packet });
  etherInput(host, bridge.port.index, { ...packet });
  host.pend(local);
}

function learnSource(host: Host, bridge: Bridge, packet: Packet): void {
  bridge.table.learn(getMac(packet.frame, 6), packet.rcvif, host.seconds);
}

function bridgeForward(host: Host, bridge: Bridge, member: ResolvedMember, packet: Packet): Done {
  packet.path = Path.Bridged;
  if (isClosed(member)) return host.drop(Drop.BridgePortState);
  const isIndividual = (packet.frame[6]! & 1) === 0;
  if (member.learning && isIndividual && getMac(packet.frame, 6) !== 0n) learnSource(host, bridge, packet);
  if (member.stp === "learning") return host.drop(Drop.BridgePortState);
  const out = packet.group ? undefined : bridge.table.lookup(getMac(packet.frame, 0));
  if (out === packet.rcvif) return host.drop(Drop.BridgeSamePort);
  if (out === undefined) return flood(host, bridge, packet, packet.rcvif, (port) => enqueue(host, packet, port));
  const reason = refusal(host, bridge, out);
  if (reason !== undefined) return host.drop(reason);
  bridgeEnqueue(host, out, packet);
}

/** bridge_pfil_enqueue: a copy leaves as a message to the netisr of the current CPU. */
function enqueue(host: Host, packet: Packet, port: number): void {
  host.messages.push({
    kind: "enqueue",
    thread: { kind: ThreadKind.Netisr, cpu: host.cpu },
    mpsafe: host.knob(Knob.BridgeEnqueueMpsafe) !== 0,
    packet,
    port,
  });
}
