import { writePcap, writePcapng } from "../../../src/capture/index.ts";
import { block, ethernet, FRAME, hex, join, packet, SECTION, SECTION_BE } from "./bytes.ts";

const frames = [0, 1, 2].map((i) => ({
  interface: i % 2,
  time: 1_227_000_000_000_000_000n + BigInt(i),
  data: FRAME.subarray(0, 14 - i),
  length: 60,
  comment: i === 1 ? "cpu 0" : undefined,
  direction: i === 2 ? ("out" as const) : undefined,
}));

/** The bytes of each 32-bit word in the other order: turns records of 32-bit fields into those of a big endian file. */
const turned = (bytes: Uint8Array): Uint8Array => {
  const words = bytes.slice();
  for (let at = 0; at < words.length; at += 4) words.subarray(at, at + 4).reverse();
  return words;
};
const pcapBe = (magic: string): Uint8Array =>
  join(hex(`${magic} 0002 0004 00000000 00000000 0000ffff 00000001`), turned(hex("01000000 02000000 0e000000 3c000000")), FRAME);

/** Blocks behind the interface of a little endian section. */
const others = [
  block(3, join(hex("0e000000"), FRAME, hex("0000"))),
  block(2, join(hex("0000 0700 00000000 42420f00 0e000000 3c000000"), FRAME, hex("0000 0200 0400 01000000 00000000"))),
  block(4, hex("0100 0800 7f000001 61620000 00000000")),
  block(5, hex("00000000 00000000 42420f00 0400 0800 0000000000000000 00000000")),
  block(10, hex("4b53534c 04000000 61626364")),
  block(0xbad, hex("d97e0000 01020304")),
  block(0x40000bad, hex("d97e0000")),
  block(0x77, new Uint8Array(40)),
];
const enhancedBe = block(6, join(hex("00000000 00000000 000f4242 0000000e 0000003c"), FRAME, hex("0000 0001 0002 68690000 00000000")), false);
const ethernetBe = block(1, hex("0001 0000 00000040 0009 0001 09000000 000e 0008 0000000000000005 00000000"), false);

/** Small whole captures: both formats, both byte orders, every kind of block and option that is read, and some that are not. */
export const SEEDS: readonly Uint8Array[] = [
  writePcap(frames),
  writePcap(frames, { resolution: "us" }),
  pcapBe("a1b2c3d4"),
  pcapBe("a1b23c4d"),
  join(hex("d4c3b2a1 0200 0300 00000000 00000000 00000000 01000024 01000000 02000000 3c000000 0e000000"), FRAME),
  writePcapng(frames, [{ name: "em0" }, { name: "em1", description: "the second" }]),
  join(
    SECTION,
    ethernet("0200 0300 656d3000 0900 0100 8a000000 0e00 0800 0500000000000000 0d00 0100 04000000 00000000"),
    packet(),
    ...others,
    packet(),
  ),
  join(SECTION_BE, ethernetBe, enhancedBe, block(3, join(hex("0000000e"), FRAME, hex("0000")), false), SECTION, ethernet(), packet()),
  join(
    SECTION,
    ethernet("0900 0100 0c000000"),
    packet("0100 0100 61000000 0200 0400 86000000 00000000"),
    SECTION_BE,
    ethernetBe,
    ethernetBe,
    enhancedBe,
  ),
  join(
    SECTION,
    block(1, hex("7100 0000 00000000")),
    ethernet(),
    packet("", "01"),
    block(0x0a0d0d0a, hex("4d3c2b1a 0200 0000 ffffffffffffffff")),
    SECTION,
    ethernet(),
    packet(),
  ),
];
