/** The interrupt side of Ethernet input: the address filter of the interface and ether_input_chain2 of sys/net/if_ethersubr.c. */
import { Drop, Knob, Path } from "../../assembly/abi.ts";
import type { ResolvedPort } from "../types.ts";
import { isBroadcast } from "./address.ts";
import { get16, getMac } from "./bytes.ts";
import { AT_TAG, AT_TYPE, ETHER_HEADER, ETHERTYPE_IP, ETHERTYPE_VLAN, TAG_LENGTH } from "./ethernet.ts";
import type { Done, Host, Packet } from "./host.ts";
import { ipLengthcheck, ipMport, NETISR0, type ThreadId } from "./ip_demux.ts";
import { AT_PROTOCOL, IP_HEADER, IPPROTO_TCP, IPPROTO_UDP, isFragment } from "./ipv4.ts";

/**
 * A frame from the wire. [engine] The hardware refuses it, in this order: the interface is down, the frame is shorter than its header, longer than the
 * hardware can take (a tag is allowed for on top), not for this station.
 */
export function nicInput(host: Host, port: number, frame: Uint8Array): Done {
  const ifp = host.ports[port]!;
  host.tally.received++;
  if (!ifp.up) return host.drop(Drop.InterfaceDown);
  if (frame.length < ETHER_HEADER) return host.drop(Drop.Runt);
  const isTagged = get16(frame, AT_TYPE) === ETHERTYPE_VLAN;
  if (frame.length > ifp.receiveMtu + ETHER_HEADER + (isTagged ? TAG_LENGTH : 0)) return host.drop(Drop.TooLong);
  if (!passesFilter(host, ifp, frame)) return host.drop(Drop.NotForUs);
  const packet: Packet = { frame, tag: undefined, rcvif: port, group: false, reinjected: false, lengthChecked: false, path: Path.Forwarded };
  etherInput(host, port, packet, ifp.rss ? pktinfoThread(host, frame) : undefined);
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
export function etherInput(host: Host, port: number, given: Packet, hardware?: ThreadId): Done {
  const ifp = host.ports[port]!;
  if (!ifp.up) return host.drop(Drop.InterfaceDown);
  const packet = { ...given, rcvif: port, group: (given.frame[0]! & 1) === 1, lengthChecked: false };
  if (ifp.monitor) return host.drop(Drop.Monitor);
  const fault = takeTag(packet) ?? (hardware ? undefined : ipFault(packet));
  const isTransparent = host.knob(Knob.BridgeTransparent) !== 0 && host.bridgeOf(port) !== undefined;
  if (fault !== undefined && !isTransparent) return host.drop(fault);
  packet.lengthChecked = fault === undefined && !hardware && isIp(packet);
  const thread = hardware ?? (packet.lengthChecked ? ipThread(host, ifp, packet.frame.subarray(ETHER_HEADER)) : NETISR0);
  host.messages.push({ kind: "input", thread, mpsafe: host.knob(Knob.EtherInputMpsafe) !== 0, packet });
}

/** Moves an 802.1Q tag from the frame to its side. The reason why that cannot be: a frame too short for one, or a second tag. */
function takeTag(packet: Packet): Drop | undefined {
  if (get16(packet.frame, AT_TYPE) !== ETHERTYPE_VLAN) return undefined;
  if (packet.frame.length < ETHER_HEADER + TAG_LENGTH) return Drop.Runt;
  if (packet.tag !== undefined) return Drop.DoubleTag;
  packet.tag = get16(packet.frame, AT_TAG + 2);
  packet.frame = withoutTag(packet.frame);
  return get16(packet.frame, AT_TYPE) === ETHERTYPE_VLAN ? Drop.DoubleTag : undefined;
}

function withoutTag(frame: Uint8Array): Uint8Array {
  const data = new Uint8Array(frame.length - TAG_LENGTH);
  data.set(frame.subarray(0, AT_TAG));
  data.set(frame.subarray(AT_TAG + TAG_LENGTH), AT_TAG);
  return data;
}

const isIp = (packet: Packet): boolean => get16(packet.frame, AT_TYPE) === ETHERTYPE_IP;

/** IP lengths that do not fit: then there is no way to tell the thread of the flow. */
const ipFault = (packet: Packet): Drop | undefined => (isIp(packet) ? ipLengthcheck(packet.frame.subarray(ETHER_HEADER)) : undefined);

const seedsOf = (host: Host) => ({ seed0: host.knob(Knob.ToeplitzKeyseed0), seed1: host.knob(Knob.ToeplitzKeyseed1) });

function ipThread(host: Host, ifp: ResolvedPort, ip: Uint8Array): ThreadId {
  const rss = host.knob(Knob.NetisrRss) !== 0 ? seedsOf(host) : undefined;
  return ipMport(ip, { cpus: host.config.cpus, isBroadcast: (address) => isBroadcast(ifp, address), rss });
}

/**
 * ip_mport_pktinfo: what an interface with RSS knows about a frame. [engine] Its hardware parses only IPv4 without options and with room for ports, behind
 * at most one tag, and checks no lengths.
 */
function pktinfoThread(host: Host, frame: Uint8Array): ThreadId | undefined {
  const packet = get16(frame, AT_TYPE) === ETHERTYPE_VLAN && frame.length >= ETHER_HEADER + TAG_LENGTH ? withoutTag(frame) : frame;
  const ip = packet.subarray(ETHER_HEADER);
  if (get16(packet, AT_TYPE) !== ETHERTYPE_IP || ip.length < IP_HEADER + 8 || ip[0] !== 0x45) return undefined;
  const known = isFragment(ip) || ip[AT_PROTOCOL] === IPPROTO_TCP || ip[AT_PROTOCOL] === IPPROTO_UDP;
  return known ? ipMport(ip, { cpus: host.config.cpus, rss: seedsOf(host) }) : undefined;
}
