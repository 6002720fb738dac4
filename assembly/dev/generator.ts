// Traffic of an interface, made inside the engine: when the next frame's last bit arrives, and the frame. One record per port; memory of zeros makes nothing.
//
// Frames are Ethernet II, IPv4 (TTL 64, identification 0, no DF) and UDP without checksum, all zeros behind that. Flow f has the f-th of each kind of address,
// counted round, source port 1024 + f % 64,512 and destination port 9. When frames come and which flow they are of is drawn from two streams, so that the
// number of flows moves no arrival.

import { ArrivalKind, Boot, GENERATOR_RECORD, Region, TIME_BITS } from "../abi";
import { below, exponential, STREAM_ARRIVALS, STREAM_FLOWS, seedOf } from "../kern/random";
import { base, boot } from "../memory/arena";
import { ETHER_HDR_LEN, ETHERTYPE_IP } from "../wire/ethernet";

/** Headers of Ethernet, IPv4 and UDP. */
const HEADERS: u32 = 42;
/** What every frame writes, however short it is. */
const WRITTEN: usize = 64;
const FIRST_PORT: u32 = 1024;
const SOURCE_PORTS: u32 = 65536 - FIRST_PORT;
const UDP_HEADER: u32 = 8;
/** The discard service (RFC 863). */
const DISCARD: u32 = 9;
/** Words of the IP header: version 4 with five words of header, time to live 64 and protocol UDP. */
const VERSION_LENGTH: u64 = 0x4500;
const TTL_UDP: u64 = 0x4011;

@unmanaged
export class Generator {
  frames: u64; // made so far: the host reads these two
  bytes: u64;
  /** Complement of the time of the next arrival: 0, there is none. */
  untilEnd: u64;
  left: u64; // frames that may still come
  interval: u64; // ps; of Poisson arrivals the mean
  stop: u64;
  arrivals: u64; // random streams
  lots: u64;
  ipHead: u64; // first eight bytes of the IP header
  srcMac: u64; // of flow 0; the first byte on the wire is the highest of the 48 bits
  dstMac: u64;
  srcMacs: u32;
  dstMacs: u32;
  srcIp: u32;
  srcIps: u32;
  dstIp: u32;
  dstIps: u32;
  length: u32;
  flows: u32;
  flow: u32; // of the frame last written
  kind: u16;
  uniform: u16;

  static at(port: u32): Generator {
    return changetype<Generator>(base(Region.Generators) + <usize>port * GENERATOR_RECORD);
  }

  get next(): u64 {
    return ~this.untilEnd;
  }

  /** The next arrival is one gap after `time`, unless that is too late or one too many. */
  schedule(time: u64): void {
    const poisson = this.kind == ArrivalKind.Poisson;
    const next = time + (poisson ? exponential(changetype<usize>(this) + offsetof<Generator>("arrivals"), this.interval) : this.interval);
    this.untilEnd = this.left > 0 && next < this.stop ? ~next : 0;
  }

  /** By lot, or the one after the last. */
  pickFlow(): u32 {
    if (this.uniform) return <u32>below(changetype<usize>(this) + offsetof<Generator>("lots"), this.flows);
    const flow = this.flow + 1;
    return flow < this.flows ? flow : 0;
  }
}

if (offsetof<Generator>() != GENERATOR_RECORD) ERROR("a generator's record is not as long as GENERATOR_RECORD says");

/** Of one port. */
export function generatorBytes(): u64 {
  return GENERATOR_RECORD;
}

/**
 * Traffic from `start` on: the first frame arrives one gap later, none at `stop` or after it, and `count` at most. `interval` is the gap, or the mean gap, in
 * ps; `length` is without FCS; `uniform`: the flow is picked by lot, else flows take turns. On a port that has made frames, the streams go on where they are.
 */
export function attachGenerator(
  port: u32,
  kind: ArrivalKind,
  interval: u64,
  length: u32,
  flows: u32,
  uniform: u32,
  start: u64,
  stop: u64,
  count: u64,
): void {
  assert(length >= HEADERS && length <= ETHER_HDR_LEN + 0xffff, "the frame has room for its headers, and IP for its length");
  assert(kind == ArrivalKind.None || (interval > 0 && flows > 0), "time goes on, and there is a flow");
  assert((start | interval) >> TIME_BITS == 0, "no sum of times goes round 2^64");
  const g = Generator.at(port);
  if (g.frames == 0) {
    g.arrivals = seedOf(boot(Boot.Seed), STREAM_ARRIVALS | port);
    g.lots = seedOf(boot(Boot.Seed), STREAM_FLOWS | port);
  }
  g.kind = <u16>kind;
  g.interval = interval;
  g.length = length;
  g.ipHead = <u64>bswap<u16>(<u16>VERSION_LENGTH) | ((<u64>bswap<u16>(<u16>(length - ETHER_HDR_LEN))) << 16);
  g.flows = flows;
  g.flow = flows - 1;
  g.uniform = u16(uniform != 0);
  g.stop = stop;
  g.left = kind == ArrivalKind.None ? 0 : count;
  g.schedule(start);
}

