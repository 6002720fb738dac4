/** What generated frames are: lengths, flows, protocols, addresses. */
import { describe, expect, test } from "vitest";
import { chiSquare, chiSquareLimit } from "../support/fit.ts";
import { destination, source, u16 } from "../support/frames.ts";
import { readIp } from "../support/packets.ts";
import { type Made, type Said, TrafficSource } from "./traffic_source.ts";

const made = (said: Said, n: number, seed = 1): Made[] => new TrafficSource([said], seed).take(n);
const lengthsOf = (said: Said, n: number): number[] => made(said, n, 2).map(({ bytes }) => bytes.length);
/** Counts in the order of `values`; anything else is a fault. */
const tally = <T>(items: readonly T[], values: readonly T[]): number[] => {
  const counts = new Array<number>(values.length).fill(0);
  for (const item of items) {
    expect(values).toContain(item);
    counts[values.indexOf(item)]!++;
  }
  return counts;
};
const N = 30_000;

describe("lengths", () => {
  test.each<[string, Said["bytes"], number[], number[]]>([
    ["imix", "imix", [60, 590, 1514], [7 / 12, 4 / 12, 1 / 12]],
    [
      "shares",
      [
        { bytes: 64, weight: 0.5 },
        { bytes: 100, weight: 0 },
        { bytes: 1000, weight: 1.5 },
      ],
      [64, 1000],
      [0.25, 0.75],
    ],
    ["a range", { from: 100, to: 104 }, [100, 101, 102, 103, 104], new Array(5).fill(0.2)],
    ["a list by lot", { lengths: [60, 80, 80, 1514], choice: "lot" }, [60, 80, 1514], [0.25, 0.5, 0.25]],
  ])("%s: as often as they should be", (_, bytes, values, shares) => {
    const counts = tally(lengthsOf({ bytes: bytes! }, N), values);
    expect(
      chiSquare(
        counts,
        shares.map((share) => share * N),
      ),
    ).toBeLessThan(chiSquareLimit(values.length - 1));
  });

  test("a list in turn: one after the other, from the start again", () => {
    expect(lengthsOf({ bytes: { lengths: [60, 1514, 77] } }, 7)).toEqual([60, 1514, 77, 60, 1514, 77, 60]);
  });

  test("IP and UDP know the length, and what is behind the headers is 0, also after a longer frame", () => {
    for (const { bytes } of made({ bytes: { from: 60, to: 1514 } }, 500)) {
      expect(readIp(bytes)).toMatchObject({ length: bytes.length - 14, checksumIsRight: true });
      expect(u16(bytes, 38)).toBe(bytes.length - 34);
      expect(bytes.subarray(42).every((byte) => byte === 0)).toBe(true);
    }
  });
});

describe("Zipf", () => {
  test.each([0, 0.7, 1, 1.1, 2.5])("exponent %d: flow f has the share of 1 / (f + 1)^s", (zipf) => {
    const flows = 200;
    const counts = tally(
      made({ flows, choice: { zipf } }, N, 5).map(({ flow }) => flow),
      Array.from({ length: flows }, (_, i) => i),
    );
    const weights = counts.map((_, i) => (i + 1) ** -zipf);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    // Cells with few are taken together.
    const cells: [number, number][] = [[0, 0]];
    for (const [i, count] of counts.entries()) {
      const cell = cells.at(-1)!;
      cell[0] += count;
      cell[1] += (N * weights[i]!) / sum;
      if (cell[1] > 20 && i < flows - 1) cells.push([0, 0]);
    }
    expect(
      chiSquare(
        cells.map(([count]) => count),
        cells.map(([, expected]) => expected),
      ),
    ).toBeLessThan(chiSquareLimit(cells.length - 1));
  });

  test("takes eight bytes for each flow, once for all entries alike", () => {
    const alike = { flows: 1000, choice: { zipf: 1 } };
    expect(new TrafficSource([alike]).tables).toBe(8000);
    expect(new TrafficSource([alike, { ...alike, if: "em1" }]).tables).toBe(8000);
    expect(new TrafficSource([alike, { ...alike, choice: { zipf: 1.5 } }]).tables).toBe(16_000);
  });
});

