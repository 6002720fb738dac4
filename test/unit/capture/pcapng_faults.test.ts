import { describe, expect, test } from "vitest";
import { CaptureParser } from "../../../src/capture/index.ts";
import { block, ethernet, FRAME, faultOf, hex, join, packet, SECTION } from "./bytes.ts";

// One good frame in front: SECTION takes 28 bytes, the interface 20, the packet 48. What follows starts at byte 96.
const GOOD = join(SECTION, ethernet(), packet());

/** GOOD and a block after it that has these bytes, and nothing behind them. */
const behind = (...parts: Uint8Array[]): Uint8Array => join(GOOD, ...parts);
const altered = (bytes: Uint8Array, at: number, value: number): Uint8Array => bytes.with(at, value);
const packetOf = (captured: string, data: Uint8Array): Uint8Array => block(6, join(hex(`00000000 00000000 00000000 ${captured} 00000000`), data));

describe("blocks", () => {
  test.each<[string, Uint8Array, number, string]>([
    ["less than 8 bytes behind the last block", behind(hex("06000000")), 96, "end of the file after 4"],
    ["a block longer than the file", behind(packet().subarray(0, 47)), 96, "a record of 48 bytes or more"],
    ["a skipped block longer than the file", behind(hex("77000000 f0ffffff 00000000")), 96, "a record of 4294967280 bytes"],
    ["a length below that of an empty block", behind(hex("77000000 08000000 08000000")), 100, "12 bytes or more"],
    ["a length that is not a multiple of 4", behind(hex("77000000 0f000000 00000000 0f000000")), 100, "a multiple of 4"],
    ["an enhanced packet too short for its fields", behind(block(6, new Uint8Array(16))), 100, "32 bytes or more"],
    ["an interface description too short for its fields", behind(block(1, new Uint8Array(4))), 100, "20 bytes or more"],
    ["another length at the end of a packet", behind(altered(packet(), 44, 52)), 140, "length 48 again"],
    ["another length at the end of a skipped block", behind(altered(block(0x77, hex("00000000")), 12, 20)), 108, "length 16 again"],
    ["a packet block too long to be kept", behind(hex("06000000 04000001")), 100, "at most 16777216"],
    ["a second section without its byte order", behind(block(0x0a0d0d0a, hex("00000000 0100 0000 ffffffffffffffff"))), 104, "byte order magic"],
    ["a section of version 2", behind(block(0x0a0d0d0a, hex("4d3c2b1a 0200 0000 ffffffffffffffff"))), 108, "version 2.0"],
    ["a section of version 1.1", behind(block(0x0a0d0d0a, hex("4d3c2b1a 0100 0100 ffffffffffffffff"))), 108, "version 1.1"],
  ])("%s", (_, bytes, offset, text) => {
    const fault = faultOf(bytes);
    expect(fault).toMatchObject({ frames: 1, offset });
    expect(fault.message).toContain(text);
  });

  test("the first section without its byte order", () => {
    expect(faultOf(hex("0a0d0d0a 1c000000 00000000"))).toMatchObject({ frames: 0, offset: 8 });
  });

  test("a file that describes no interface", () => {
    expect(faultOf(SECTION)).toMatchObject({ frames: 0, offset: 28 });
  });
});

describe("packets", () => {
  test.each<[string, Uint8Array, number, string]>([
    ["an interface that the section has not described", behind(packet("", "01")), 104, "interface 1"],
    ["an interface of the section before", behind(SECTION, packet()), 132, "interface 0"],
    ["a simple packet without an interface", behind(SECTION, block(3, join(hex("0e000000"), FRAME, hex("0000")))), 124, "interface 0"],
    ["more data than the block has", behind(packetOf("11000000", new Uint8Array(16))), 116, "the 16 bytes that the block has room for"],
    ["more data than any capture has", behind(packetOf("01000400", new Uint8Array(262_148))), 116, "at most 262144"],
    ["a simple packet longer than its block", behind(block(3, join(hex("11000000"), new Uint8Array(16)))), 104, "the 16 bytes"],
  ])("%s", (_, bytes, offset, text) => {
    const fault = faultOf(bytes);
    expect(fault).toMatchObject({ frames: 1, offset });
    expect(fault.message).toContain(text);
  });

  test("the longest frame that is allowed is read", () => {
    expect(faultOf(behind(packetOf("00000400", new Uint8Array(262_144))))).toMatchObject({ frames: 2, offset: undefined });
  });
});

describe("options", () => {
  test.each<[string, Uint8Array, number, string]>([
    ["a comment longer than its block", behind(packet("0100 0500 61626364")), 140, "option length 5"],
    ["an end of options longer than its block", behind(packet("0000 0100")), 140, "option length 1"],
    ["flags that are not 4 bytes", behind(packet("0200 0200 01000000")), 140, "length 4"],
    ["a resolution that is not 1 byte", behind(ethernet("0900 0200 09000000")), 112, "if_tsresol of length 1"],
    ["a time offset that is not 8 bytes", behind(ethernet("0e00 0400 09000000")), 112, "if_tsoffset of length 8"],
    ["a section's option longer than its block", behind(block(0x0a0d0d0a, hex("4d3c2b1a 0100 0000 ffffffffffffffff 0100 3030"))), 120, "12336"],
  ])("%s", (_, bytes, offset, text) => {
    const fault = faultOf(bytes);
    expect(fault).toMatchObject({ frames: 1, offset });
    expect(fault.message).toContain(text);
  });
});

test("an interface that is not Ethernet is refused by number and name where it is described", () => {
  expect(faultOf(behind(block(1, hex("7f00 0000 00000000"))))).toEqual({
    frames: 1,
    offset: 104,
    message: "byte 104: expected link type 1 (ETHERNET), but found link type 127 (IEEE802_11_RADIOTAP)",
  });
});

test("a file of nothing but interface descriptions is refused before it fills the memory", () => {
  const parser = new CaptureParser();
  const thousand = join(...Array.from({ length: 1000 }, () => ethernet()));
  const feed = () => {
    expect([...parser.push(SECTION)]).toEqual([]);
    for (let i = 0; i < 66; i++) expect([...parser.push(thousand)]).toEqual([]);
  };
  expect(feed).toThrow("at most 65536 interfaces");
  expect(parser.interfaces).toHaveLength(65_536);
});
