/** What a program without types may give as frames to be written: each is refused with a path, what was expected and what came. */
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import {
  type CaptureWriter,
  createPcapngWriter,
  createPcapWriter,
  type FrameToWrite,
  readCapture,
  writePcap,
  writePcapng,
} from "../../../src/capture/index.ts";
import { refusal } from "../../support/refusal.ts";
import { FRAME, join } from "./bytes.ts";
import { transferred } from "./transferred.ts";

const GOOD: FrameToWrite = { interface: 0, time: 1n, data: FRAME };

const FORMATS: [string, () => CaptureWriter, (frames: unknown) => Uint8Array][] = [
  ["pcap", () => createPcapWriter(), (frames) => writePcap(frames as FrameToWrite[])],
  ["pcapng", () => createPcapngWriter({ interfaces: [{ name: "em0" }] }), (frames) => writePcapng(frames as FrameToWrite[], [{ name: "em0" }])],
];

const LENGTH = "an integer from 0 to 2^32 - 1";
const LAST_TIME: Record<string, string> = { pcap: "4294967295999999999", pcapng: "18446744073709551615" };
const TIME = "nanoseconds from 0 to LAST, as a bigint";

/** What is wrong with a frame in either format: the frame, the part of it, what was expected, what came. */
const FRAMES: [unknown, string, string, string][] = [
  [undefined, "", "an object with `data`", "nothing"],
  [null, "", "an object with `data`", "null"],
  [FRAME.length, "", "an object with `data`", "14"],
  [{ time: 0n }, ".data", "a Uint8Array", "nothing"],
  [{ ...GOOD, data: "0200" }, ".data", "a Uint8Array", '"0200"'],
  [{ ...GOOD, data: [2, 0] }, ".data", "a Uint8Array", "[2,0]"],
  [{ ...GOOD, data: new Uint16Array(7) }, ".data", "a Uint8Array", "Uint16Array of 14 bytes"],
  [{ ...GOOD, data: transferred() }, ".data", "a Uint8Array", '"a Uint8Array whose buffer was transferred"'],
  [{ ...GOOD, time: 1 }, ".time", TIME, "1"],
  [{ ...GOOD, time: "1" }, ".time", TIME, '"1"'],
  [{ ...GOOD, time: null }, ".time", TIME, "null"],
  [{ ...GOOD, time: -1n }, ".time", TIME, "-1n"],
  [{ ...GOOD, time: 1n << 64n }, ".time", TIME, "18446744073709551616n"],
  [{ ...GOOD, length: "60" }, ".length", LENGTH, '"60"'],
  [{ ...GOOD, length: 60n }, ".length", LENGTH, "60n"],
  [{ ...GOOD, length: null }, ".length", LENGTH, "null"],
  [{ ...GOOD, length: 0.5 }, ".length", LENGTH, "0.5"],
];

