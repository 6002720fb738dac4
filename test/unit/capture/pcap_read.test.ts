import { describe, expect, test } from "vitest";
import { readCapture, withoutFcs } from "../../../src/capture/index.ts";
import { FRAME, faultOf, hex, join, readOut } from "./bytes.ts";

const LITTLE = "0200 0400 00000000 00000000 ffff0000 01000000";
const BIG = "0002 0004 00000000 00000000 0000ffff 00000001";
// 1 s and a fraction of 2 units; 14 of 60 bytes captured.
const RECORD = join(hex("01000000 02000000 0e000000 3c000000"), FRAME);
const RECORD_BE = join(hex("00000001 00000002 0000000e 0000003c"), FRAME);

describe("the four magic numbers", () => {
  test.each([
    ["little endian, microseconds", "d4c3b2a1", LITTLE, RECORD, 1_000_002_000n],
    ["big endian, microseconds", "a1b2c3d4", BIG, RECORD_BE, 1_000_002_000n],
    ["little endian, nanoseconds", "4d3cb2a1", LITTLE, RECORD, 1_000_000_002n],
    ["big endian, nanoseconds", "a1b23c4d", BIG, RECORD_BE, 1_000_000_002n],
  ])("%s", (_, magic, header, record, time) => {
    const { frames, fault } = readOut(join(hex(magic + header), record, record));
    expect(fault).toBeUndefined();
    expect(frames.map((frame) => [frame.time, frame.offset, frame.interface])).toEqual([
      [time, 24, 0],
      [time, 54, 0],
    ]);
  });
});

const file = (...parts: Uint8Array[]): Uint8Array => join(hex(`d4c3b2a1 ${LITTLE}`), ...parts);

test("a frame that was cut short when it was captured keeps both lengths", () => {
  const [frame] = readOut(file(RECORD)).frames;
  expect([frame?.data.length, frame?.length]).toEqual([14, 60]);
});

test("the data of a frame is a view of the file, not a copy", () => {
  const bytes = file(RECORD);
  const [frame] = readOut(bytes).frames;
  expect(frame?.data.buffer).toBe(bytes.buffer);
  expect(frame?.data).toEqual(FRAME);
});

test("the data of a frame is a plain Uint8Array, also if the file is a Buffer inside a larger one", () => {
  const bytes = Buffer.concat([Buffer.alloc(5), file(RECORD)]).subarray(5);
  expect(readOut(bytes).frames[0]?.data).toStrictEqual(FRAME);
});

test("a fraction above a whole second carries over", () => {
  expect(readOut(file(hex("01000000 60e31600 00000000 00000000"))).frames[0]?.time).toBe(2_500_000_000n);
});

test("times after 2038 are not negative", () => {
  expect(readOut(file(hex("ffffffff 00000000 00000000 00000000"))).frames[0]?.time).toBe(4_294_967_295_000_000_000n);
});

test("a captured length above the snapshot length is read all the same", () => {
  const bytes = join(hex("d4c3b2a1 0200 0400 00000000 00000000 04000000 01000000"), RECORD);
  expect(readOut(bytes).frames[0]?.data.length).toBe(14);
});

test("before version 2.3 the two lengths are the other way round, in 2.3 where that makes sense", () => {
  const minor = (digits: string) => hex(`d4c3b2a1 0200 ${digits} 00000000 00000000 ffff0000 01000000`);
  const swapped = join(hex("01000000 02000000 3c000000 0e000000"), FRAME);
  for (const bytes of [join(minor("0200"), swapped), join(minor("0300"), swapped), join(minor("0300"), RECORD)])
    expect(readOut(bytes).frames.map((frame) => [frame.data.length, frame.length])).toEqual([[14, 60]]);
});

test("a file of no frames has an interface and no fault", () => {
  const capture = readCapture(file());
  expect([...capture]).toEqual([]);
  expect(capture.interfaces).toMatchObject([{ index: 0, linkType: 1, snapLength: 65535, ticksPerSecond: 1_000_000n }]);
});

describe("the bits above the link type", () => {
  const withLink = (link: string) =>
    join(hex(`d4c3b2a1 0200 0400 00000000 00000000 ffff0000 ${link}`), hex("00000000 00000000 0e000000 0e000000"), FRAME);

  test("say how long the frame check sequence is, in units of 16 bits", () => {
    const [frame] = readOut(withLink("01000024")).frames;
    expect(frame?.fcsLength).toBe(4);
    expect(withoutFcs(frame!)).toEqual({ data: FRAME.subarray(0, 10), length: 10 });
  });

  test("say nothing about it while the flag in front is not set", () => {
    expect(readOut(withLink("01000020")).frames[0]?.fcsLength).toBe(0);
  });

  test("are refused if the reserved ones are set", () => {
    expect(faultOf(withLink("01003000"))).toMatchObject({ frames: 0, offset: 20 });
  });
});

test("a frame cut short before its check sequence loses nothing to it", () => {
  expect(withoutFcs({ data: FRAME, length: 64, fcsLength: 4 })).toEqual({ data: FRAME, length: 60 });
  expect(withoutFcs({ data: FRAME, length: 16, fcsLength: 4 })).toEqual({ data: FRAME.subarray(0, 12), length: 12 });
});

describe("faults are refused at their offset", () => {
  test.each<[string, Uint8Array, number, number, string]>([
    ["an empty file", hex(""), 0, 0, "an empty file"],
    ["a file that ends in the magic number", hex("d4c3"), 0, 0, "end of the file after 2"],
    ["a file that ends in the header", hex("d4c3b2a1 0200"), 0, 0, "end of the file after 6"],
    ["a record header that the file ends in", file(RECORD, hex("01000000 02")), 1, 54, "end of the file after 5"],
    ["a frame longer than the file", file(RECORD, RECORD.subarray(0, 29)), 1, 54, "a record of 30 bytes or more"],
    ["a captured length that no capture program allows", file(RECORD, hex("00000000 00000000 01000400 01000400")), 1, 62, "262145"],
    ["a captured length of 4 GB", file(hex("00000000 00000000 ffffffff ffffffff")), 0, 32, "4294967295"],
    ["another major version", hex("d4c3b2a1 0300 0400 00000000 00000000 ffff0000 01000000"), 0, 4, "version 3"],
    ["a gzip file", hex("1f8b0800 00000000"), 0, 0, "gzip"],
    ["a zstd file", hex("28b52ffd 00000000"), 0, 0, "zstd"],
    ["a snoop file", hex("736e6f6f 70000000"), 0, 0, "snoop"],
    ["another kind of file", hex("89504e47"), 0, 0, "89 50 4e 47"],
  ])("%s", (_, bytes, frames, offset, text) => {
    const fault = faultOf(bytes);
    expect(fault).toMatchObject({ frames, offset });
    expect(fault.message).toContain(text);
  });

  test("with the file's name in front, if it is given", () => {
    expect(faultOf(hex("1f8b0800"), { file: "a.pcap.gz" }).message).toMatch(/^a\.pcap\.gz: byte 0: expected the magic number/);
  });
});

describe("a link type other than Ethernet", () => {
  const bytes = join(hex("d4c3b2a1 0200 0400 00000000 00000000 ffff0000 71000000"), RECORD);

  test("is refused by number and name", () => {
    expect(faultOf(bytes)).toEqual({
      frames: 0,
      offset: 20,
      message: "byte 20: expected link type 1 (ETHERNET), but found link type 113 (LINUX_SLL)",
    });
  });

  test("is read on demand", () => {
    expect(readOut(bytes, { linkTypes: "any" }).frames).toHaveLength(1);
  });
});
