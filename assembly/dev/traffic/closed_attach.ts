// Settings of closed loops, for the host. Of each source first the ends, then what it does.

import { Boot, TIME_BITS } from "../../abi";
import { FEEDBACK, setEvent } from "../../kern/events";
import { STREAM_CLOSED, STREAM_LOSS, seedOf } from "../../kern/random";
import { boot } from "../../memory/arena";
import { ClosedSource, Slot, slotThinks } from "./closed";
import { Ends } from "./closed_ends";
import { earliestTimer, rtoLeaf, setTimer, slotLeaf } from "./closed_timers";
import { openTcp, TcpConnection, tcpMaps } from "./tcp_connection";
import { Flight, flightsAt, layPipe, TcpSource } from "./tcp_source";

/** Addresses of a source, of TCP or of requests; MAC addresses as loaded from the wire. `back`: of the frames that come back. */
export function attachClosedEnds(tcp: u32, number: u32, srcMac: u64, dstMac: u64, srcIp: u32, dstIp: u32, backSrcMac: u64, backDstMac: u64): void {
  const ends: Ends = tcp ? TcpSource.at(number) : ClosedSource.at(number);
  ends.srcMac = srcMac;
  ends.dstMac = dstMac;
  ends.srcIp = srcIp;
  ends.dstIp = dstIp;
  ends.backSrcMac = backSrcMac;
  ends.backDstMac = backDstMac;
}

/**
 * Requests of `slots` users from slot `first` on, who think before each of them from `start` on. `back`: NO_PORT, or where answers arrive; `flows`: users have
 * so many source ports; lengths are without FCS; times in ps, with `...Law` 1 the means of exponential distributions.
 */
export function attachClosed(
  number: u32,
  port: u32,
  back: u32,
  first: u32,
  slots: u32,
  flows: u32,
  length: u32,
  answer: u32,
  think: u64,
  thinkLaw: u32,
  service: u64,
  serviceLaw: u32,
  timeout: u64,
  start: u64,
  stop: u64,
  count: u64,
): void {
  assert(timeout > 0 && (start | think | service | timeout) >> TIME_BITS == 0, "time goes on, and no sum of times goes round 2^64");
  const source = ClosedSource.at(number);
  source.port = port;
  source.back = back;
  source.first = first;
  source.flows = flows;
  source.length = length;
  source.answer = answer;
  source.think = think;
  source.exponentialThink = thinkLaw;
  source.service = service;
  source.exponentialService = serviceLaw;
  source.timeout = timeout;
  source.stop = stop;
  source.left = count;
  source.thinks = seedOf(boot(Boot.Seed), STREAM_CLOSED | (2 * number));
  source.services = seedOf(boot(Boot.Seed), STREAM_CLOSED | (2 * number + 1));
  for (let i: u32 = 0; i < slots; i++) {
    const slot = Slot.at(first + i);
    slot.source = number;
    slotThinks(slot, start);
    setTimer(slotLeaf(first + i), slot.due);
  }
  setEvent(FEEDBACK, earliestTimer());
}

/** A source of TCP whose data arrives at `port` and leaves at `back`. Each way has room for `flights` segments, from that number on. */
export function attachTcp(number: u32, port: u32, back: u32, firstFlight: u32, flights: u32): void {
  const source = TcpSource.at(number);
  source.number = number;
  source.port = port;
  source.back = back;
  for (let way: u32 = 0; way < 4; way++) layPipe(source, way, flightsAt() + <usize>(firstFlight + way * flights) * offsetof<Flight>(), flights);
}

/** A connection of it: see openTcp. `port`: the sender's; `loss`: probability that the receiver loses a segment, x 2^32; `word`: where its map begins. */
export function attachTcpConnection(
  number: u32,
  source: u32,
  port: u32,
  word: u32,
  loss: u32,
  limit: u64,
  mss: u32,
  window: u64,
  initial: u64,
  ssthresh: u64,
  rto: u64,
  rtoMin: u64,
  rtoMax: u64,
  every: u32,
  ackDelay: u64,
  start: u64,
): void {
  const c = TcpConnection.at(number);
  c.source = source;
  c.port = port;
  c.loss = loss;
  c.lots = seedOf(boot(Boot.Seed), STREAM_LOSS | number);
  c.map = tcpMaps() + ((<usize>word) << 2);
  openTcp(c, limit, mss, window, initial, ssthresh, rto, rtoMin, rtoMax, every, ackDelay, start);
  setTimer(rtoLeaf(number), start);
  setEvent(FEEDBACK, earliestTimer());
}
