import { describe, expect, test } from "vitest";
import { MSS, RTT, TcpBed } from "./tcp_bed.ts";

const numbers = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);

describe("slow start and congestion avoidance", () => {
  test("the window doubles with every round trip up to ssthresh, and grows by one segment from there on", () => {
    const bed = new TcpBed({ segments: 100, ssthresh: 16 }).run();
    expect(bed.rounds().map((sent) => sent.length)).toEqual([1, 2, 4, 8, 16, 17, 18, 19, 15]);
    expect(bed.sent.map(({ segment }) => segment)).toEqual(numbers(0, 100));
    expect(bed.fields).toMatchObject({ segments: 100, retransmits: 0, timeouts: 0, acked: 100 * MSS, received: 100 * MSS, srtt: Number(RTT) });
  });

  test("the initial window is what RFC 5681 says unless it is set", () => {
    const first = (initial: number): number => new TcpBed({ segments: 100, initial }).rounds()[0]!.length;
    expect([first(0), first(1), first(10)]).toEqual([4, 1, 10]); // a segment of 1000 bytes
  });

  test("the receiver's window is never passed, and what it does not let be used does not grow", () => {
    const bed = new TcpBed({ segments: 60, window: 8 }).run();
    expect(bed.rounds().map((sent) => sent.length)).toEqual([1, 2, 4, 8, 8, 8, 8, 8, 8, 5]);
    expect(bed.cwnd).toBe(8);
  });

  test("the last segment may be shorter", () => {
    const bed = new TcpBed({ segments: 2.5 }).run();
    expect(bed.sent.map(({ segment }) => segment)).toEqual([0, 1, 2]);
    expect(bed.fields).toMatchObject({ acked: 2500, received: 2500 });
  });
});

describe("one loss", () => {
  // Rounds of 1, 2, 4, 8 segments; then 15 to 30 are sent, and the first of these 16 is lost.
  const make = (): TcpBed => new TcpBed({ segments: 400, loses: (segment, nth) => segment === 15 && nth === 1 });

  test("fast retransmit after three duplicate acknowledgements, fast recovery, then a segment more each round trip", () => {
    const bed = make();
    bed.until(4.5);
    expect(bed.rounds().map((sent) => sent.length)).toEqual([1, 2, 4, 8, 16]);
    expect([bed.cwnd, bed.fields.duplicates]).toEqual([16, 0]);

    // Round 5: 15 duplicate acknowledgements. Two let a new segment out each, the third sends 15 again: ssthresh is half of 16, the window that and 3. The 12
    // further ones raise it to 23. 16 are not acknowledged, and 2 went beyond: 5 more are new.
    bed.until(5.5);
    expect(bed.rounds()[5]).toEqual([31, 32, 15, 33, 34, 35, 36, 37]);
    expect(bed.fields).toMatchObject({ duplicates: 15, fastRetransmits: 1, retransmits: 1, ssthresh: 8 * MSS, cwnd: 23 * MSS, acked: 15 * MSS });

    // Round 6: 31 and 32 are behind the hole still and come first; with the hole filled, everything up to 32 is acknowledged: recovery is over, window 8.
    bed.until(6.5);
    expect(bed.fields).toMatchObject({ ssthresh: 8 * MSS, fastRetransmits: 1, retransmits: 1, timeouts: 0 });
    // 15 was being timed when it was lost. Karn: what was sent twice is not measured, so that nothing but whole round trips has been.
    expect(bed.fields.srtt).toBe(Number(RTT));
    const windows = bed
      .run()
      .rounds()
      .slice(7, 14)
      .map((sent) => sent.length);
    expect(windows).toEqual([9, 10, 11, 12, 13, 14, 15]);
    expect(bed.fields).toMatchObject({ acked: 400 * MSS, received: 400 * MSS, segments: 401, timeouts: 0, fastRetransmits: 1 });
  });

  test("two duplicate acknowledgements send nothing again", () => {
    // 15 comes behind 17: not lost, but late. The bed has no such path: two segments behind the hole are all that there are.
    const bed = new TcpBed({ segments: 18, loses: (segment, nth) => segment === 15 && nth === 1 }).run();
    expect(bed.fields).toMatchObject({ duplicates: 2, fastRetransmits: 0, timeouts: 1, retransmits: 1, acked: 18 * MSS });
  });
});

