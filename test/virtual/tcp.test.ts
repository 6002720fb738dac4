import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import type { Departure, TcpResult } from "../../src/types.ts";
import { u16 } from "../support/frames.ts";
import { brokenIdentities, unrest } from "../support/identities.ts";
import { type BedOptions, MS, makeBed, SECOND } from "./closed_beds.ts";

/** 20 ms from end to end and back, and nothing else takes time. */
const FAR = { propagation: "5ms" } as const;
const RTT = 20n * MS;
const MSS = 1460;

const tcpOf = (engine: Engine): TcpResult[] => {
  expect(brokenIdentities(engine)).toEqual([]);
  for (const { acked, received, segments, retransmits, overruns } of engine.results().tcp!) {
    expect(acked).toBeLessThanOrEqual(received);
    expect(retransmits).toBeLessThanOrEqual(segments);
    expect(overruns).toBe(0n);
  }
  return engine.results().tcp!;
};

/** One's complement sum of big-endian words. */
const sum = (bytes: Uint8Array): number => {
  let total = 0;
  for (let i = 0; i < bytes.length; i += 2) total += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return total;
};

/** A segment that left, with both its checksums looked at. */
const segmentOf = ({ data, interface: name }: Departure): { name: string; seq: number; ack: number; length: number; ports: number[] } => {
  const ip = data.subarray(14, 14 + u16(data, 16));
  expect(sum(ip.subarray(0, 20))).toBe(0xffff);
  const tcp = ip.subarray(20);
  const pseudo = Uint8Array.from([...ip.subarray(12, 20), 0, 6, tcp.length >> 8, tcp.length & 255]);
  expect(sum(Uint8Array.from([...pseudo, ...tcp]))).toBe(0xffff);
  const view = new DataView(tcp.buffer, tcp.byteOffset);
  return { name, seq: view.getUint32(4), ack: view.getUint32(8), length: tcp.length - 20, ports: [u16(tcp, 0), u16(tcp, 2)] };
};

test("segments that bit errors have changed are lost to the receiver, also without a frame check sequence", async () => {
  const faults = [{ kind: "bitErrors", if: "em0", nth: 20, fcs: false } as const];
  const bytes = 200 * MSS;
  const engine = await makeBed({ as: "bridge", wire: FAR, virtual: { faults }, tcp: [{ bytes, rtoMin: "200ms" }] });
  engine.run();
  const [{ acked, retransmits, timeouts, segments }] = tcpOf(engine) as [TcpResult];
  const { struck } = engine.results().faults[0]!;
  expect(struck).toBe(segments / 20n);
  expect(acked).toBe(BigInt(bytes));
  expect(retransmits + timeouts).toBeGreaterThanOrEqual(struck - 1n); // the padding of the last one may have been hit
});

describe.each(["router", "bridge"] as const)("through a %s", (as) => {
  test("a transfer without loss: every segment once, in order, and slow start by round trips", async () => {
    const engine = await makeBed({ as, wire: FAR, tcp: [{ bytes: 100 * MSS + 700, rtoMin: "200ms" }] }, { collect: true });
    // Looked at between the round trips: 3, 6, 12, 24 segments; the receiver's window has 44.
    const windows = Array.from({ length: 5 }, (_, round) => {
      engine.run(BigInt(round) * RTT + RTT / 2n);
      return Number(engine.connections()[0]!.cwnd) / MSS;
    });
    expect(windows.slice(0, 4)).toEqual([3, 6, 12, 24]);
    expect(engine.run()).toBe("idle");
    expect(unrest(engine)).toEqual([]);
    const [result] = tcpOf(engine);
    const bytes = BigInt(100 * MSS + 700);
    expect(result).toMatchObject({ segments: 101n, retransmits: 0n, timeouts: 0n, duplicates: 0n, acked: bytes, received: bytes, srtt: RTT });
    expect(result!.finished! - result!.started!).toBe(6n * RTT); // 3, 6, 12, 24, then the receiver's window, and the rest
    expect(result!.goodput).toBeCloseTo((8 * Number(bytes)) / 0.12, 0);

    const sent = engine.take().map(segmentOf);
    const data = sent.filter(({ name }) => name === "em1");
    const acks = sent.filter(({ name }) => name === "em0");
    expect(data.map(({ seq }) => seq)).toEqual(Array.from({ length: 101 }, (_, i) => i * MSS));
    expect(data.map(({ length }) => length)).toEqual([...Array(100).fill(MSS), 700]);
    expect(acks.map(({ ack }) => ack)).toEqual([...Array.from({ length: 100 }, (_, i) => (i + 1) * MSS), Number(bytes)]);
    expect([data[0]!.ports, acks[0]!.ports]).toEqual([
      [1024, 9],
      [9, 1024],
    ]);
  });

  test("drops of the path act back: a short output queue in front of a slow link is filled, overflows, and is filled again", async () => {
    const wire = { rate: "100Mbps", propagation: "1ms", txDelay: "none" } as const;
    const virtual = { interfaces: { "*": { rate: "1Gbps", delay: 0, txDelay: "none", rxBurst: 1, propagation: "1ms" } as const, em1: wire } };
    const tcp = [{ rtoMin: "200ms", receiver: { window: 2 ** 20 } } as const];
    const engine = await makeBed({ as, virtual, queue: 40, tcp });
    engine.run(5n * SECOND);
    const [result] = tcpOf(engine);
    const { drops } = engine.counters();
    const dropped = Object.values(drops).reduce((total, n) => total + n, 0);
    expect(drops.QueueFull).toBe(dropped);
    expect(drops.QueueFull).toBeGreaterThan(5);
    expect(result!.fastRetransmits).toBeGreaterThan(3n);
    expect(result!.retransmits).toBeGreaterThanOrEqual(BigInt(dropped));
    // The link carries 1514 + 24 bytes for 1460 of data.
    const most = (100e6 * MSS) / 1538;
    expect(result!.goodput).toBeGreaterThan(0.9 * most);
    expect(result!.goodput).toBeLessThanOrEqual(most);
  });
});