/** First address of each kind, and how many there are of it. */
export function attachGeneratorAddresses(
  port: u32,
  srcMac: u64,
  srcMacs: u32,
  dstMac: u64,
  dstMacs: u32,
  srcIp: u32,
  srcIps: u32,
  dstIp: u32,
  dstIps: u32,
): void {
  const g = Generator.at(port);
  g.srcMac = srcMac;
  g.srcMacs = srcMacs;
  g.dstMac = dstMac;
  g.dstMacs = dstMacs;
  g.srcIp = srcIp;
  g.srcIps = srcIps;
  g.dstIp = dstIp;
  g.dstIps = dstIps;
}

/** When the last bit of the port's next frame arrives; u64.MAX_VALUE: none will. */
export function generatorNext(port: u32): u64 {
  return Generator.at(port).next;
}

/** Number of the flow that the frame last written is of. */
export function generatorFlow(port: u32): u32 {
  return Generator.at(port).flow;
}

/** Writes the frame that arrives at `generatorNext`, and at least 64 bytes; returns its length. The next one is due then. */
export function generatorWrite(port: u32, at: usize): u32 {
  const g = Generator.at(port);
  assert(g.untilEnd != 0, "no frame is due");
  const length = g.length;
  const flow = g.pickFlow();
  g.flow = flow;
  writeFrame(g, at, flow);
  g.frames++;
  g.bytes += length;
  g.left--;
  g.schedule(g.next);
  return length;
}

/** flow % n. Most often there is one address, or there are as many as flows: neither needs a division. */
function turn(flow: u32, n: u32): u32 {
  if (flow < n) return flow;
  return n <= 1 ? 0 : flow % n;
}

/** Two words as one vector. */
function pair(low: u64, high: u64): v128 {
  return i64x2.replace_lane(i64x2.splat(low), 1, high);
}

/**
 * One shuffle brings all numbers of a header into the order of the wire; swapping each would take most of the time. The last two bytes of the first store are
 * overwritten by the second: so each field lies in one store as a whole, and those of the IP header are aligned if it is.
 */
function writeFrame(g: Generator, at: usize, flow: u32): void {
  const ip = at + ETHER_HDR_LEN;
  const length = g.length;
  const src = g.srcIp + turn(flow, g.srcIps);
  const dst = g.dstIp + turn(flow, g.dstIps);
  const sport = FIRST_PORT + turn(flow, SOURCE_PORTS);
  const macs = pair(g.dstMac + turn(flow, g.dstMacs), g.srcMac + turn(flow, g.srcMacs));
  const rest = pair(((<u64>src) << 32) | (TTL_UDP << 16) | checksum(length, src, dst), ((<u64>DISCARD) << 48) | ((<u64>sport) << 32) | <u64>dst);
  v128.store(at, i8x16.shuffle(macs, i16x8.splat(ETHERTYPE_IP), 5, 4, 3, 2, 1, 0, 13, 12, 11, 10, 9, 8, 16, 17, 16, 17));
  store<u64>(ip, g.ipHead);
  v128.store(ip, i8x16.shuffle(rest, rest, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 13, 12, 15, 14), 8);
  store<u64>(ip, <u64>bswap<u16>(<u16>(length - HEADERS + UDP_HEADER)), 24);
  v128.store(ip, i64x2.splat(0), 32);
  store<u16>(ip, 0, 48);
  if (length > <u32>WRITTEN) memory.fill(at + WRITTEN, 0, length - WRITTEN);
}

/** The IP header's checksum (RFC 1071), as a number. */
function checksum(length: u32, src: u32, dst: u32): u64 {
  let sum = VERSION_LENGTH + TTL_UDP + <u64>(length - ETHER_HDR_LEN) + <u64>src + <u64>dst;
  sum = (sum & 0xffff) + ((sum >> 16) & 0xffff) + (sum >> 32);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return sum ^ 0xffff;
}