/** The sum of the 16-bit words of an IP packet's payload and of its pseudo header. */
const payloadSum = (bytes: Uint8Array, pseudo: boolean): number => {
  const { length } = readIp(bytes);
  let sum = pseudo ? bytes[23]! + length - 20 : 0;
  for (let at = pseudo ? 26 : 34; at < 14 + length; at += 2) sum += (bytes[at]! << 8) | (at + 1 < 14 + length ? bytes[at + 1]! : 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
};

describe("protocols", () => {
  const said: Said = { protocols: { udp: 5, tcp: 3, icmp: 2 }, flows: 100, srcIps: 100, dstIps: 7, bytes: "imix" };

  test("shares are the weights, whatever the lengths are", () => {
    const counts = tally(
      made(said, N, 7).map(({ bytes }) => bytes[23]!),
      [17, 6, 1],
    );
    expect(chiSquare(counts, [0.5 * N, 0.3 * N, 0.2 * N])).toBeLessThan(chiSquareLimit(2));
  });

  test("headers are right: IP, TCP and ICMP with their checksums", () => {
    for (const { bytes, flow } of made(said, 3000, 8)) {
      const ip = readIp(bytes);
      expect(ip).toMatchObject({ checksumIsRight: true, length: bytes.length - 14, src: `198.18.0.${1 + flow}`, dst: `198.19.0.${1 + (flow % 7)}` });
      const [first, second] = [u16(bytes, 34), u16(bytes, 36)];
      if (ip.protocol === 1) expect([first, u16(bytes, 38), payloadSum(bytes, false)]).toEqual([0x0800, 1024 + flow, 0xffff]);
      else expect([first, second]).toEqual([1024 + flow, 9]);
      if (ip.protocol === 6) expect([bytes[46]! >> 4, bytes[47], payloadSum(bytes, true)]).toEqual([5, 0x10, 0xffff]);
      if (ip.protocol === 17) expect([u16(bytes, 38), u16(bytes, 40)]).toEqual([ip.length - 20, 0]);
    }
  });

  test("fragments and broadcasts: as many as their shares say, together as often as by chance", () => {
    const frames = made({ ...said, fragments: 0.2, broadcast: 0.1 }, N, 9);
    const kinds = frames.map(({ bytes }) => {
      const { fragment, dst } = readIp(bytes);
      expect(dst === "255.255.255.255").toBe(destination(bytes) === "ff:ff:ff:ff:ff:ff");
      return `${fragment === 0x2000 ? "first" : fragment === 185 ? "later" : fragment} ${dst === "255.255.255.255"}`;
    });
    const counts = tally(kinds, ["0 false", "first false", "later false", "0 true", "first true", "later true"]);
    const shares = [0.72, 0.09, 0.09, 0.08, 0.01, 0.01];
    expect(
      chiSquare(
        counts,
        shares.map((share) => share * N),
      ),
    ).toBeLessThan(chiSquareLimit(5));
  });

  test("first fragments have a payload of whole eights and a header; later ones none; identifications go up", () => {
    const frames = made({ protocols: { udp: 1, tcp: 1, icmp: 1 }, fragments: 1, bytes: { from: 60, to: 200 } }, 500, 10);
    for (const [i, { bytes }] of frames.entries()) {
      const { length, fragment, checksumIsRight, id, protocol } = readIp(bytes);
      expect([checksumIsRight, id]).toEqual([true, i]);
      if (fragment === 185) expect(bytes.subarray(34).every((byte) => byte === 0)).toBe(true);
      else {
        expect((length - 20) % 8).toBe(0);
        expect(length).toBeGreaterThan(bytes.length - 14 - 8);
        if (protocol === 17) expect(u16(bytes, 38)).toBe(length - 20 + 8);
      }
    }
  });
});

test("ports: flow f has the f-th of each, counted round", () => {
  const ports = { flows: 12, srcPort: 5000, srcPorts: 4, dstPort: 80, dstPorts: 3 };
  for (const { bytes, flow } of made(ports, 24)) expect([u16(bytes, 34), u16(bytes, 36)]).toEqual([5000 + (flow % 4), 80 + (flow % 3)]);
  expect(u16(made({ flows: 9, srcPort: 5000 }, 9)[8]!.bytes, 34)).toBe(5000);
});

test("stations: destinations are those of the other interfaces, all pairs occur once", () => {
  const stations = [
    { if: "em0", srcMac: "02:a0:00:00:00:01", srcMacs: 4, flows: 20, dstStations: "others" as const },
    { if: "em1", srcMac: "02:a1:00:00:00:01", srcMacs: 3 },
    { if: "em2", srcMac: "02:a2:00:00:00:ff", srcMacs: 2, dstStations: ["em1"], flows: 6 },
  ];
  const traffic = new TrafficSource(stations);
  const pairs = traffic.take(20).map(({ bytes }) => `${source(bytes)} ${destination(bytes)}`);
  expect(new Set(pairs).size).toBe(20);
  const others = ["02:a1:00:00:00:01", "02:a1:00:00:00:02", "02:a1:00:00:00:03", "02:a2:00:00:00:ff", "02:a2:00:00:01:00"];
  expect(new Set(pairs.map((pair) => pair.split(" ")[1]))).toEqual(new Set(others));
  expect(new Set(traffic.take(6, 2).map(({ bytes }) => destination(bytes)))).toEqual(new Set(others.slice(0, 3)));
});

test("content moves no arrival, and arrivals move no content", () => {
  const poisson = { arrivals: "poisson", flows: 50, choice: { zipf: 1 } } as const;
  const content: Said = { bytes: "imix", protocols: { udp: 1, tcp: 1 }, fragments: 0.5 };
  const plain = made(poisson, 200, 3);
  const mixed = made({ ...poisson, ...content }, 200, 3);
  expect(mixed.map(({ time, flow }) => [time, flow])).toEqual(plain.map(({ time, flow }) => [time, flow]));
  const others = made({ ...poisson, ...content, batch: { frames: 5, law: "geometric" } }, 200, 3);
  expect(others.map(({ bytes }) => bytes)).toEqual(mixed.map(({ bytes }) => bytes));
});
