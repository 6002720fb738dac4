// Settings of generators, for the host: first which interface a generator is of, then what it does.

import { ArrivalKind, Boot, FlowChoice, Region, TIME_BITS } from "../../abi";
import { STREAM_ARRIVALS, STREAM_BATCHES, STREAM_BURSTS, STREAM_FLOWS, STREAM_MIX, STREAM_SIZES, seedOf } from "../../kern/random";
import { Wire } from "../../kern/wire";
import { base, boot } from "../../memory/arena";
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
    g.batches = seedOf(boot(Boot.Seed), STREAM_BATCHES | stream);
    g.turns = seedOf(boot(Boot.Seed), STREAM_BURSTS | stream);
    g.sizeLots = seedOf(boot(Boot.Seed), STREAM_SIZES | stream);
    g.mixLots = seedOf(boot(Boot.Seed), STREAM_MIX | stream);
  }
  Wire.at(port).due = changetype<usize>(Generator.at(first));
}

/**
 * Traffic from `start` on: the first frame arrives one gap later, none at `stop` or after it, and `count` at most. `interval` is the gap, or the mean gap, in
 * ps, or what kinds with an attach function of their own, called before, say; `length` is without FCS. If it has made frames, its streams go on where they are.
 */
export function attachGenerator(
  number: u32,
  kind: ArrivalKind,
  interval: u64,
  length: u32,
  flows: u32,
  choice: FlowChoice,
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
  g.choice = choice;
  g.stop = stop;
  g.left = kind == ArrivalKind.None ? 0 : count;
  g.begun = 0;
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

/** Batches of `frames` that arrive at one time each; 0: of a geometric number, each goes on with the probability `goesOn` / 2^64. */
export function attachBatches(number: u32, batchKind: ArrivalKind, frames: u32, goesOn: u64): void {
  const g = Generator.at(number);
  g.batchKind = batchKind;
  g.batch = frames;
  g.goesOn = goesOn;
}

/** The alias table of the flows' weights (weights.ts), as many entries as there are flows. */
export function attachFlowWeights(number: u32, offset: u32): void {
  Generator.at(number).flowTable = base(Region.Traffic) + <usize>offset;
}
