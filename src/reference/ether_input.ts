/** The interrupt side of Ethernet input: the address filter of the interface and ether_input_chain2 of sys/net/if_ethersubr.c. */
import { Drop, Isr, Knob, Path } from "../../assembly/abi.ts";
import type { ResolvedPort } from "../types.ts";
import { isBroadcast } from "./address.ts";
import { get16, getMac } from "./bytes.ts";
import { AT_TAG, AT_TYPE, ETHER_HEADER, ETHERTYPE_VLAN, isrOf, TAG_LENGTH } from "./ethernet.ts";
import type { Done, Host, Packet } from "./host.ts";
import { ipLengthcheck, ipMport, NETISR0, type ThreadId } from "./ip_demux.ts";

/**
 * A frame from the wire. [engine] The hardware refuses it, in this order: longer than it can take (a tag is allowed for on top), not for this
 * station. What is too short for an address passes, and ends as a runt.
 */
export function nicInput(host: Host, port: number, frame: Uint8Array): Done {
  const ifp = host.ports[port]!;
  host.tally.received++;
  const isTagged = frame.length >= ETHER_HEADER && get16(frame, AT_TYPE) === ETHERTYPE_VLAN;
  if (frame.length > ifp.receiveMtu + ETHER_HEADER + (isTagged ? TAG_LENGTH : 0)) return host.drop(Drop.TooLong);
  if (frame.length >= 6 && !passesFilter(host, ifp, frame)) return host.drop(Drop.NotForUs);
  etherInput(host, port, { frame, tag: undefined, rcvif: port, group: false, reinjected: false, lengthChecked: false, path: Path.Forwarded });
}

/** Own unicast, broadcast and multicast pass; all frames do while the interface is promiscuous. */
function passesFilter(host: Host, ifp: ResolvedPort, frame: Uint8Array): boolean {
  return (frame[0]! & 1) === 1 || getMac(frame, 0) === ifp.mac || isPromiscuous(host, ifp);
}

/** IFF_PROMISC, for whatever reason. [engine] The parent of a vlan that is a bridge member is promiscuous too. */
export function isPromiscuous(host: Host, ifp: ResolvedPort): boolean {
  if (ifp.promisc || host.bridgeOf(ifp.index)) return true;
  return host.ports.some((vlan) => vlan.kind === "vlan" && vlan.parent === ifp.index && host.bridgeOf(vlan.index));
}

/** ether_input_chain2, for a frame from the wire or one that goes on with another receiving interface: it ends as a message to a protocol thread. */
export function etherInput(host: Host, port: number, given: Packet): Done {
  const ifp = host.ports[port]!;
  if (!ifp.up) return host.drop(Drop.InterfaceDown);
  if (given.frame.length < ETHER_HEADER) return host.drop(Drop.Runt);
  const packet = { ...given, rcvif: port, group: (given.frame[0]! & 1) === 1 };
  if (ifp.monitor) return host.drop(Drop.Monitor);
  if (packet.tag === undefined && get16(packet.frame, AT_TYPE) === ETHERTYPE_VLAN) {
    if (packet.frame.length < ETHER_HEADER + TAG_LENGTH) return host.drop(Drop.Runt);
    packet.tag = get16(packet.frame, AT_TAG + 2);
    packet.frame = withoutTag(packet.frame);
  }
  const isTransparent = host.knob(Knob.BridgeTransparent) !== 0 && host.bridgeOf(port) !== undefined;
  const fault = classifyFault(packet);
  if (fault !== undefined && !isTransparent) return host.drop(fault);
  const isr = fault === undefined ? isrOf(get16(packet.frame, AT_TYPE)) : Isr.Max;
  packet.lengthChecked = isr === Isr.Ip;
  const thread = isr === Isr.Ip ? ipThread(host, ifp, packet.frame.subarray(ETHER_HEADER)) : NETISR0;
  host.messages.push({ kind: "input", thread, mpsafe: host.knob(Knob.EtherInputMpsafe) !== 0, isr, packet });
}

function withoutTag(frame: Uint8Array): Uint8Array {
  const data = new Uint8Array(frame.length - TAG_LENGTH);
  data.set(frame.subarray(0, AT_TAG));
  data.set(frame.subarray(AT_TAG + TAG_LENGTH), AT_TAG);
  return data;
}

/** What keeps a frame from being sent to the thread of its flow: a second tag, or IP lengths that do not fit. */
function classifyFault(packet: Packet): Drop | undefined {
  const type = get16(packet.frame, AT_TYPE);
  if (packet.tag !== undefined && type === ETHERTYPE_VLAN) return Drop.DoubleTag;
  return isrOf(type) === Isr.Ip ? ipLengthcheck(packet.frame.subarray(ETHER_HEADER)) : undefined;
}

function ipThread(host: Host, ifp: ResolvedPort, ip: Uint8Array): ThreadId {
  const usesRss = host.knob(Knob.NetisrRss) !== 0 || ifp.rss;
  const rss = usesRss ? { seed0: host.knob(Knob.ToeplitzKeyseed0), seed1: host.knob(Knob.ToeplitzKeyseed1) } : undefined;
  return ipMport(ip, { cpus: host.config.cpus, isBroadcast: (address) => isBroadcast(ifp, address), rss });
}
