// Settings of closed loops, for the host.

import { Boot, TIME_BITS } from "../../abi";
import { FEEDBACK, setEvent } from "../../kern/events";
import { STREAM_CLOSED, STREAM_LOSS, seedOf } from "../../kern/random";
import { boot } from "../../memory/arena";
import { ClosedSource, Slot, slotThinks } from "./closed";
import { Ends } from "./closed_ends";
import { earliestTimer, rtoLeaf, setTimer, slotLeaf } from "./closed_timers";
import { openTcp, setRto, setWindows, TcpConnection, tcpMaps } from "./tcp_connection";
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

/** Requests that arrive at `port`, and must leave at `back`, where answers arrive; NO_PORT: anywhere, and there are none. Users have `flows` source ports; lengths are without FCS. */
export function attachClosed(number: u32, port: u32, back: u32, flows: u32, length: u32, answer: u32): void {
  const source = ClosedSource.at(number);
  source.port = port;
  source.back = back;
  source.flows = flows;
  source.length = length;
  source.answer = answer;
  source.thinks = seedOf(boot(Boot.Seed), STREAM_CLOSED | (2 * number));
  source.services = seedOf(boot(Boot.Seed), STREAM_CLOSED | (2 * number + 1));
}

/** How long users think, the far end serves, and a request is waited for, in ps; with `...Law` 1 the means of exponential distributions. */
export function attachClosedTimes(number: u32, think: u64, thinkLaw: u32, service: u64, serviceLaw: u32, timeout: u64): void {
  assert(timeout > 0 && (think | service | timeout) >> TIME_BITS == 0, "time goes on, and no sum of times goes round 2^64");
  const source = ClosedSource.at(number);
  source.think = think;
  source.exponentialThink = thinkLaw;
  source.service = service;
  source.exponentialService = serviceLaw;
  source.timeout = timeout;
}

/** `slots` users, from slot `first` on, think before each request from `start` on; none arrives at `stop` or after it, and `count` at most. All else is said before. */
export function startClosed(number: u32, first: u32, slots: u32, start: u64, stop: u64, count: u64): void {
  assert(start >> TIME_BITS == 0, "no sum of times goes round 2^64");
  const source = ClosedSource.at(number);
  source.first = first;
  source.stop = stop;
  source.left = count;
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

/** A connection of it. `port`: the sender's; `word`: where its map begins. */
export function attachTcpConnection(number: u32, source: u32, port: u32, word: u32): void {
  const c = TcpConnection.at(number);
  c.source = source;
  c.port = port;
  c.lots = seedOf(boot(Boot.Seed), STREAM_LOSS | number);
  c.map = tcpMaps() + ((<usize>word) << 2);
}

/** As setWindows and setRto. */
export function attachTcpSender(number: u32, mss: u32, window: u64, initial: u64, ssthresh: u64, rto: u64, rtoMin: u64, rtoMax: u64): void {
  const c = TcpConnection.at(number);
  setWindows(c, mss, window, initial, ssthresh);
  setRto(c, rto, rtoMin, rtoMax);
}

/** `every`: segments per acknowledgement; `ackDelay`: ps after which there is one for fewer; `loss`: probability that a segment is lost there, x 2^32. */
export function attachTcpReceiver(number: u32, every: u32, ackDelay: u64, loss: u32): void {
  const c = TcpConnection.at(number);
  c.every = every;
  c.ackDelay = ackDelay;
  c.loss = loss;
}

/** The connection sends `limit` bytes from `start` on. All else is said before. */
export function startTcp(number: u32, limit: u64, start: u64): void {
  openTcp(TcpConnection.at(number), limit, start);
  setTimer(rtoLeaf(number), start);
  setEvent(FEEDBACK, earliestTimer());
}
