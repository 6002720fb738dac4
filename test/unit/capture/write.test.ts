import { describe, expect, test } from "vitest";
import { createPcapngWriter, type FrameToWrite, readCapture, writePcap, writePcapng } from "../../../src/capture/index.ts";
import { FRAME, hex, join } from "./bytes.ts";

const TIME = 1_227_000_000_123_456_789n;

describe("pcapng", () => {
  const section = hex("0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000");
  const em0 = hex(`
    01000000 28000000 0100 0000 00000400   # Ethernet, snapshot length 262,144
    0200 0300 656d3000                     # if_name "em0"
    0900 0100 09000000                     # if_tsresol: nanoseconds
    00000000 28000000`);

  test("the header is a little endian section and one interface per port", () => {
    const em1 = em0.with(22, 0x31);
    expect(createPcapngWriter({ interfaces: [{ name: "em0" }, { name: "em1" }] }).header()).toEqual(join(section, em0, em1));
  });

  test("the program's name stands in the section", () => {
    const header = createPcapngWriter({ interfaces: [], application: "netisr" }).header();
    expect(header).toEqual(hex("0a0d0d0a 2c000000 4d3c2b1a 0100 0000 ffffffffffffffff 0400 0600 6e657469 73720000 00000000 2c000000"));
  });

  test("a frame is an enhanced packet, padded to 32 bits; without options there is no end of options", () => {
    const writer = createPcapngWriter({ interfaces: [{ name: "em0" }, { name: "em1" }] });
    expect(writer.frame({ interface: 1, time: TIME, data: FRAME, length: 60 })).toEqual(
      join(hex("06000000 30000000 01000000 ff2d0711 154dc3ca 0e000000 3c000000"), FRAME, hex("0000 30000000")),
    );
  });

  test("comment and flags are options, closed by the end of options", () => {
    const writer = createPcapngWriter({ interfaces: [{}] });
    const bytes = writer.frame({ time: 0n, data: FRAME, comment: "cpu 0", direction: "out", fcsLength: 4 });
    expect(bytes.subarray(44)).toEqual(hex("0100 0500 63707520 30000000 0200 0400 82000000 00000000 48000000"));
  });

  test("a frame without a time is a simple packet if that block can hold it, and stamped 0 if not", () => {
    const frames: FrameToWrite[] = [
      { time: undefined, data: FRAME },
      { time: undefined, data: FRAME, length: 60 },
      { time: undefined, data: FRAME, comment: "why" },
      { time: undefined, data: FRAME, interface: 1 },
    ];
    const back = [...readCapture(writePcapng(frames, [{}, {}]))];
    expect(back.map((frame) => [frame.time, frame.length, frame.comment, frame.interface])).toEqual([
      [undefined, 14, undefined, 0],
      [0n, 60, undefined, 0],
      [0n, 14, "why", 0],
      [0n, 14, undefined, 1],
    ]);
  });

  test("a frame without a time that ends at the snapshot length of its interface is a simple packet", () => {
    const bytes = writePcapng([{ time: undefined, data: FRAME, length: 60 }], [{ snapLength: 14 }]);
    expect([...readCapture(bytes)]).toMatchObject([{ time: undefined, data: FRAME, length: 60 }]);
  });
});

describe("pcap", () => {
  test("in nanoseconds", () => {
    expect(writePcap([{ time: TIME, data: FRAME, length: 60 }])).toEqual(
      join(hex("4d3cb2a1 0200 0400 00000000 00000000 00000400 01000000"), hex("c0882249 15cd5b07 0e000000 3c000000"), FRAME),
    );
  });

  test("in microseconds, what is finer being cut off", () => {
    expect(writePcap([{ time: TIME, data: FRAME }], { resolution: "us" })).toEqual(
      join(hex("d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000"), hex("c0882249 40e20100 0e000000 0e000000"), FRAME),
    );
  });
});

describe("what no reader could read is refused by name", () => {
  const refused: [string, () => unknown, string][] = [
    ["an interface that the file does not have", () => writePcapng([{ time: 0n, data: FRAME, interface: 1 }], [{}]), "frame.interface"],
    ["an interface that is no whole number", () => writePcapng([{ time: 0n, data: FRAME, interface: 0.5 }], [{}]), "frame.interface"],
    ["a time before the epoch", () => writePcapng([{ time: -1n, data: FRAME }], [{}]), "frame.time"],
    ["a time above 64 bits", () => writePcapng([{ time: 1n << 64n, data: FRAME }], [{}]), "frame.time"],
    ["a time that pcap cannot count", () => writePcap([{ time: 1_000_000_000n << 32n, data: FRAME }]), "frame.time"],
    ["a frame above the limit", () => writePcap([{ time: 0n, data: new Uint8Array(262_145) }]), "frame.data"],
    ["a length above 32 bits", () => writePcap([{ time: 0n, data: FRAME, length: 2 ** 32 }]), "frame.length"],
    ["a negative length", () => writePcapng([{ time: 0n, data: FRAME, length: -1 }], [{}]), "frame.length"],
    ["a comment above 65,535 bytes", () => writePcapng([{ time: 0n, data: FRAME, comment: "µ".repeat(32_768) }], [{}]), "frame.comment"],
    ["such a name", () => writePcapng([], [{}, { name: "m".repeat(65_536) }]), "interfaces[1].name"],
  ];
  test.each(refused)("%s", (_, write, path) => {
    expect(write).toThrow(expect.objectContaining({ name: "ConfigError", path }));
  });
});
