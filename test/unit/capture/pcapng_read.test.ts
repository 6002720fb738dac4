import { describe, expect, test } from "vitest";
import { readCapture } from "../../../src/capture/index.ts";
import { block, ethernet, FRAME, hex, join, packet, readOut, SECTION, SECTION_BE } from "./bytes.ts";

/** The frames of a file that must be read without a fault. */
function framesOf(...parts: Uint8Array[]) {
  const { frames, fault } = readOut(join(...parts));
  expect(fault).toBeUndefined();
  return frames;
}

test("an enhanced packet has its interface, its time in microseconds, its bytes and its place in the file", () => {
  expect(framesOf(SECTION, ethernet(), packet())).toEqual([
    {
      interface: 0,
      interfaceName: undefined,
      time: 1_000_002_000n,
      data: FRAME,
      length: 14,
      fcsLength: 0,
      direction: undefined,
      comment: undefined,
      comments: [],
      offset: 48,
    },
  ]);
});

describe("sections", () => {
  const bigEndian = block(6, join(hex("00000000 00000000 000f4242 0000000e 0000003c"), FRAME, hex("0000")), false);
  const ethernetBe = block(1, hex("0001 0000 00000000"), false);

  test("of either byte order are read, in one file", () => {
    const frames = framesOf(SECTION_BE, ethernetBe, bigEndian, SECTION, ethernet(), packet(), SECTION_BE, ethernetBe, bigEndian);
    expect(frames.map((frame) => [frame.time, frame.length])).toEqual([
      [1_000_002_000n, 60],
      [1_000_002_000n, 14],
      [1_000_002_000n, 60],
    ]);
  });

  test("number their interfaces anew; the list of the file runs on", () => {
    const bytes = join(SECTION, ethernet(), ethernet(), packet("", "01"), SECTION, ethernet("0200 0300 656d3000"), packet());
    const capture = readCapture(bytes);
    expect(Array.from(capture, (frame) => [frame.interface, frame.interfaceName])).toEqual([
      [1, undefined],
      [2, "em0"],
    ]);
    expect(capture.interfaces.map((one) => [one.index, one.section])).toEqual([
      [0, 0],
      [1, 0],
      [2, 1],
    ]);
  });

  test("with their exact length and with version 1.2 are read like those of unknown length", () => {
    const section = block(0x0a0d0d0a, hex("4d3c2b1a 0100 0200 4400000000000000"));
    expect(framesOf(section, ethernet(), packet())).toHaveLength(1);
  });
});

describe("interfaces", () => {
  // The stamp of `packet` is 1,000,002.
  test.each([
    ["seconds", "0900 0100 00000000", 1_000_002_000_000_000n],
    ["milliseconds", "0900 0100 03000000", 1_000_002_000_000n],
    ["nanoseconds", "0900 0100 09000000", 1_000_002n],
    ["picoseconds, rounded down", "0900 0100 0c000000", 1_000n],
    ["2^-10 seconds", "0900 0100 8a000000", 976_564_453_125n],
    ["2^-20 seconds", "0900 0100 94000000", 953_676_223n],
    ["2^-127 seconds", "0900 0100 ff000000", 0n],
    ["10^-127 seconds", "0900 0100 7f000000", 0n],
    ["microseconds 5 s on", "0e00 0800 0500000000000000", 6_000_002_000n],
    ["microseconds 5 s back", "0e00 0800 fbffffffffffffff", -3_999_998_000n],
  ])("stamps in %s", (_, options, time) => {
    expect(framesOf(SECTION, ethernet(`${options} 00000000`), packet())[0]?.time).toBe(time);
  });

  test("all 64 bits of a stamp count, the upper half first", () => {
    const late = block(6, join(hex("00000000 21436587 a9cbed0f 00000000 00000000")));
    expect(framesOf(SECTION, ethernet("0900 0100 09000000"), late)[0]?.time).toBe(0x87654321_0fedcba9n);
  });

  test("have names and descriptions, which may end with NUL", () => {
    const capture = readCapture(join(SECTION, ethernet("0200 0400 656d3000 0300 0400 c2b5736b 00000000")));
    expect([...capture]).toEqual([]);
    expect(capture.interfaces).toMatchObject([{ name: "em0", description: "µsk" }]);
  });

  test.each([
    ["in bytes", "04", 4],
    ["in bits", "20", 4],
  ])("can say the length of the frame check sequence %s", (_, value, length) => {
    expect(framesOf(SECTION, ethernet(`0d00 0100 ${value}000000`), packet())[0]?.fcsLength).toBe(length);
  });
});

