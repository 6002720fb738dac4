// Settings of generators, for the host: first which interface a generator is of, then what it does.

import { ArrivalKind, Boot, TIME_BITS } from "../../abi";
import { STREAM_ARRIVALS, STREAM_FLOWS, seedOf } from "../../kern/random";
import { Wire } from "../../kern/wire";
import { boot } from "../../memory/arena";
import { ETHER_HDR_LEN } from "../../wire/ethernet";
import { HEADERS, ipHeadOf } from "./frame";
import { Generator } from "./generator";
import { schedule } from "./schedule";

/** Streams of the generators of one interface are so far apart, so that the first one has the interface's number. */
const STREAM_STEP: u64 = 1 << 16;

/** The generators from `first` on are the `count` ones of an interface. Once, before anything else is said of them. */
export function attachGenerators(port: u32, first: u32, count: u32): void {
  assert(first + count <= boot(Boot.Generators), "these records are there");
  if (!count) return;
  for (let nth: u32 = 0; nth < count; nth++) {
    const g = Generator.at(first + nth);
    const stream = <u64>nth * STREAM_STEP + port;
    g.port = port;
    g.nth = nth;
    g.siblings = count > 1 ? count : 0;
    g.arrivals = seedOf(boot(Boot.Seed), STREAM_ARRIVALS | stream);
    g.lots = seedOf(boot(Boot.Seed), STREAM_FLOWS | stream);
  }
  Wire.at(port).due = changetype<usize>(Generator.at(first));
}

/**
 * Traffic from `start` on: the first frame arrives one gap later, none at `stop` or after it, and `count` at most. `interval` is the gap, or the mean gap, in
 * ps; `length` is without FCS; `uniform`: the flow is picked by lot, else flows take turns. If it has made frames, its streams go on where they are.
 */
export function attachGenerator(
  number: u32,
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
  const g = Generator.at(number);
  g.kind = kind;
  g.interval = interval;
  g.length = length;
  g.ipHead = ipHeadOf(length);
  g.flows = flows;
  g.flow = flows - 1;
  g.uniform = u32(uniform != 0);
  g.stop = stop;
  g.left = kind == ArrivalKind.None ? 0 : count;
  schedule(g, start);
}

/** First address of each kind, and how many there are of it. */
export function attachGeneratorAddresses(
  number: u32,
  srcMac: u64,
  srcMacs: u32,
  dstMac: u64,
  dstMacs: u32,
  srcIp: u32,
  srcIps: u32,
  dstIp: u32,
  dstIps: u32,
): void {
  const g = Generator.at(number);
  g.srcMac = srcMac;
  g.srcMacs = srcMacs;
  g.dstMac = dstMac;
  g.dstMacs = dstMacs;
  g.srcIp = srcIp;
  g.srcIps = srcIps;
  g.dstIp = dstIp;
  g.dstIps = dstIps;
}
