// Frames that are more than UDP of one length: the usual one, with other addresses and ports written over it, TCP and ICMP, fragments, broadcasts.
//
// TCP: segments with ACK alone, sequence number 0, and their checksum. ICMP: echo requests, the identifier is the flow's source port. Fragments carry the number
// of the frame as identification: the first part of a datagram that is 8 bytes longer, or what lies behind 1480 bytes of one. Broadcasts go to
// ff:ff:ff:ff:ff:ff and 255.255.255.255.

import { Boot, MIX_BROADCAST, MIX_FIRST_FRAGMENT, MIX_LATER_FRAGMENT, MixProtocol, Region, SizeKind } from "../../abi";
import { base, boot } from "../../memory/arena";
import { get32, MAC_BROADCAST, put16, putMac } from "../../memory/bytes";
import { cksum } from "../../wire/checksum";
import { ETHER_HDR_LEN } from "../../wire/ethernet";
import { turn } from "./frame";
import { Generator } from "./generator";
import { pickSize } from "./sizes";
import { stationOf } from "./stations";
import { valueByWeight } from "./weights";

const IP_HEADER: u32 = 20;
const TCP: u32 = 6;
const ICMP: u32 = 1;
const MORE_FRAGMENTS: u32 = 0x2000;
/** In units of eight bytes: the longest fragment that a link with an MTU of 1500 has lies in front of it. */
const OFFSET: u32 = 1480 >> 3;
const REST: u32 = 8;
/** Header of five words, ACK. */
const TCP_ACK: u32 = 0x5010;
const WINDOW: u32 = 0xffff;
const ECHO: u32 = 0x0800;

/**
 * For a generator with anything special: before the usual frame is written, its length; and afterwards all that is different. One function for both, as
 * the compiler takes one that is called twice out of the way of usual frames.
 */
export function special(g: Generator, at: usize, isWritten: bool): void {
  if (!isWritten) return pickSize(g);
  const flow = g.flow;
  const what = g.mix ? valueByWeight(changetype<usize>(g) + offsetof<Generator>("mixLots"), g.mix, g.mixCount) : MixProtocol.Udp;
  if (g.stations) putMac(at, stationOf(g, flow));
  if (what) writeKind(g, at, what);
  writePorts(g, at + ETHER_HDR_LEN, flow, what);
}

/** What is in front of the ports: destination, fragment, protocol. */
function writeKind(g: Generator, at: usize, what: u32): void {
  const ip = at + ETHER_HDR_LEN;
  if (what & MIX_BROADCAST) {
    putMac(at, MAC_BROADCAST);
    store<u32>(ip, 0xffff_ffff, 16);
  }
  if (what & MIX_FIRST_FRAGMENT) {
    put16(ip + 2, IP_HEADER + ((g.length - ETHER_HDR_LEN - IP_HEADER) & ~7));
    put16(ip + 6, MORE_FRAGMENTS);
  } else if (what & MIX_LATER_FRAGMENT) put16(ip + 6, OFFSET);
  if (what & (MIX_FIRST_FRAGMENT | MIX_LATER_FRAGMENT)) put16(ip + 4, <u32>g.frames & 0xffff);
  const protocol = what & 3;
  if (protocol) store<u8>(ip, <u8>(protocol == MixProtocol.Tcp ? TCP : ICMP), 9);
  store<u16>(ip, 0, 10);
  store<u16>(ip, cksum(ip, IP_HEADER), 10);
}

function writePorts(g: Generator, ip: usize, flow: u32, what: u32): void {
  const at = ip + IP_HEADER;
  if (what & MIX_LATER_FRAGMENT) {
    store<u64>(at, 0);
    return;
  }
  const source = g.srcPort + turn(flow, g.srcPorts);
  const destination = g.dstPort + turn(flow, g.dstPorts);
  const first = (what & MIX_FIRST_FRAGMENT) != 0;
  const payload = first ? ((g.length - ETHER_HDR_LEN - IP_HEADER) & ~7) + REST : g.length - ETHER_HDR_LEN - IP_HEADER;
  const protocol = what & 3;
  if (protocol == MixProtocol.Icmp) {
    put16(at, ECHO);
    put16(at + 2, ~folded(ECHO + source));
    put16(at + 4, source);
    put16(at + 6, 0);
    return;
  }
  put16(at, source);
  put16(at + 2, destination);
  if (protocol == MixProtocol.Udp) put16(at + 4, payload);
  else writeTcp(ip, at, payload, source + destination);
}

/** The rest of the header; all that follows is 0. */
function writeTcp(ip: usize, at: usize, length: u32, ports: u32): void {
  store<u32>(at, 0, 4);
  put16(at + 12, TCP_ACK);
  put16(at + 14, WINDOW);
  const addresses = <u64>get32(ip + 12) + get32(ip + 16);
  put16(
    at + 16,
    ~folded(<u32>(addresses & 0xffff) + <u32>((addresses >> 16) & 0xffff) + <u32>(addresses >> 32) + TCP + length + ports + TCP_ACK + WINDOW),
  );
}

/** The sum of 16-bit words, in 16 bits (RFC 1071). */
function folded(sum: u32): u32 {
  const once = (sum & 0xffff) + (sum >> 16);
  return (once & 0xffff) + (once >> 16);
}

/** Lengths: SizeKind and its table, or for `Uniform` the shortest one in place of the offset, and how many there are. */
export function attachSizes(number: u32, kind: SizeKind, offset: u32, count: u32): void {
  assert(count > 0 && (kind == SizeKind.Uniform || offset < boot(Boot.TrafficBytes)), "the lengths are in the table");
  const g = Generator.at(number);
  g.special = 1;
  g.sizeKind = kind;
  g.sizeCount = count;
  g.size = kind == SizeKind.Uniform ? offset : count - 1;
  g.sizes = base(Region.Traffic) + <usize>offset;
}

/** Weights of what frames are: `count` values of MixProtocol and what may go with it. */
export function attachMix(number: u32, offset: u32, count: u32): void {
  assert(count > 0 && offset < boot(Boot.TrafficBytes), "the weights are in the table");
  const g = Generator.at(number);
  g.special = 1;
  g.mix = base(Region.Traffic) + <usize>offset;
  g.mixCount = count;
}

/** Ports of flow 0, and how many there are of each from there on. Whatever has `special` set needs them. */
export function attachPorts(number: u32, srcPort: u32, srcPorts: u32, dstPort: u32, dstPorts: u32): void {
  const g = Generator.at(number);
  g.special = 1;
  g.srcPort = srcPort;
  g.srcPorts = srcPorts;
  g.dstPort = dstPort;
  g.dstPorts = dstPorts;
}

/** Destinations: `ranges` records of a StationRange in the table. */
export function attachStations(number: u32, offset: u32, ranges: u32): void {
  assert(ranges > 0 && offset < boot(Boot.TrafficBytes), "the ranges are in the table");
  const g = Generator.at(number);
  g.special = 1;
  g.stations = base(Region.Traffic) + <usize>offset;
  g.ranges = ranges;
}
