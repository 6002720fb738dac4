// A TCP connection, both its ends in one record. It is there from its start on: no handshake, no FIN; window scaling is agreed. Bytes are counted from 0 in 64
// bits; on the wire stand the lower 32. Who carries the segments does not matter to either end.

import { Boot, Region, TCP_RECORD } from "../../abi";
import { base, boot } from "../../memory/arena";

@unmanaged
export class TcpConnection {
  // What the host reads, in the order of TcpField.
  segments: u64; // data segments sent, with those sent again
  retransmits: u64;
  timeouts: u64;
  fastRetransmits: u64;
  una: u64; // SND.UNA: bytes acknowledged
  cwnd: u64;
  ssthresh: u64;
  srtt: u64; // 0: nothing is measured yet
  rttvar: u64;
  rto: u64;
  duplicates: u64; // duplicate acknowledgements
  rcvNxt: u64; // RCV.NXT: bytes received in order
  lost: u64; // segments that the far end has lost, by lot
  overruns: u64; // segments and acknowledgements that were more on their way than there is room for
  started: u64; // u64.MAX_VALUE: it has not
  finished: u64; // when all was acknowledged; u64.MAX_VALUE: it is not

  // The sender.
  limit: u64; // bytes to send
  window: u64; // of the receiver
  nxt: u64; // SND.NXT
  top: u64; // behind the highest byte ever sent
  recover: u64; // RFC 6582: `top` when recovery or a timeout began; 0: neither has
  credit: u64; // bytes acknowledged that count for the next step of congestion avoidance
  beyond: u64; // bytes sent beyond the congestion window (limited transmit)
  timed: u64; // 1 + first byte of the segment that is timed; 0: none is
  timedAt: u64;
  due: u64; // of the retransmission timer
  rtoMin: u64;
  rtoMax: u64;
  seq: u64; // segment that was taken last
  length: u32;
  mss: u32;
  dupacks: u32; // in a row, before recovery
  recovering: u32;
  partials: u32; // partial acknowledgements in this recovery
  again: u32; // 1: the first unacknowledged segment is to be sent again
  timeoutsNow: u32; // since something was acknowledged
  every: u32; // segments per acknowledgement

  // The receiver.
  ackDue: u64; // of its timer
  ackDelay: u64;
  unacked: u32; // segments in order that it has not acknowledged
  held: u32; // segments that it holds out of order
  map: usize; // a bit for each segment of the window: it is held
  places: u32; // bits of that
  loss: u32; // probability that it loses a segment, x 2^32
  lots: u64; // random stream of that
  port: u32; // the sender's
  source: u32;

  static at(number: u32): TcpConnection {
    return changetype<TcpConnection>(base(Region.Tcp) + <usize>number * TCP_RECORD);
  }
}
if (offsetof<TcpConnection>() > <usize>TCP_RECORD) ERROR("TcpConnection has outgrown TCP_RECORD");

/** Behind the connections: their maps, then the rest. */
export function tcpMaps(): usize {
  return base(Region.Tcp) + <usize>boot(Boot.TcpConnections) * TCP_RECORD;
}

/** Words of the map of a connection. */
function mapWords(window: u64, mss: u32): u32 {
  return <u32>((window / mss + 64) >> 5);
}

/** Sizes in bytes. `window`: the receiver's; `initial`: first congestion window, 0: RFC 5681's; `ssthresh`: 0: the receiver's window. */
export function setWindows(c: TcpConnection, mss: u32, window: u64, initial: u64, ssthresh: u64): void {
  assert(mss > 0 && window >= mss && window <= 1 << 30, "the window has room for a segment, and half the sequence space for the window");
  c.mss = mss;
  c.window = window;
  c.cwnd = initial ? initial : initialWindow(mss);
  c.ssthresh = ssthresh ? ssthresh : window;
  c.places = mapWords(window, mss) << 5;
}

/** The retransmission timer of RFC 6298: its first value and its limits, in picoseconds. */
export function setRto(c: TcpConnection, first: u64, least: u64, most: u64): void {
  c.rto = first;
  c.rtoMin = least;
  c.rtoMax = most;
}

/** The connection sends `limit` bytes from `start` (ps) on. */
export function openTcp(c: TcpConnection, limit: u64, start: u64): void {
  c.limit = limit;
  c.started = u64.MAX_VALUE;
  c.finished = u64.MAX_VALUE;
  c.due = start;
  c.ackDue = u64.MAX_VALUE;
}

/** RFC 5681 (3.1). */
function initialWindow(mss: u32): u64 {
  return <u64>mss * (mss > 2190 ? 2 : mss > 1095 ? 3 : 4);
}