/** The same for what only a pcapng file keeps. */
const EXTRAS: [unknown, string, string, string][] = [
  [{ ...GOOD, interface: "0" }, ".interface", "an integer below 1, the number of interfaces", '"0"'],
  [{ ...GOOD, interface: "length" }, ".interface", "an integer below 1, the number of interfaces", '"length"'],
  [{ ...GOOD, interface: null }, ".interface", "an integer below 1, the number of interfaces", "null"],
  [{ ...GOOD, interface: -1 }, ".interface", "an integer below 1, the number of interfaces", "-1"],
  [{ ...GOOD, interface: 1 }, ".interface", "an integer below 1, the number of interfaces", "1"],
  [{ ...GOOD, direction: "inbound" }, ".direction", '"in" or "out"', '"inbound"'],
  [{ ...GOOD, direction: null }, ".direction", '"in" or "out"', "null"],
  [{ ...GOOD, fcsLength: 16 }, ".fcsLength", "an integer from 0 to 15", "16"],
  [{ ...GOOD, fcsLength: "4" }, ".fcsLength", "an integer from 0 to 15", '"4"'],
  [{ ...GOOD, comment: 7 }, ".comment", "text", "7"],
  [{ ...GOOD, comment: null }, ".comment", "text", "null"],
  [{ ...GOOD, comment: "a", comments: "a" }, ".comments", "an array of texts", '"a"'],
  [{ ...GOOD, comment: "1\n2", comments: [1, 2] }, ".comments", "an array of texts", "[1,2]"],
  [{ ...GOOD, options: { code: 4 } }, ".options", "an array", '{"code":4}'],
  [{ ...GOOD, options: [null] }, ".options[0]", "an object with `code` and `value`", "null"],
  [{ ...GOOD, options: [{ code: "4", value: FRAME }] }, ".options[0].code", "an integer from 1 to 65,535", '"4"'],
  [{ ...GOOD, options: [{ code: 65_536, value: FRAME }] }, ".options[0].code", "an integer from 1 to 65,535", "65536"],
  [{ ...GOOD, options: [{ code: 4, value: FRAME }, { code: 4 }] }, ".options[1].value", "a Uint8Array", "nothing"],
  [{ ...GOOD, options: [{ code: 4, value: [1] }] }, ".options[0].value", "a Uint8Array", "[1]"],
];

describe.each(FORMATS)("a %s file", (format, make, write) => {
  const cases = format === "pcapng" ? [...FRAMES, ...EXTRAS] : FRAMES;

  test.each(cases)("refuses the frame %#: its part %s", (frame, field, expected, shown) => {
    const rest = `${field}: expected ${expected.replace("LAST", LAST_TIME[format]!)}, but got ${shown}`;
    expect(refusal(() => make().frame(frame as FrameToWrite)).message).toBe(`frame${rest}`);
    expect(refusal(() => write([GOOD, GOOD, frame])).message).toBe(`frames[2]${rest}`);
  });

  test("has all frames that were written before one that was refused, and goes on behind it", () => {
    const writer = make();
    const pieces = [writer.header(), writer.frame(GOOD), writer.frames([GOOD, GOOD])];
    for (const [frame] of cases) {
      expect(() => writer.frame(frame as FrameToWrite)).toThrow();
      expect(() => writer.frames([{ ...GOOD, time: 9n }, frame as FrameToWrite])).toThrow();
    }
    pieces.push(writer.frame({ ...GOOD, time: 2n }));
    expect(Array.from(readCapture(join(...pieces)), ({ time }) => time)).toEqual([1n, 1n, 1n, 2n]);
  });

  test.each<[unknown, string]>([
    [undefined, "nothing"],
    [null, "null"],
    [5, "5"],
    ["frames", '"frames"'],
    [GOOD.time, "1n"],
    [{}, "{}"],
    [(async function* () {})(), "{}"],
  ])("refuses %s as a list of frames", (frames, shown) => {
    expect(refusal(() => write(frames)).message).toContain("frames: expected a list of frames, but got ");
    expect(refusal(() => make().frames(frames as FrameToWrite[])).message).toContain(shown);
  });

  test("hands on what a list throws by itself", () => {
    const failing = function* (): Generator<FrameToWrite> {
      yield GOOD;
      throw new RangeError("the disk is gone");
    };
    expect(() => write(failing())).toThrow(new RangeError("the disk is gone"));
  });

  test("takes sets, generators and bytes of another realm", () => {
    const foreign: Uint8Array = runInNewContext("Uint8Array.from(bytes)", { bytes: [...FRAME] });
    const frames = new Set([GOOD, { ...GOOD, data: foreign }, { ...GOOD, data: new Uint8Array(0) }]);
    expect(Array.from(readCapture(write(frames.values())), ({ data }) => data)).toEqual([FRAME, FRAME, new Uint8Array(0)]);
  });
});

test("what a pcap file does not keep of a frame is not looked at", () => {
  const frame = { ...GOOD, interface: 7, fcsLength: 30, direction: undefined, comments: [] };
  expect(writePcap([frame])).toEqual(writePcap([GOOD]));
});