describe("options of a packet", () => {
  test.each([
    ["in", "01000000"],
    ["out", "02000000"],
  ])("direction %s", (direction, flags) => {
    expect(framesOf(SECTION, ethernet(), packet(`0200 0400 ${flags}`))[0]?.direction).toBe(direction);
  });

  test("several comments become lines, and options that are not known are passed over", () => {
    const [frame] = framesOf(SECTION, ethernet(), packet("0100 0100 61000000 0500 0200 ffff0000 0100 0100 62000000 00000000"));
    expect(frame).toMatchObject({ comment: "a\nb", comments: ["a", "b"] });
  });

  test("behind the end of options nothing is read", () => {
    expect(framesOf(SECTION, ethernet(), packet("0000 0000 0100 ffff"))[0]?.comment).toBeUndefined();
  });

  test("the packet's own length of the check sequence goes before that of its interface", () => {
    const frames = framesOf(SECTION, ethernet("0d00 0100 02000000"), packet("0200 0400 80000000"), packet("0200 0400 01000000"));
    expect(frames.map((frame) => frame.fcsLength)).toEqual([4, 2]);
  });
});

describe("other packet blocks", () => {
  const snapped = block(1, hex("0100 0000 0a000000"));

  test("a simple packet has no time and as much data as the snapshot length lets through", () => {
    const frames = framesOf(SECTION, snapped, block(3, join(hex("0e000000"), FRAME.subarray(0, 10), hex("0000"))));
    expect(frames).toMatchObject([{ time: undefined, data: FRAME.subarray(0, 10), length: 14 }]);
  });

  test("a simple packet of an interface without a snapshot length is whole", () => {
    expect(framesOf(SECTION, ethernet(), block(3, join(hex("0e000000"), FRAME, hex("0000"))))).toMatchObject([{ data: FRAME, length: 14 }]);
  });

  test("the obsolete packet block has 16 bits of interface and a count of drops that does not matter", () => {
    const old = block(2, join(hex("0000 0700 00000000 42420f00 0e000000 3c000000"), FRAME, hex("0000 0200 0400 01000000 00000000")));
    expect(framesOf(SECTION, ethernet(), old)).toMatchObject([{ interface: 0, time: 1_000_002_000n, data: FRAME, length: 60, direction: "in" }]);
  });
});

test("blocks that hold no packet, custom ones and unknown ones are passed over", () => {
  const others = [0xbad, 0x40000bad, 4, 5, 10, 0x7fffffff, 0].map((type) => block(type, hex("d97e0000 ffffffff")));
  expect(framesOf(SECTION, ...others, ethernet(), ...others, packet(), ...others)).toHaveLength(1);
});

test("an unknown block longer than any that is kept is passed over", () => {
  const bytes = new Uint8Array(17 * 1024 * 1024);
  const [long, one] = [block(0x77, bytes), join(SECTION, ethernet(), packet())];
  const file = new Uint8Array(one.length + long.length + packet().length);
  file.set(one);
  file.set(long, one.length);
  file.set(packet(), one.length + long.length);
  expect(readOut(file)).toMatchObject({ frames: [{ offset: 48 }, { offset: one.length + long.length }], fault: undefined });
});
