/** What `virtual.traffic` refuses, each with the path of the option and what was expected. */
import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../../src/config/index.ts";
import { ConfigError } from "../../../src/errors.ts";
import type { TrafficConfig } from "../../../src/types.ts";

const config = (traffic: unknown[]): unknown => ({
  interfaces: ["em0", "em1"].map((name, i) => ({ name, mac: `02:00:00:00:00:0${i + 1}` })),
  vlans: [{ name: "v5", parent: "em0", vid: 5 }],
  virtual: { traffic },
});
const plain = { if: "em0", arrivals: "poisson", rate: "1Mpps" };
const frame = (time: unknown, data: unknown = new Uint8Array(60)): unknown => ({ time, data });
const FRAMES = [frame(5n), frame(1005n)];
const captured = (more: object, frames: unknown = FRAMES): object => ({ rate: undefined, arrivals: "capture", capture: { frames, ...more } });
const scheduled = (...schedule: object[]): object => ({ rate: undefined, schedule });

const ROWS: [string, object, string, string][] = [
  ["no rate", { rate: undefined }, "rate", "packets per second from 1 to 10^9"],
  ["a rate and a schedule", { schedule: [{ at: 0, rate: 5 }] }, "schedule", "nothing, as there is a `rate`"],
  ["no capture", { rate: undefined, arrivals: "capture" }, "capture", "the frames, as `arrivals` is capture"],
  ["a capture for Poisson arrivals", { capture: { frames: FRAMES } }, "capture", "nothing, as `arrivals` is poisson"],
  ["a capture with a rate", { ...captured({}), rate: 5 }, "rate", "nothing, as the frames of a capture come as they are"],
  ["a capture with lengths", { ...captured({}), bytes: "imix" }, "bytes", "nothing, as the frames of a capture"],
  ["frames that are none", captured({}, 5), "capture.frames", "frames ({ time, data }) in the order of their times"],
  ["no frames", captured({}, []), "capture.frames", "frames ({ time, data }) in the order of their times, at least one"],
  ["a time that is no bigint", captured({}, [frame(5)]), "capture.frames[0].time", "picoseconds, as a bigint"],
  ["a frame that is nothing", captured({}, [null]), "capture.frames[0].time", "picoseconds, as a bigint"],
  ["a frame without bytes", captured({}, [frame(5n, new Uint8Array(0))]), "capture.frames[0].data", "a Uint8Array of 1 to 16777216 bytes"],
  ["a frame that is text", captured({}, [frame(5n, "abc")]), "capture.frames[0].data", "a Uint8Array of 1 to"],
  ["times that go back", captured({}, [frame(5n), frame(4n)]), "capture.frames[1].time", "a time from 5 on, as the frame before has it"],
  ["times too far apart", captured({}, [frame(0n), frame(1n << 54n)]), "capture.frames[1].time", "a time less than 2^54 ps after"],
  ["speed 0", captured({ speed: 0 }), "capture.speed", 'a factor as in 2, 0.5, "3/2"'],
  ["a negative speed", captured({ speed: -1 }), "capture.speed", "a factor as in 2"],
  ["a division by zero", captured({ speed: "1/0" }), "capture.speed", "a factor as in 2"],
  ["a speed that is no fraction", captured({ speed: "1.5/2" }), "capture.speed", "a factor as in 2"],
  ["too exact a speed", captured({ speed: "3000000001/2" }), "capture.speed", "numerator and denominator from 1 to 10^9"],
  ["so slow that time ends", captured({ speed: "1/1000000000" }, [frame(0n), frame(1n << 30n)]), "capture.speed", "ends before 2^54 ps"],
  ["no loops", captured({ loops: 0 }), "capture.loops", "an integer from 1"],
  ["loops in words", captured({ loops: "always" }), "capture.loops", 'an integer from 1 on, or "forever"'],
  ["a period shorter than the capture", captured({ period: "999ps" }), "capture.period", "at least 1ns, from the first frame to the last"],
  ["a single frame in loops", captured({ loops: 2 }, [frame(5n)]), "capture.period", "a time, as the frames have no distances"],
  ["frames at one time in loops", captured({ loops: 2 }, [frame(5n), frame(5n)]), "capture.period", "a time, as the frames have no distances"],
  ["a begin behind the end", captured({ from: "1001ps" }), "capture.from", "a time up to 1ns, that of the last frame"],
  ["an empty schedule", scheduled(), "schedule", "at least one entry"],
  [
    "a schedule that goes back",
    scheduled({ at: 5, rate: 5 }, { at: 4, rate: 5 }),
    "schedule[1].at",
    "a time from 5ns on, when the change before is over",
  ],
  ["a change within a ramp", scheduled({ at: 5, rate: 5, ramp: 10 }, { at: 14, rate: 5 }), "schedule[1].at", "a time from 15ns on"],
  ["a schedule beyond the end of time", { ...scheduled({ at: "5h", rate: 5 }) }, "schedule[0].at", "nanoseconds (a number)"],
  [
    "a ramp beyond the end of time",
    scheduled({ at: "18000s", rate: 5, ramp: "100s" }),
    "schedule[0].ramp",
    "a time at which virtual time has not ended",
  ],
  ["a negative rate", scheduled({ at: 0, rate: -5 }), "schedule[0].rate", "packets per second from 0 to 10^9"],
  ["bursts in a schedule", { ...scheduled({ at: 0, rate: 5 }), bursts: { on: 5, off: 5 } }, "bursts", "nothing, as there is a `schedule`"],
  ["bursts of no length", { bursts: { on: 0, off: 5 } }, "bursts.on", "nanoseconds (a number) above 0"],
  ["bursts that hardly ever have a frame", { bursts: { on: "999ps", off: 5 } }, "bursts.on", "at least 1ns, a thousandth of the distance of frames"],
  ["a negative pause", { bursts: { on: 5, off: -5 } }, "bursts.off", "nanoseconds (a number)"],
  ["batches of none", { batch: 0 }, "batch", "an integer from 1 to 4096"],
  ["huge batches", { batch: { frames: 4097, law: "constant" } }, "batch.frames", "an integer from 1 to 4096"],
  ["batches of another law", { batch: { frames: 5, law: "poisson" } }, "batch.law", 'one of "constant", "geometric"'],
  ["lengths in other words", { bytes: "small" }, "bytes", 'an integer from 60 to 65549, "imix", an array of { bytes, weight }'],
  [
    "a share that is too long",
    { bytes: [{ bytes: 1515, weight: 1 }] },
    "bytes[0].bytes",
    "an integer from 60 to 1514, the longest frame that em0 accepts",
  ],
  ["a negative weight", { bytes: [{ bytes: 60, weight: -1 }] }, "bytes[0].weight", "a weight from 0 to 1000000000"],
  ["weights of nothing", { bytes: [{ bytes: 60, weight: 0 }] }, "bytes", "a length with a weight above 0"],
  ["a range that goes back", { bytes: { from: 100, to: 99 } }, "bytes.to", "an integer from 100 on, as `from` is that"],
  ["a range that is too long", { bytes: { from: 100, to: 1515 } }, "bytes.to", "an integer from 60 to 1514"],
  ["no lengths", { bytes: { lengths: [] } }, "bytes.lengths", "at least one length"],
  ["a length that is too short", { bytes: { lengths: [60, 59] } }, "bytes.lengths[1]", "an integer from 60 to 65549"],
  ["another choice of flows", { choice: "zipf" }, "choice", 'one of "turn", "lot"'],
  ["a negative exponent", { choice: { zipf: -1 } }, "choice.zipf", "a number from 0 to 10"],
  ["an exponent that is no number", { choice: { zipf: Number.NaN } }, "choice.zipf", "a number from 0 to 10"],
  ["an unknown protocol", { protocols: { sctp: 1 } }, "protocols.sctp", "one of udp, tcp, icmp"],
  ["no protocol", { protocols: { udp: 0 } }, "protocols", "a weight above 0 for udp, tcp or icmp"],
  ["more fragments than frames", { fragments: 1.1 }, "fragments", "a share from 0 to 1"],
  ["a negative share of broadcasts", { broadcast: -0.1 }, "broadcast", "a share from 0 to 1"],
  ["ports beyond the last", { srcPort: 65_000, srcPorts: 537 }, "srcPorts", "an integer from 1 to 536, as the first port is 65000"],
  ["port 0", { dstPort: 0 }, "dstPort", "an integer from 1 to 65535"],
  ["stations and an address", { dstStations: ["em0"], dstMac: "02:00:00:00:00:09" }, "dstStations", "nothing, as there is a `dstMac`"],
  ["stations of nobody", { dstStations: "others" }, "dstStations", "another interface that has traffic with stations"],
  ["stations of no interface", { dstStations: [] }, "dstStations", "at least one interface"],
  ["stations of a vlan", { dstStations: ["v5"] }, "dstStations[0]", "the name of an interface, not of a vlan"],
  ["stations without traffic", { dstStations: ["em1"] }, "dstStations[0]", "an interface that has traffic with stations"],
];