describe("two losses in a window", () => {
  test("a partial acknowledgement sends the second one at once, and recovery goes on until everything is there", () => {
    const lost = new Set([15, 20]);
    const bed = new TcpBed({ segments: 400, loses: (segment, nth) => nth === 1 && lost.has(segment) });
    bed.until(5.5);
    // 14 duplicate acknowledgements: window 8 + 3 + 11 = 22, of which 16 are not acknowledged, and 2 went beyond.
    expect(bed.rounds()[5]).toEqual([31, 32, 15, 33, 34, 35, 36]);
    expect(bed.fields).toMatchObject({ cwnd: 22 * MSS, ssthresh: 8 * MSS, fastRetransmits: 1 });
    bed.until(6.5);
    // 31 and 32: two more duplicates, window 24; then 15 is there, and 5 segments are acknowledged: 24 - 5 + 1.
    expect(bed.acks.filter((ack) => ack === 20).length).toBeGreaterThan(0);
    expect(bed.rounds()[6]!.filter((segment) => segment === 20)).toEqual([20]);
    expect(bed.fields).toMatchObject({ fastRetransmits: 1, retransmits: 2, ssthresh: 8 * MSS, acked: 20 * MSS });
    bed.until(7.5);
    expect(bed.fields.acked).toBeGreaterThanOrEqual(33 * MSS); // a full acknowledgement: recovery is over
    expect(bed.cwnd).toBe(8);
    bed.run();
    expect(bed.fields).toMatchObject({ fastRetransmits: 1, retransmits: 2, timeouts: 0, segments: 402, acked: 400 * MSS });
  });
});

