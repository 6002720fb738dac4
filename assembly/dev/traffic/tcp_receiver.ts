// The receiving end of TCP: what comes in order is taken at once, what does not is held. RFC 5681 (4.2): an acknowledgement at once for what is out of order or
// fills a gap; else for every segment, or for every n-th and after some time.

import { TcpConnection } from "./tcp_connection";

const NEVER: u64 = u64.MAX_VALUE;

/** A segment has come. `seq`: lower 32 bits. True: it is acknowledged now (`rcvNxt`), and `ackSent` is to be called. */
export function tcpData(c: TcpConnection, seq: u32, length: u32, now: u64): bool {
  const distance = <i64>(<i32>(seq - <u32>c.rcvNxt));
  if (distance < 0) return true;
  if (distance > 0) {
    hold(c, c.rcvNxt + distance, length);
    return true;
  }
  c.rcvNxt += length;
  if (c.held) {
    takeHeld(c);
    return true;
  }
  c.unacked++;
  if (c.unacked >= c.every) return true;
  if (c.ackDue == NEVER) c.ackDue = now + c.ackDelay;
  return false;
}

/** Everything up to `rcvNxt` is acknowledged. */
export function ackSent(c: TcpConnection): void {
  c.unacked = 0;
  c.ackDue = NEVER;
}

/** Segments begin at multiples of their size. */
function placeOf(c: TcpConnection, at: u64): u32 {
  return <u32>((at / c.mss) % c.places);
}

function hold(c: TcpConnection, at: u64, length: u32): void {
  if (at + length > c.rcvNxt + c.window) return;
  const place = placeOf(c, at);
  const word = c.map + ((<usize>(place >> 5)) << 2);
  const bit: u32 = 1 << (place & 31);
  if (load<u32>(word) & bit) return;
  store<u32>(word, load<u32>(word) | bit);
  c.held++;
}

/** What was held behind the gap that is filled. */
function takeHeld(c: TcpConnection): void {
  while (c.held) {
    const place = placeOf(c, c.rcvNxt);
    const word = c.map + ((<usize>(place >> 5)) << 2);
    const bit: u32 = 1 << (place & 31);
    if (!(load<u32>(word) & bit)) return;
    store<u32>(word, load<u32>(word) & ~bit);
    c.held--;
    c.rcvNxt += min<u64>(c.mss, c.limit - c.rcvNxt);
  }
}