describe("several connections", () => {
  const options: BedOptions = {
    cpus: 2,
    service: 500,
    wire: { rate: "1Gbps", propagation: "100us" },
    queue: 24,
    tcp: [
      { connections: 6, stagger: "3ms", rtoMin: "10ms", receiver: { loss: 0.002, every: 2 } },
      {
        if: "em1",
        srcIp: "198.19.0.5",
        dstIp: "198.18.0.5",
        connections: 2,
        start: "1ms",
        bytes: 300_000,
        rtoMin: "10ms",
        receiver: { if: "em0" },
      },
    ],
    closed: [{ outstanding: 3, think: "50us", timeout: "2ms", answer: { if: "em1" } }],
  };
  const END = 60n * MS;
  const seen = (engine: Engine): unknown => [engine.fingerprint(), { ...engine.results(), events: 0n }];

  test("each begins at its time, all of them get on, and the link is shared", async () => {
    const engine = await makeBed(options);
    engine.run(END);
    const all = tcpOf(engine);
    expect(all.map(({ started }) => Number(started! / MS))).toEqual([0, 3, 6, 9, 12, 15, 1, 1]);
    expect(all.every(({ acked }) => acked > 100_000n)).toBe(true);
    expect(all.some(({ lost }) => lost > 0n)).toBe(true);
    expect(all.slice(6).every(({ finished }) => finished !== undefined)).toBe(true);
    const bits = all.reduce((total, { acked }) => total + Number(acked) * 8, 0);
    expect(bits / 0.06).toBeLessThan(2e9);
  });

  test("how the run is split changes nothing, and a snapshot has all of it", async () => {
    const whole = await makeBed(options);
    whole.run(END);
    const split = await makeBed(options);
    let snapshot = split.snapshot();
    for (let i = 1n; i <= 61n; i++) {
      split.run((END * i) / 61n);
      expect(brokenIdentities(split)).toEqual([]);
      if (i === 20n) snapshot = split.snapshot();
    }
    expect(seen(split)).toEqual(seen(whole));
    split.restore(snapshot);
    split.run(END);
    expect(seen(split)).toEqual(seen(whole));
  });

  test("another seed loses others", async () => {
    const [one, two] = [await makeBed(options), await makeBed({ ...options, seed: 2 })];
    one.run(END);
    two.run(END);
    expect(one.results().tcp).not.toEqual(two.results().tcp);
  });
});

describe("the square-root law", () => {
  // Mathis, Semke, Mahdavi, Ott 1997: MSS / RTT x sqrt(3 / 2) / sqrt(p), one acknowledgement per segment, loss by lot, timeouts seldom.
  test.each([0.001, 0.003, 0.01])("p = %f", async (loss) => {
    const receiver = { loss, window: 2 ** 22 };
    const engine = await makeBed({ build: "virtualRelease", wire: FAR, tcp: [{ rtoMin: "50ms", receiver }] });
    engine.run(400n * SECOND);
    const [result] = tcpOf(engine);
    const law = (MSS * 8 * Math.sqrt(1.5)) / (0.02 * Math.sqrt(loss));
    expect(result!.srtt).toBe(RTT);
    const expected = loss * Number(result!.segments);
    expect(Math.abs(Number(result!.lost) - expected)).toBeLessThan(4 * Math.sqrt(expected));
    expect(Number(result!.timeouts)).toBeLessThan(0.1 * Number(result!.lost));
    expect(result!.goodput / law).toBeGreaterThan(0.85);
    expect(result!.goodput / law).toBeLessThan(1.15);
  });
});