describe("an entry of traffic", () => {
  test.each(ROWS)("with %s is refused", (_, more, path, expected) => {
    let refusal: unknown;
    try {
      resolveConfig(config([plain, { ...plain, ...more }]));
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(ConfigError);
    expect((refusal as ConfigError).path).toBe(`virtual.traffic[1].${path}`);
    expect((refusal as ConfigError).expected).toContain(expected);
  });
});

test("a whole entry is completed", () => {
  const entry = { ...plain, arrivals: "poisson", batch: 3, srcPort: 5, dstStations: ["em0"], protocols: { tcp: 1 } } as TrafficConfig;
  const [resolved] = resolveConfig(config([entry])).virtual!.traffic;
  expect(resolved).toMatchObject({
    interval: 3_000_000n,
    batch: { frames: 3, law: "constant" },
    srcPort: 5,
    srcPorts: 1,
    mix: [{ what: 1, weight: 1 }],
    dstStations: [{ mac: 0x026e73000000n, count: 1 }],
  });
});

test("entries are in the order of their interfaces, and of one interface in that of the configuration", () => {
  const names = ["em1", "em0", "em1", "em0"];
  const { traffic } = resolveConfig(config(names.map((name, i) => ({ ...plain, if: name, count: i + 1 })))).virtual!;
  expect(traffic.map(({ port, count }) => [port, count])).toEqual([
    [0, 2n],
    [0, 4n],
    [1, 1n],
    [1, 3n],
  ]);
});
