import { describe, expect, test } from "vitest";
import { CaptureParser, createPcapngWriter, createPcapWriter, readCapture, writePcap } from "../../../src/capture/index.ts";
import { block, ethernet, FRAME, faultOf, hex, join, packet, readOut, SECTION, SECTION_BE } from "./bytes.ts";

// What draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng ask of readers and writers, rule by rule. The details have tests of their own beside this file.

/** A pcap file of one frame: magic, version, the two reserved words, snapshot length, link type; lengths of the record. */
const pcap = (
  fields: { magic?: string; version?: string; reserved?: string; snap?: string; link?: string; lengths?: string; fraction?: string } = {},
) => {
  const { magic = "d4c3b2a1", version = "0200 0400", reserved = "00000000 00000000", snap = "ffff0000", link = "01000000" } = fields;
  return join(
    hex(`${magic} ${version} ${reserved} ${snap} ${link} 01000000 ${fields.fraction ?? "02000000"} ${fields.lengths ?? "0e000000 0e000000"}`),
    FRAME,
  );
};
const dataOf = (bytes: Uint8Array) => readOut(bytes).frames.map(({ data }) => data);

describe("pcap", () => {
  test.each(["d4c3b2a1", "4d3cb2a1"])("the magic %s gives byte order and unit of time, as does the same in the other order", (magic) => {
    const little = pcap({ magic });
    const big = little.slice();
    for (const [from, to] of [[0, 4], [4, 6], [6, 8], ...[8, 12, 16, 20, 24, 28, 32, 36].map((at) => [at, at + 4])]) big.subarray(from, to).reverse();
    expect(readOut(big)).toEqual(readOut(little));
    expect(readOut(big).frames[0]?.time).toBe(magic === "d4c3b2a1" ? 1_000_002_000n : 1_000_000_002n);
  });

  test("major version 2 is required, minor version 4 written", () => {
    expect(faultOf(pcap({ version: "0100 0400" }))).toMatchObject({ frames: 0, offset: 4 });
    expect(dataOf(pcap({ version: "0200 0500" }))).toEqual([FRAME]);
    expect(createPcapWriter().header().subarray(4, 8)).toEqual(hex("0200 0400"));
  });

  test("the two reserved words are ignored on read, and written as 0", () => {
    expect(dataOf(pcap({ reserved: "ffffffff 12345678" }))).toEqual([FRAME]);
    expect(createPcapWriter().header().subarray(8, 16)).toEqual(new Uint8Array(8));
  });

  test("a snapshot length of 0 is tolerated on read, and never written", () => {
    expect(dataOf(pcap({ snap: "00000000" }))).toEqual([FRAME]);
    expect(new DataView(createPcapWriter().header().buffer).getUint32(16, true)).toBe(262_144);
  });

  test("the link type is the low 16 bits; the top ones say how long the frame check sequence is", () => {
    expect(readOut(pcap({ link: "01000044" })).frames[0]?.fcsLength).toBe(8);
    expect(faultOf(pcap({ link: "71000044" })).message).toContain("link type 113 (LINUX_SLL)");
  });

  test.each([
    ["the rest of the file", "0f000000 0f000000", 24],
    ["262,144", "01000400 01000400", 32],
    ["all memory", "ffffffff ffffffff", 32],
  ])("a captured length above %s is a fault at its record or field, before anything of that size is allocated", (_, lengths, offset) => {
    const before = process.memoryUsage().arrayBuffers;
    expect(faultOf(pcap({ lengths }))).toMatchObject({ frames: 0, offset });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(262_144);
  });

  test("a captured length below the original one is a frame that was cut short: it is kept, with both", () => {
    expect(readOut(pcap({ lengths: "0e000000 ee050000" })).frames).toMatchObject([{ data: FRAME, length: 1518 }]);
  });

  test.each([
    ["d4c3b2a1", "40420f00", 2_000_000_000n],
    ["d4c3b2a1", "ffffffff", 4_295_967_295_000n],
    ["4d3cb2a1", "00ca9a3b", 2_000_000_000n],
    ["4d3cb2a1", "ffffffff", 5_294_967_295n],
  ])("a fraction of a whole second or more (%s %s) carries over", (magic, fraction, time) => {
    expect(readOut(pcap({ magic, fraction })).frames[0]?.time).toBe(time);
  });

  test.each([0n, 1n, 999_999_999n, 65_535_999_999_999n, 65_536_000_000_000n, 4_294_967_295_999_999_999n, 1_227_000_000_123_456_789n])(
    "the time %s is written and read exactly",
    (time) => {
      expect(readOut(writePcap([{ time, data: FRAME }])).frames[0]?.time).toBe(time);
    },
  );
});