describe("the retransmission timer", () => {
  test("first 10 round trips, as nothing is measured; twice as long each time; then one segment, and slow start up to half of what was sent", () => {
    const bed = new TcpBed({ segments: 40, initial: 8, loses: (segment, nth) => nth === 1 || (segment === 0 && nth < 4) });
    bed.run();
    const first = bed.sent.filter(({ segment }) => segment === 0).map(({ round }) => round);
    expect(first).toEqual([0, 10, 30, 70]);
    expect(bed.fields).toMatchObject({ acked: 40 * MSS, received: 40 * MSS });
  });

  test("Karn: what was sent twice is not measured, and the timeout stays as it was until something is", () => {
    const bed = new TcpBed({ segments: 40, initial: 2, loses: (segment, nth) => segment < 2 && nth === 1 });
    bed.until(10.5);
    expect(bed.fields).toMatchObject({ timeouts: 1, srtt: 0, rto: 20 * Number(RTT), cwnd: MSS, ssthresh: 2 * MSS });
    bed.until(11.5);
    expect(bed.fields).toMatchObject({ srtt: 0, acked: MSS, cwnd: 2 * MSS, rto: 20 * Number(RTT) });
    // Segment 2 is new, and its round trip the first one that is measured: RTO = RTT + 4 RTT / 2.
    bed.until(12.5);
    expect(bed.fields).toMatchObject({ srtt: Number(RTT), rttvar: Number(RTT) / 2, rto: 3 * Number(RTT), timeouts: 1 });
    bed.until(13.5);
    expect(bed.fields.rttvar).toBe((Number(RTT) * 3) / 8);
  });

  test("what was lost before a timeout starts no fast retransmit after it (RFC 6582 3.2, step 2)", () => {
    // 8 to 11 cause a fast retransmit of 0, which is lost again. Limited transmit has let 12 and 13 out: 14 have been sent when the timeout comes.
    const bed = new TcpBed({ segments: 60, initial: 12, loses: (segment, nth) => (segment < 8 && nth === 1) || (segment === 0 && nth === 2) });
    bed.until(10.5);
    expect(bed.fields).toMatchObject({ fastRetransmits: 1, timeouts: 1, duplicates: 6, acked: 0, cwnd: MSS, ssthresh: 7 * MSS });
    // Slow start sends everything up to 13 again. 7 fills the gap; 8 to 13 are there already, and each is answered by an acknowledgement that is no news.
    bed.until(14.5);
    expect(bed.rounds()[13]).toEqual(numbers(7, 7));
    expect(bed.acks.filter((ack) => ack === 14)).toHaveLength(7);
    expect(bed.fields).toMatchObject({ fastRetransmits: 1, timeouts: 1, duplicates: 12, cwnd: 8 * MSS, ssthresh: 7 * MSS, acked: 14 * MSS });
    bed.run();
    expect(bed.fields).toMatchObject({ fastRetransmits: 1, timeouts: 1, segments: 75, acked: 60 * MSS, received: 60 * MSS });
  });

  test("a second timeout of the same segment leaves ssthresh as the first one has set it (RFC 5681 3.1)", () => {
    const bed = new TcpBed({ segments: 40, initial: 12, loses: (segment, nth) => nth === 1 || (segment === 0 && nth < 4) });
    bed.until(10.5);
    expect(bed.fields).toMatchObject({ timeouts: 1, cwnd: MSS, ssthresh: 6 * MSS });
    bed.until(70.5);
    expect(bed.fields).toMatchObject({ timeouts: 3, cwnd: MSS, ssthresh: 6 * MSS, acked: 0 });
  });

  test("a timeout after something was acknowledged halves what is on its way then", () => {
    // 0 to 11 are lost together; sent again they arrive. Of what comes behind them, 14 to 20 are lost: 7 segments.
    const bed = new TcpBed({ segments: 60, initial: 12, loses: (segment, nth) => nth === 1 && (segment < 12 || segment >= 14) });
    bed.until(16.5);
    expect(bed.fields).toMatchObject({ timeouts: 1, ssthresh: 6 * MSS, acked: 14 * MSS });
    bed.until(18.5);
    expect(bed.fields).toMatchObject({ timeouts: 2, cwnd: MSS, ssthresh: 3.5 * MSS, acked: 14 * MSS });
  });

  test("the variation of the round trip is taken with its mean as it was before the sample (RFC 6298 2.3)", () => {
    const bed = new TcpBed({ segments: 3, rtoMin: 1n });
    const { parts, at } = bed;
    const ms = (time: number): number => time * 1e9;
    const now = [0, 100, 300, 360].map((time) => BigInt(ms(time)));
    const measured = [1, 2, 3].map((segment) => {
      parts.tcpAck(at, segment * MSS, now[segment]!);
      parts.tcpTake(at, now[segment]!);
      const { srtt, rttvar, rto } = bed.fields;
      return { srtt, rttvar, rto };
    });
    expect(measured).toEqual([
      { srtt: ms(100), rttvar: ms(50), rto: ms(300) },
      // Round trip 200 ms: (3 x 50 + |100 - 200|) / 4, then (7 x 100 + 200) / 8.
      { srtt: ms(112.5), rttvar: ms(62.5), rto: ms(362.5) },
      // 60 ms: (3 x 62.5 + |112.5 - 60|) / 4, then (7 x 112.5 + 60) / 8.
      { srtt: ms(105.9375), rttvar: ms(60), rto: ms(345.9375) },
    ]);
  });
});

describe("the receiver", () => {
  test("acknowledges every segment, or every second and what waits for 100 ms", () => {
    const each = new TcpBed({ segments: 8, initial: 8 }).run();
    expect(each.acks).toEqual(numbers(1, 8));
    const delayed = new TcpBed({ segments: 7, initial: 7, every: 2 }).run();
    expect(delayed.acks).toEqual([2, 4, 6, 7]);
    expect(delayed.now).toBe(RTT / 2n + 100_000_000_000n + RTT / 2n);
  });

  test("acknowledges at once what is out of order and what fills a gap", () => {
    const bed = new TcpBed({ segments: 8, initial: 8, every: 2, loses: (segment, nth) => segment === 2 && nth === 1 }).run();
    expect(bed.acks.slice(0, 6)).toEqual([2, 2, 2, 2, 2, 2]);
    expect(bed.acks.at(-1)).toBe(8);
    expect(bed.fields).toMatchObject({ fastRetransmits: 1, timeouts: 0, segments: 9 });
  });
});
