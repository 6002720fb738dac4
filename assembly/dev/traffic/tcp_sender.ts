// The sending end of TCP, NewReno: RFC 5681 (congestion control, with its byte counting and limited transmit), RFC 6582 (fast recovery) and RFC 6298
// (retransmission timer, Karn's algorithm). Something happens (tcpAck, tcpTimeout); then tcpTake says, one by one, what is to be sent now.

import { TcpConnection } from "./tcp_connection";

const NEVER: u64 = u64.MAX_VALUE;

/** FlightSize of RFC 5681: sent and not acknowledged, but for what limited transmit has sent. After a timeout, what was sent before is no longer there. */
function flight(c: TcpConnection): u64 {
  return c.nxt - c.una - c.beyond;
}

/** Takes the segment that is to be sent now: `seq` and `length`. False: there is none. */
export function tcpTake(c: TcpConnection, now: u64): bool {
  if (c.again) {
    c.again = 0;
    return take(c, c.una, <u32>min<u64>(c.mss, c.limit - c.una), now);
  }
  const length = <u32>min<u64>(c.mss, c.limit - c.nxt);
  const end = c.nxt - c.una + length;
  if (!length || end > min(c.cwnd + allowance(c), c.window)) return false;
  if (end > c.cwnd) c.beyond += length;
  return take(c, c.nxt, length, now);
}

/** Limited transmit: the first two duplicate acknowledgements let a new segment out each. */
function allowance(c: TcpConnection): u64 {
  return !c.recovering && c.dupacks < 3 && c.nxt == c.top ? <u64>c.dupacks * c.mss : 0;
}

function take(c: TcpConnection, from: u64, length: u32, now: u64): bool {
  c.seq = from;
  c.length = length;
  c.segments++;
  if (from < c.top) {
    c.retransmits++;
    c.timed = 0; // Karn: what is acknowledged now may be either of the two
  } else if (!c.timed) {
    c.timed = from + 1;
    c.timedAt = now;
  }
  if (from == c.nxt) c.nxt += length;
  c.top = max(c.top, c.nxt);
  if (c.due == NEVER) c.due = now + c.rto;
  return true;
}

/** The connection begins. */
export function tcpStart(c: TcpConnection, now: u64): void {
  c.started = now;
  c.due = NEVER;
}

/** An acknowledgement has come. `ack`: lower 32 bits. */
export function tcpAck(c: TcpConnection, ack: u32, now: u64): void {
  const distance = <i64>(<i32>(ack - <u32>c.una));
  if (distance < 0 || c.una + distance > c.top) return;
  if (distance) newAck(c, <u64>distance, now);
  else if (c.una < c.top) duplicateAck(c);
}

function newAck(c: TcpConnection, acked: u64, now: u64): void {
  c.una += acked;
  if (c.nxt < c.una) c.nxt = c.una;
  if (c.timed && c.una >= c.timed) {
    sample(c, now - c.timedAt);
    c.timed = 0;
  }
  c.timeoutsNow = 0;
  if (c.recovering && c.una < c.recover) partialAck(c, acked);
  else if (c.recovering) endRecovery(c);
  else grow(c, acked);
  if (c.una == c.top) c.due = NEVER;
  else if (!c.recovering || c.partials == 1) c.due = now + c.rto;
  if (c.una == c.limit) c.finished = now;
}

/** Slow start, or congestion avoidance: a segment more for a window of bytes acknowledged. What the receiver would not let be used does not grow. */
function grow(c: TcpConnection, acked: u64): void {
  c.dupacks = 0;
  c.beyond = 0;
  if (c.cwnd >= c.window) return;
  if (c.cwnd < c.ssthresh) {
    c.cwnd += min<u64>(acked, c.mss);
    return;
  }
  c.credit += acked;
  if (c.credit < c.cwnd) return;
  c.credit -= c.cwnd;
  c.cwnd += c.mss;
}

/** RFC 6582 (3.2) 3, a partial acknowledgement: there is another hole behind the one that is filled now. */
function partialAck(c: TcpConnection, acked: u64): void {
  c.partials++;
  c.again = 1;
  const left = c.cwnd > acked ? c.cwnd - acked : 0;
  c.cwnd = max<u64>(left + (acked >= c.mss ? c.mss : 0), c.mss);
}

/** RFC 6582 (3.2) 3, a full acknowledgement, its first option: no burst. */
function endRecovery(c: TcpConnection): void {
  c.cwnd = min(c.ssthresh, max<u64>(flight(c), c.mss) + c.mss);
  c.recovering = 0;
  c.dupacks = 0;
  c.credit = 0;
}

function duplicateAck(c: TcpConnection): void {
  c.duplicates++;
  if (c.recovering) {
    c.cwnd += c.mss;
    return;
  }
  c.dupacks++;
  if (c.dupacks == 3 && (!c.recover || c.una > c.recover)) startRecovery(c);
}

/** Fast retransmit: three duplicate acknowledgements, and not of what was sent before a timeout or an earlier recovery. */
function startRecovery(c: TcpConnection): void {
  c.fastRetransmits++;
  c.ssthresh = halfFlight(c);
  c.beyond = 0;
  c.recover = c.top;
  c.recovering = 1;
  c.partials = 0;
  c.again = 1;
  c.cwnd = c.ssthresh + 3 * <u64>c.mss;
}

function halfFlight(c: TcpConnection): u64 {
  return max<u64>(flight(c) >> 1, 2 * <u64>c.mss);
}

/** The retransmission timer has expired: slow start from the first unacknowledged segment on. A second time in a row ssthresh stays. */
export function tcpTimeout(c: TcpConnection, now: u64): void {
  c.timeouts++;
  if (!c.timeoutsNow) c.ssthresh = halfFlight(c);
  c.timeoutsNow++;
  c.cwnd = c.mss;
  c.credit = 0;
  c.beyond = 0;
  c.recover = c.top;
  c.recovering = 0;
  c.dupacks = 0;
  c.again = 0;
  c.timed = 0;
  c.nxt = c.una;
  c.rto = min(c.rto << 1, c.rtoMax); // until something is measured again
  c.due = now + c.rto;
}

/** RFC 6298 (2). */
function sample(c: TcpConnection, rtt: u64): void {
  if (!c.srtt) {
    c.srtt = rtt;
    c.rttvar = rtt >> 1;
  } else {
    const off = rtt > c.srtt ? rtt - c.srtt : c.srtt - rtt;
    c.rttvar = (3 * c.rttvar + off) >> 2;
    c.srtt = (7 * c.srtt + rtt) >> 3;
  }
  c.rto = min(max(c.srtt + max<u64>(1, 4 * c.rttvar), c.rtoMin), c.rtoMax);
}
