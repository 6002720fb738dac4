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

describe("pcapng, further", () => {
  test("several comments stay several, unless the joined one was changed", () => {
    const frame = { time: 0n, data: FRAME, comment: "a\nb", comments: ["a", "b"] };
    const back = [...readCapture(writePcapng([frame, { ...frame, comment: "c" }, { ...frame, comments: [] }], [{}]))];
    expect(back.map(({ comments }) => comments)).toEqual([["a", "b"], ["c"], ["a\nb"]]);
  });

  test("options of a packet are written as they are, padded, behind comment and flags", () => {
    const options = [
      { code: 4, value: hex("0100000000000000") },
      { code: 0x8bad, value: hex("ff") },
    ];
    const bytes = createPcapngWriter({ interfaces: [{}] }).frame({ time: 0n, data: FRAME, direction: "in", options });
    expect(bytes.subarray(44)).toEqual(hex("0200 0400 01000000 0400 0800 0100000000000000 ad8b 0100 ff000000 00000000 50000000"));
  });

  test("interfaces of another section are described where their first frame comes, and numbered anew", () => {
    const interfaces = [{ name: "em0" }, { name: "em1", section: 1 }, { name: "em2" }, { name: "em3", section: 7 }];
    const writer = createPcapngWriter({ interfaces });
    const pieces = [writer.header(), ...[0, 2, 1, 3].map((port) => writer.frame({ interface: port, time: undefined, data: FRAME }))];
    const capture = readCapture(join(...pieces));
    expect(Array.from(capture, (frame) => [frame.interfaceName, frame.time])).toEqual([
      ["em0", undefined],
      ["em2", 0n],
      ["em1", undefined],
      ["em3", undefined],
    ]);
    expect(capture.interfaces.map(({ name, section }) => [name, section])).toEqual([
      ["em0", 0],
      ["em1", 1],
      ["em2", 1],
      ["em3", 2],
    ]);
    expect(() => writer.frame({ interface: 0, time: 0n, data: FRAME })).toThrow(expect.objectContaining({ path: "frame.interface" }));
  });

  test("a refused frame leaves nothing behind, not the section that it would have begun", () => {
    const interfaces = [{ name: "em0" }, { name: "em1", section: 1 }];
    const writer = createPcapngWriter({ interfaces });
    const good = { interface: 1, time: 1n, data: FRAME };
    const pieces = [writer.header()];
    expect(() => writer.frames([good, { ...good, time: -1n }])).toThrow(expect.objectContaining({ path: "frames[1].time" }));
    pieces.push(writer.frame(good));
    expect(join(...pieces)).toEqual(writePcapng([good], interfaces));
  });
});

test.each<[string, () => CaptureWriter]>([
  ["pcapng", () => createPcapngWriter({ interfaces: [{ name: "em0" }] })],
  ["pcap", () => createPcapWriter()],
])("pieces of a %s file stay as they are while more are written, one by one or many at once", (_, make) => {
  const [single, many] = [make(), make()];
  const frames = Array.from({ length: 3000 }, (_, i) => ({
    time: BigInt(i),
    data: new Uint8Array(i % 500 === 499 ? 100_000 : (i * 37) % 300).fill(i),
    comment: "µ".repeat(i % 9),
  }));
  const pieces = frames.flatMap((frame) => [single.frame(frame), single.header()]);
  const expected = frames.flatMap((frame) => [many.frames([frame]).slice(), many.header().slice()]);
  expect(Buffer.concat(pieces).equals(Buffer.concat(expected))).toBe(true);
  const file = Buffer.concat([make().header(), ...pieces.filter((_, i) => i % 2 === 0)]);
  expect(Array.from(readCapture(file), ({ data }) => data.length)).toEqual(frames.map(({ data }) => data.length));
  expect(file.equals(Buffer.concat([make().header(), make().frames(frames)]))).toBe(true);
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
    ["an interface that the file does not have", () => writePcapng([{ time: 0n, data: FRAME, interface: 1 }], [{}]), "frames[0].interface"],
    ["an interface that is no whole number", () => writePcapng([{ time: 0n, data: FRAME, interface: 0.5 }], [{}]), "frames[0].interface"],
    ["a time before the epoch", () => writePcapng([{ time: -1n, data: FRAME }], [{}]), "frames[0].time"],
    ["a time above 64 bits", () => writePcapng([{ time: 1n << 64n, data: FRAME }], [{}]), "frames[0].time"],
    ["a time that pcap cannot count", () => writePcap([{ time: 1_000_000_000n << 32n, data: FRAME }]), "frames[0].time"],
    ["a frame above the limit", () => writePcap([{ time: 0n, data: new Uint8Array(262_145) }]), "frames[0].data"],
    ["a length above 32 bits", () => writePcap([{ time: 0n, data: FRAME, length: 2 ** 32 }]), "frames[0].length"],
    ["a negative length", () => writePcapng([{ time: 0n, data: FRAME, length: -1 }], [{}]), "frames[0].length"],
    ["a comment above 65,535 bytes", () => writePcapng([{ time: 0n, data: FRAME, comment: "µ".repeat(32_768) }], [{}]), "frames[0].comment"],
    [
      "an option above 65,535 bytes",
      () => writePcapng([{ time: 0n, data: FRAME, options: [{ code: 4, value: new Uint8Array(65_536) }] }], [{}]),
      "frames[0].options[0].value",
    ],
    [
      "an option that is the end of options",
      () => writePcapng([{ time: 0n, data: FRAME, options: [{ code: 0, value: FRAME }] }], [{}]),
      "frames[0].options[0].code",
    ],
    ["sections that go back", () => writePcapng([], [{ section: 2 }, { section: 1 }]), "interfaces[1].section"],
    ["such a name", () => writePcapng([], [{}, { name: "m".repeat(65_536) }]), "interfaces[1].name"],
  ];
  test.each(refused)("%s", (_, write, path) => {
    expect(write).toThrow(expect.objectContaining({ name: "ConfigError", path }));
  });
});