describe("pcapng", () => {
  const section = (version: string) => block(0x0a0d0d0a, hex(`4d3c2b1a ${version} ffffffffffffffff`));

  test("a section header comes first; each section has its own byte order", () => {
    expect(faultOf(join(ethernet(), SECTION))).toMatchObject({ frames: 0, offset: 0 });
    const bigEndian = block(6, join(hex("00000000 00000000 000f4242 0000000e 0000000e"), FRAME, hex("0000")), false);
    const bytes = join(SECTION_BE, block(1, hex("0001 0000 00000000"), false), bigEndian, SECTION, ethernet(), packet());
    expect(readOut(bytes).frames.map(({ time }) => time)).toEqual([1_000_002_000n, 1_000_002_000n]);
  });

  test("a section of an unknown version is refused, or skipped up to the next section if asked for", () => {
    const unknown = join(section("0200 0000"), block(1, hex("ffff")), hex("06000000 0c000000 0c000000"), block(0x77, hex("00000000")));
    // A block whose length is no multiple of 4 cannot be skipped.
    expect(faultOf(join(SECTION, ethernet(), packet(), unknown), { unknownVersions: "skip" })).toMatchObject({ frames: 1, offset: 128 });
    const framed = join(section("0200 0000"), block(1, hex("ffff0000")), block(6, hex("")));
    const file = join(SECTION, ethernet(), packet(), framed, SECTION, ethernet(), packet());
    expect(faultOf(file)).toMatchObject({ frames: 1, offset: 108 });
    const parser = new CaptureParser({ unknownVersions: "skip" });
    expect([...parser.push(file)].map((frame) => frame.interface)).toEqual([0, 1]);
    expect(parser.interfaces.map((one) => one.section)).toEqual([0, 2]);
    expect([...parser.skipped.keys()]).toEqual([0x0a0d0d0a, 1, 6]);
  });

  test("a block is a multiple of 4 bytes, 12 at least, and says so at both ends", () => {
    const good = join(SECTION, ethernet());
    for (const bad of ["77000000 08000000 08000000", "77000000 0e000000 0000 0e000000", "77000000 0c000000 10000000"])
      expect(faultOf(join(good, hex(bad))).frames, bad).toBe(0);
    expect(faultOf(join(good, hex("77000000 0c000000 0c000000"), packet()))).toMatchObject({ frames: 1, offset: undefined });
  });

  test("blocks of an unknown type, and custom blocks, are skipped and counted by type", () => {
    const parser = new CaptureParser();
    const custom = block(0xbad, hex("d97e0000 01020304"));
    const file = join(SECTION, custom, ethernet(), block(0x77, hex("")), custom, packet(), block(0x40000bad, hex("d97e0000")));
    expect([...parser.push(file)]).toHaveLength(1);
    expect([...parser.skipped]).toEqual([
      [0xbad, { blocks: 2, bytes: 16 }],
      [0x77, { blocks: 1, bytes: 0 }],
      [0x40000bad, { blocks: 1, bytes: 4 }],
    ]);
  });

  test("counts of skipped blocks do not fill the memory: the 65th type and later ones count together", () => {
    const parser = new CaptureParser();
    const types = Array.from({ length: 100 }, (_, i) => block(0x100 + i, hex("00000000")));
    expect([...parser.push(join(SECTION, ...types))]).toEqual([]);
    expect(parser.skipped.size).toBe(65);
    expect(parser.skipped.get(-1)).toEqual({ blocks: 36, bytes: 144 });
  });

  test("the interface of a packet must be one of this section", () => {
    expect(faultOf(join(SECTION, ethernet(), packet("", "01")))).toMatchObject({ frames: 0, offset: 56 });
    expect(faultOf(join(SECTION, ethernet(), packet(), SECTION, packet()))).toMatchObject({ frames: 1, offset: 132 });
  });

  // The stamp of `packet` is 1,000,002.
  test.each([
    ["", 1_000_002_000n],
    ["0900 0100 03000000", 1_000_002_000_000n],
    ["0900 0100 09000000", 1_000_002n],
    ["0900 0100 94000000", 953_676_223n],
    ["0e00 0800 0100000000000000", 1_001_000_002_000n - 1_000_000_000_000n + 1_000_000_000n],
  ])("times have the resolution and the offset of their interface: %s", (options, time) => {
    expect(readOut(join(SECTION, ethernet(options), packet())).frames[0]?.time).toBe(time);
  });

  test("resolution and offset must not be said twice", () => {
    expect(faultOf(join(SECTION, ethernet("0900 0100 06000000 0900 0100 09000000")))).toMatchObject({ frames: 0, offset: 52 });
  });

  test("a simple packet is of interface 0 and holds as much as the snapshot length lets through, nothing more", () => {
    const snapped = join(SECTION, block(1, hex("0100 0000 0a000000")));
    const simple = (data: Uint8Array) => block(3, join(hex("0e000000"), data));
    expect(readOut(join(snapped, simple(join(FRAME.subarray(0, 10), hex("0000"))))).frames).toMatchObject([
      { data: FRAME.subarray(0, 10), length: 14 },
    ]);
    expect(faultOf(join(snapped, simple(join(FRAME, hex("0000")))))).toMatchObject({ frames: 0, offset: 52 });
  });

  test("options end at opt_endofopt or with the block; their lengths are checked; strings may end with NUL or not", () => {
    for (const comment of ["0100 0200 68690000", "0100 0300 68690000 00000000", "0100 0200 68690000 00000000 0100 ffff"])
      expect(readOut(join(SECTION, ethernet(), packet(comment))).frames[0]?.comment, comment).toBe("hi");
    expect(faultOf(join(SECTION, ethernet(), packet("0100 0500 68690000")))).toMatchObject({ frames: 0, offset: 92 });
    expect(faultOf(join(SECTION, ethernet(), packet("0200 0300 01000000")))).toMatchObject({ frames: 0, offset: 92 });
    // if_fcslen of another length is let pass, as it is by other readers.
    expect(readOut(join(SECTION, ethernet("0d00 0200 04000000"), packet())).frames[0]?.fcsLength).toBe(0);
  });

  test("custom options are skipped", () => {
    const custom = "ac0b 0600 d97e0000 68690000 0100 0100 61000000";
    expect(readOut(join(SECTION, ethernet(custom), packet(custom))).frames[0]?.comment).toBe("a");
  });

  test.each(["ffffffffffffffff", "4400000000000000", "0800000000000000"])(
    "the section length %s changes nothing: blocks say where they end",
    (length) => {
      const bytes = join(block(0x0a0d0d0a, hex(`4d3c2b1a 0100 0000 ${length}`)), ethernet(), packet(), SECTION, ethernet(), packet());
      expect(readOut(bytes)).toMatchObject({ frames: [{ interface: 0 }, { interface: 1 }], fault: undefined });
    },
  );

  test("the obsolete packet block is read: 16 bits of interface, then a count of drops", () => {
    const old = block(2, join(hex("0100 ffff 00000000 42420f00 0e000000 3c000000"), FRAME, hex("0000")));
    expect(readOut(join(SECTION, ethernet(), ethernet(), old)).frames).toMatchObject([{ interface: 1, length: 60, time: 1_000_002_000n }]);
  });

  test("the writer gives a section, an interface per port, padded enhanced packets, and ends the options", () => {
    const writer = createPcapngWriter({ interfaces: [{ name: "em0" }, { name: "em1" }] });
    const bytes = join(writer.header(), writer.frame({ interface: 1, time: 5n, data: FRAME, comment: "x", direction: "in" }));
    expect(bytes.subarray(-16)).toEqual(hex("0200 0400 01000000 00000000 44000000"));
    const capture = readCapture(bytes);
    expect([...capture]).toMatchObject([{ interface: 1, interfaceName: "em1", data: FRAME, comment: "x", direction: "in" }]);
    expect(capture.interfaces).toHaveLength(2);
  });
});
